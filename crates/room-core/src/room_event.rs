//! What happens in rooms, for those outside: webhooks, agents, metering.

use crate::model::{AgentDispatch, ParticipantInfo, RoomEndReason, RoomInfo, TrackInfo};

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
}
