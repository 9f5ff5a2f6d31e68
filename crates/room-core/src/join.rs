//! Somebody comes in.

use crate::SyncState;
use crate::claim::Claim;
use crate::model::{
    AddTrack, ClientInfo, ConnectionSettings, KindDetail, ParticipantKind, Permission,
    ReconnectReason, RoomConfig,
};
use base::media::PcMode;
use base::{Identity, ParticipantSid};
use std::collections::BTreeMap;

/// All that a newcomer's token and connection request say.
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    pub identity: Identity,
    pub name: String,
    pub metadata: String,
    pub attributes: BTreeMap<String, String>,
    pub permission: Permission,
    pub kind: ParticipantKind,
    pub kind_details: Vec<KindDetail>,
    pub client: ClientInfo,
    pub settings: ConnectionSettings,
    pub mode: PcMode,
    /// Tracks announced together with the join.
    pub add_tracks: Vec<AddTrack>,
    /// Single mode: the first offer (id, SDP).
    pub offer: Option<(u32, String)>,
    /// His place in the room.
    pub claim: Claim,
    /// Applies if this join opens the room.
    pub room_config: Option<RoomConfig>,
    /// When the token became valid: one from before a removal is refused.
    pub token_not_before_unix_s: Option<u64>,
}

impl Join {
    /// A join that says nothing but who comes and how.
    pub fn new(identity: Identity, mode: PcMode) -> Self {
        Self {
            identity,
            name: String::new(),
            metadata: String::new(),
            attributes: BTreeMap::new(),
            permission: Permission::default(),
            kind: ParticipantKind::Standard,
            kind_details: Vec::new(),
            client: ClientInfo::default(),
            settings: ConnectionSettings::default(),
            mode,
            add_tracks: Vec::new(),
            offer: None,
            claim: Claim::default(),
            room_config: None,
            token_not_before_unix_s: None,
        }
    }
}

/// A participant comes back to his stay.
#[derive(Clone, Debug, PartialEq)]
pub struct Resume {
    pub identity: Identity,
    /// His stay. Must match, where the client says it.
    pub participant: Option<ParticipantSid>,
    pub reason: ReconnectReason,
    pub client: ClientInfo,
    /// `/rtc/v1` carries these with the connection request.
    pub sync_state: Option<SyncState>,
    pub offer: Option<(u32, String)>,
}

/// Why somebody is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum JoinRefusal {
    #[error("this server is shutting down")]
    Draining,
    #[error("the room is full")]
    RoomFull,
    #[error("the room does not exist")]
    NoSuchRoom,
    #[error("the identity must not be empty")]
    NoIdentity,
    #[error("the name is too long")]
    NameTooLong,
    #[error("the metadata is too large")]
    MetadataTooLarge,
    #[error("the attributes are too large")]
    AttributesTooLarge,
    #[error("the token was revoked")]
    TokenRevoked,
    #[error("the server is too busy")]
    Overloaded,
    #[error("the identity belongs to the server")]
    ReservedIdentity,
    #[error("the room is locked")]
    Locked,
    #[error("you were banned from this room")]
    Banned,
    #[error("the room has ended")]
    Ended,
    #[error("what is known of the room could not be read")]
    Unavailable,
}

impl JoinRefusal {
    /// Stable, for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draining => "draining",
            Self::RoomFull => "room_full",
            Self::NoSuchRoom => "no_such_room",
            Self::NoIdentity => "no_identity",
            Self::NameTooLong => "name_too_long",
            Self::MetadataTooLarge => "metadata_too_large",
            Self::AttributesTooLarge => "attributes_too_large",
            Self::TokenRevoked => "token_revoked",
            Self::Overloaded => "overloaded",
            Self::ReservedIdentity => "reserved_identity",
            Self::Locked => "locked",
            Self::Banned => "banned",
            Self::Ended => "room_ended",
            Self::Unavailable => "unavailable",
        }
    }
}

/// The stay that a client wants to resume is over: it has to join anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("there is no such participant any more")]
pub struct ResumeRefusal;
