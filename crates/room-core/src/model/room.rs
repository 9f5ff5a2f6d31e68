//! The room itself.

use base::media::Codec;
use base::{RoomName, RoomSid};
use std::collections::BTreeMap;
use std::time::Duration;

/// What everybody is told about the room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomInfo {
    pub sid: RoomSid,
    pub name: RoomName,
    pub empty_timeout: Duration,
    pub departure_timeout: Duration,
    /// 0: no limit but the server's.
    pub max_participants: u32,
    pub created_at_unix_ms: u64,
    pub metadata: String,
    /// Without hidden participants and dependents.
    pub num_participants: u32,
    pub num_publishers: u32,
    /// A recorder is in the room.
    pub active_recording: bool,
    pub enabled_codecs: Vec<Codec>,
}

/// An agent that shall be called into the room when it opens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentDispatch {
    pub agent_name: String,
    pub metadata: String,
    pub deployment: String,
    pub attributes: BTreeMap<String, String>,
}

/// What may be said about a room by whoever creates it: the room service, or a token.
/// `None` leaves the server's default, or what the room already has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoomConfig {
    pub empty_timeout: Option<Duration>,
    pub departure_timeout: Option<Duration>,
    pub max_participants: Option<u32>,
    pub metadata: Option<String>,
    pub agents: Vec<AgentDispatch>,
}
