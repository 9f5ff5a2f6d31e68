//! The media threads: each drives one `sfu_core::Engine` on the sockets of `net`.
//!
//! A shard is a thread that owns its peers. Rooms talk to shards through [`SfuHandle`] and hear
//! from them through the channel that they give to [`SfuHandle::open`]; shards talk to each other
//! through their mailboxes. Nothing here decides anything about media: that is `sfu-core`.
//!
//! Absent on purpose: tokio on the media threads (only its channels, which work without it),
//! configuration files, and the signalling protocol.
//!
//! Begin with [`Shard::tick`](shard), the loop that fits on a screen.

mod config;
mod events;
mod handle;
mod inlet;
mod mailbox;
mod meters;
pub mod ogg;
mod placement;
mod shard;
mod tap;
mod wires;

pub use config::{Placement, SfuConfig};
pub use handle::{Gone, SfuHandle, StartError, start};
pub use sfu_core::{LocalCandidate, Protocol, TapPacket};
pub use tap::Tap;
