//! The vocabulary of every other crate: ids, units, the clock, seeded randomness, and the words
//! that the control plane (rooms) and the media plane (shards) exchange.
//!
//! Absent on purpose: sockets, files, threads, wire formats. The only things here that touch the
//! machine are [`clock::OsClock`] and [`rng::Rng::from_os`].
//!
//! Begin with [`media`]: its [`media::Command`] and [`media::Event`] are the whole conversation
//! between a room and the packets of its people.

pub mod clock;
pub mod ids;
pub mod media;
pub mod records;
pub mod redacted;
pub mod rng;
pub mod speaking;
pub mod units;

pub use ids::{Identity, ParticipantSid, PeerId, RoomKey, RoomName, RoomSid, TrackId, TrackSid};
pub use records::{ApiKeyId, EventId, FileId, LinkId, PersonId, RoomId, TenantId, WebhookId};
pub use redacted::Redacted;
pub use units::Bitrate;
