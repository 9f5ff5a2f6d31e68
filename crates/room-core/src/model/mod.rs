//! What a room knows about itself, in its own words: the wire's words are converted at the door.

mod client;
mod data_track;
mod participant;
mod reason;
mod room;
mod track;

pub use client::{Capability, ClientInfo, ConnectionSettings, ReconnectReason, Sdk};
pub use data_track::{
    DataTrackInfo, DataTrackOptions, DataTrackSid, Encoding, SchemaId, SubscriberHandle,
};
pub use participant::{KindDetail, ParticipantInfo, ParticipantKind, ParticipantState, Permission};
pub use reason::{DisconnectReason, LeaveAction, RequestReason, RoomEndReason, SubscriptionError};
pub use room::{AgentDispatch, RoomConfig, RoomInfo};
pub use track::{
    AddTrack, AudioFeature, BackupCodecPolicy, Encryption, LayerMode, PacketTrailerFeature,
    SimulcastCodec, TrackInfo, TrackInfoCodec, TrackKind, VideoLayer,
};
