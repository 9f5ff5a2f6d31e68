//! Somebody comes in.

use crate::SyncState;
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
}

/// The stay that a client wants to resume is over: it has to join anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("there is no such participant any more")]
pub struct ResumeRefusal;
