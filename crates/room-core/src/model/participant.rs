//! People and programs in a room.

use super::{Capability, DataTrackInfo, DisconnectReason, TrackInfo};
use base::media::Source;
use base::{Identity, ParticipantSid};
use std::collections::BTreeMap;

/// How far a participant has come. Never goes back, except that a new stay begins anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParticipantState {
    /// Signalling is connected.
    #[default]
    Joining,
    /// Told about the room.
    Joined,
    /// Media is connected.
    Active,
    /// Gone.
    Disconnected,
}

/// What a participant is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ParticipantKind {
    #[default]
    Standard,
    Ingress,
    Egress,
    Sip,
    Agent,
    Connector,
    Bridge,
}

impl ParticipantKind {
    /// Whether he counts for `max_participants`, keeps a room open and is worth a webhook as a
    /// person. Recorders and agents serve those who are there.
    pub const fn is_dependent(self) -> bool {
        match self {
            Self::Egress | Self::Agent => true,
            Self::Standard | Self::Ingress | Self::Sip | Self::Connector | Self::Bridge => false,
        }
    }
}

/// Finer shades of [`ParticipantKind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KindDetail {
    CloudAgent,
    Forwarded,
    ConnectorWhatsapp,
    ConnectorTwilio,
    BridgeRtsp,
    Simulation,
}

/// What a participant may do. Comes from his token and can change during the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    pub can_subscribe: bool,
    pub can_publish: bool,
    pub can_publish_data: bool,
    /// Empty: all.
    pub can_publish_sources: Vec<Source>,
    /// Others are not told that he is there.
    pub hidden: bool,
    pub recorder: bool,
    pub can_update_metadata: bool,
    pub agent: bool,
    pub can_subscribe_metrics: bool,
    pub can_manage_agent_session: bool,
}

impl Default for Permission {
    /// What a token without a word about permissions grants.
    fn default() -> Self {
        Self {
            can_subscribe: true,
            can_publish: true,
            can_publish_data: true,
            can_publish_sources: Vec::new(),
            hidden: false,
            recorder: false,
            can_update_metadata: false,
            agent: false,
            can_subscribe_metrics: false,
            can_manage_agent_session: false,
        }
    }
}

impl Permission {
    pub fn allows_source(&self, source: Source) -> bool {
        self.can_publish
            && (self.can_publish_sources.is_empty() || self.can_publish_sources.contains(&source))
    }
}

/// What others (and he himself) are told about a participant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParticipantInfo {
    pub sid: ParticipantSid,
    pub identity: Identity,
    pub state: ParticipantState,
    pub tracks: Vec<TrackInfo>,
    pub data_tracks: Vec<DataTrackInfo>,
    pub metadata: String,
    pub attributes: BTreeMap<String, String>,
    pub name: String,
    pub joined_at_unix_ms: u64,
    /// Grows with each change, so that a late update cannot undo a newer one.
    pub version: u32,
    pub permission: Permission,
    pub region: String,
    pub is_publisher: bool,
    pub kind: ParticipantKind,
    pub kind_details: Vec<KindDetail>,
    /// Set once he is [`ParticipantState::Disconnected`].
    pub disconnect_reason: Option<DisconnectReason>,
    pub client_protocol: i32,
    pub capabilities: Vec<Capability>,
}
