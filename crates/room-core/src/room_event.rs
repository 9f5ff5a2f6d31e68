//! What happens in rooms, for those outside: webhooks, agents, metering.

use crate::kinds::Role;
use crate::model::{AgentDispatch, ParticipantInfo, RoomEndReason, RoomInfo, TrackInfo};
use base::Identity;

/// Something happened in a room.
#[derive(Clone, Debug, PartialEq)]
pub struct RoomEvent {
    pub at_unix_ms: u64,
    /// The room as it was right after.
    pub room: RoomInfo,
    pub kind: RoomEventKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum RoomEventKind {
    /// Agents that its creator asked for come with it.
    RoomStarted {
        agents: Vec<AgentDispatch>,
    },
    RoomFinished {
        reason: RoomEndReason,
    },
    /// His media is connected.
    ParticipantJoined {
        participant: Box<ParticipantInfo>,
    },
    ParticipantLeft {
        participant: Box<ParticipantInfo>,
    },
    /// He joined, and left before his media was ever connected.
    ParticipantConnectionAborted {
        participant: Box<ParticipantInfo>,
    },
    TrackPublished {
        participant: Box<ParticipantInfo>,
        track: Box<TrackInfo>,
    },
    TrackUnpublished {
        participant: Box<ParticipantInfo>,
        track: Box<TrackInfo>,
    },
    /// Somebody listens without media; LiveKit knows no such people.
    ListenerJoined {
        listener: Box<ListenerInfo>,
    },
    /// Whatever he had open is closed.
    ListenerLeft {
        listener: Box<ListenerInfo>,
    },
}

/// Somebody who is in a room by sockets of his own, without media.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenerInfo {
    /// Of this stay: from the first of his sockets to the end of the last.
    pub sid: String,
    pub identity: Identity,
    pub name: String,
    pub role: Role,
}
