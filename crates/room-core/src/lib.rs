//! A live room: who is in it, what they publish, who receives what, and who may.
//!
//! Pure: inputs go in with the time, outputs come out; no sockets, threads, clock or randomness of
//! its own. Absent on purpose: wire formats (converted at the door, see [`DataWire`] for the one
//! seam where packets pass through) and media (carried by the shards that obey
//! [`base::media::Command`]).
//!
//! Begin with [`ClientCommand`] and [`ServerMessage`], the two sides of the conversation with a
//! client, then [`model`].

mod command;
mod data_wire;
mod message;
pub mod model;
mod room_event;

pub use command::{
    CandidateProtocol, ClientCommand, DataSubscriptionUpdate, PublishDataTrack, Scenario,
    SubscriptionPermission, SubscriptionUpdate, SyncState, TrackPermission, TrackSettings,
    UpdateAudioTrack, UpdateMetadata, UpdateVideoTrack,
};
pub use data_wire::{BadPacket, DataWire, Envelope, PacketKind, RpcError, RpcRequest, Sender};
pub use message::{
    ConnectionQuality, Joined, QualityInfo, Reconnected, Request, RequestResponse, RoomMoved,
    ServerMessage, Speaker, StreamState, SubscribedCodec, TokenGrants,
};
pub use room_event::{RoomEvent, RoomEventKind};
