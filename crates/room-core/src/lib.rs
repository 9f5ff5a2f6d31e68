//! A live room: who is in it, what they publish, who receives what, and who may.
//!
//! Pure: inputs go in with the time, outputs come out; no sockets, threads, clock or randomness of
//! its own. Absent on purpose: wire formats (converted at the door, see [`DataWire`] for the one
//! seam where packets pass through) and media (carried by the shards that obey
//! [`base::media::Command`]).
//!
//! Begin with [`ClientCommand`] and [`ServerMessage`], the two sides of the conversation with a
//! client, then [`Room`]: `handle` says which file decides about which input.

mod claim;
mod command;
mod consequences;
mod data;
mod data_tracks;
mod data_wire;
mod deferred;
mod door;
mod entry;
pub mod features;
mod forwarding;
mod hear;
mod join;
pub mod kinds;
mod leave;
mod limits;
mod message;
mod metadata;
pub mod model;
mod moderation;
mod moving;
mod news;
mod output;
mod pace;
mod participant;
mod people;
mod permissions;
mod presence;
mod publish;
mod quality;
mod refusal;
mod resume;
mod room;
mod room_event;
mod rpc;
mod settings;
mod simulate;
mod speakers;
mod subscription;
mod subscription_permission;
mod timers;
mod track;

/// The identity of the server itself in every room: commands are sent to it, and what nobody did is
/// done by it. Nobody can join as it.
pub const SERVER: &str = "stoa";

pub use claim::{Caller, Claim, Newcomer};
pub use command::{
    CandidateProtocol, ClientCommand, DataSubscriptionUpdate, PublishDataTrack, Scenario,
    SubscriptionPermission, SubscriptionUpdate, SyncState, TrackPermission, TrackSettings,
    UpdateAudioTrack, UpdateMetadata, UpdateVideoTrack,
};
pub use data::{DataTarget, SentPacket};
pub use data_wire::{
    BadPacket, DataWire, Envelope, PacketKind, RpcError, RpcRequest, Sender, ServerCall,
};
pub use deferred::{Audience, Deferred, ListenerId, RequestId};
pub use door::{Knock, Live};
pub use forwarding::{ForwardId, Forwarded};
pub use join::{Join, JoinRefusal, Resume, ResumeRefusal};
pub use limits::Limits;
pub use message::{
    ConnectionQuality, Joined, QualityInfo, Reconnected, Request, RequestResponse, RoomMoved,
    ServerMessage, Speaker, StreamState, SubscribedCodec, TokenGrants,
};
pub use metadata::ParticipantChange;
pub use moving::Moving;
pub use output::{Input, Now, Output, RpcTicket, SessionId};
pub use pace::CommandPace;
pub use refusal::Refusal;
pub use room::{Opening, Room};
pub use room_event::{ListenerInfo, RoomEvent, RoomEventKind};
pub use rpc::RpcCall;
pub use settings::Settings;
