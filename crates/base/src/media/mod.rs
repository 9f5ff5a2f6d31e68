//! What a room and the media plane say to each other.
//!
//! A room (control plane, async) sends [`Command`]s; the shard that carries the participant
//! answers with [`Event`]s. Both are values: they cross threads, and could cross nodes. Wire
//! formats other than SDP text and opaque data payloads do not appear here.

mod command;
mod credit;
mod event;
mod track;

pub use command::{Command, Open, PcMode, Subscribe, SubscriptionSettings};
pub use credit::{Credit, CreditLine};
pub use event::{Event, Levels, PcTarget, PeerQuality, Stats, TrackLive};
pub use track::{Codec, DataChannelKind, Kind, LayerSpec, Quality, Source, TrackCodec, TrackSpec};
