//! A job: one agent in one room, run by one worker at a time.

use super::{DispatchId, JobId, WorkerId};
use base::{Identity, ParticipantSid, RoomName};
use room_core::model::{ParticipantInfo, RoomInfo};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// What an agent is started for. A worker registers for one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobKind {
    /// One a room.
    Room,
    /// One for each participant who publishes.
    Publisher,
    /// One for each participant.
    Participant,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum JobStatus {
    #[default]
    Pending,
    Running,
    Success,
    Failed,
}

/// How a job stands. Times are milliseconds since the epoch, 0 when not yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobState {
    pub status: JobStatus,
    pub error: String,
    pub started_unix_ms: u64,
    pub ended_unix_ms: u64,
    pub updated_unix_ms: u64,
    /// Who the agent is in the room, once a worker has accepted.
    pub participant: Option<Identity>,
    pub worker: Option<WorkerId>,
}

/// A job as workers, callers of the API and webhooks are told of it.
#[derive(Clone, Debug, PartialEq)]
pub struct JobInfo {
    pub id: JobId,
    pub dispatch: DispatchId,
    pub kind: JobKind,
    pub room: RoomInfo,
    /// Whom it is for, unless it is for the room.
    pub participant: Option<ParticipantInfo>,
    pub agent_name: String,
    pub metadata: String,
    pub deployment: String,
    pub attributes: BTreeMap<String, String>,
    pub state: JobState,
}

/// Where the work on a job stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// No worker is free; the next that is gets it.
    Waiting,
    /// Every worker refused or was silent; all are asked again then.
    Resting {
        until: Instant,
    },
    /// A worker was asked.
    Offered {
        worker: WorkerId,
        answer_by: Instant,
    },
    /// A worker has it, but neither the worker nor the agent has given a sign yet.
    Assigned {
        worker: WorkerId,
        begin_by: Instant,
    },
    Running {
        worker: WorkerId,
    },
    /// The worker's connection is gone. It may come back and claim the job.
    Orphaned {
        return_by: Instant,
    },
    /// The agent left the room while its worker says nothing. It may come back.
    AgentAway {
        worker: WorkerId,
        return_by: Instant,
    },
}

impl Phase {
    pub(super) fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Waiting | Self::Running { .. } => None,
            Self::Resting { until } => Some(*until),
            Self::Offered { answer_by, .. } => Some(*answer_by),
            Self::Assigned { begin_by, .. } => Some(*begin_by),
            Self::Orphaned { return_by } | Self::AgentAway { return_by, .. } => Some(*return_by),
        }
    }

    /// The worker that is asked or at work.
    pub(super) fn worker(&self) -> Option<&WorkerId> {
        match self {
            Self::Waiting | Self::Resting { .. } | Self::Orphaned { .. } => None,
            Self::Offered { worker, .. }
            | Self::Assigned { worker, .. }
            | Self::Running { worker }
            | Self::AgentAway { worker, .. } => Some(worker),
        }
    }

    /// The worker that runs the agent.
    pub(super) fn runner(&self) -> Option<&WorkerId> {
        match self {
            Self::Assigned { worker, .. }
            | Self::Running { worker }
            | Self::AgentAway { worker, .. } => Some(worker),
            Self::Waiting | Self::Resting { .. } | Self::Offered { .. } | Self::Orphaned { .. } => {
                None
            }
        }
    }
}

#[derive(Debug)]
pub(super) struct Job {
    pub(super) info: JobInfo,
    pub(super) phase: Phase,
    /// Workers that refused or were silent since all were last asked.
    pub(super) tried: BTreeSet<WorkerId>,
    /// How often all were asked in vain.
    pub(super) rounds: u32,
    /// How often it failed and was started again.
    pub(super) restarts: u32,
    /// A worker had it before.
    pub(super) resuming: bool,
    /// The agent's present stay in the room.
    pub(super) stay: Option<ParticipantSid>,
    /// Still runs the agent while the job is handed over.
    pub(super) predecessor: Option<WorkerId>,
}

/// After this many rounds without a taker a job fails: with the pauses below, about a minute.
pub(super) const ROUNDS_MAX: u32 = 5;

/// A job that fails again and again is broken, not unlucky.
pub(super) const RESTARTS_MAX: u32 = 3;

/// The first pause before all workers are asked again; doubles each round.
const PAUSE: Duration = Duration::from_secs(4);

impl Job {
    pub(super) fn new(info: JobInfo) -> Self {
        Self {
            info,
            phase: Phase::Waiting,
            tried: BTreeSet::new(),
            rounds: 0,
            restarts: 0,
            resuming: false,
            stay: None,
            predecessor: None,
        }
    }

    pub(super) fn is_for(&self, kind: JobKind, participant: Option<&Identity>) -> bool {
        self.info.kind == kind && self.info.participant.as_ref().map(|p| &p.identity) == participant
    }

    pub(super) fn room(&self) -> &RoomName {
        &self.info.room.name
    }

    pub(super) fn pause(&self) -> Duration {
        PAUSE * 2u32.saturating_pow(self.rounds.saturating_sub(1))
    }
}
