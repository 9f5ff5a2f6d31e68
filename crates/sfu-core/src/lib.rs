//! The media plane of one shard, without sockets, clocks or threads.
//!
//! [`Engine`] takes commands from rooms, datagrams from the network and envelopes from other
//! shards; it gives back datagrams, events and envelopes. It decides who gets which packet, in
//! which layer, and keeps each subscriber's stream continuous while layers change.
//!
//! Absent on purpose: sockets and threads (`sfu` and `net` have them), what rooms and
//! participants mean (`room-core`), and every wire format but SDP text, RTP and data payloads.
//! Nothing is shared between shards: what crosses is a value.
//!
//! Begin with [`engine`]; a packet's walk is `engine/datagrams.rs` → `engine/fan_out.rs` →
//! `engine/drain.rs`.

pub mod allocate;
mod config;
mod congestion;
mod data;
mod datagram;
pub mod dynacast;
pub mod engine;
pub mod forward;
pub mod fuzzing;
mod growth;
mod id_map;
mod keyframes;
mod packet;
mod peer;
pub mod quality;
mod recent;
mod redundancy;
mod relay;
mod sdp;
pub mod speakers;
mod strays;
mod tap;
mod track;
mod transport;
mod ufrag;

pub use config::{EngineConfig, LocalCandidate, ShardId};
pub use datagram::{Datagram, Protocol, Received};
pub use engine::{Counters, Engine, Input, Output, Pictures};
pub use packet::{MediaPacket, PacketExtensions};
pub use relay::Envelope;
pub use strays::Strays;
pub use tap::{TapId, TapPacket};
