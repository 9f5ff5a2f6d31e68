//! What the dispatcher remembers of a room: whom there may be jobs for.

use super::{DispatchId, JobInfo};
use base::Identity;
use room_core::model::{ParticipantInfo, RoomInfo};
use std::collections::{BTreeMap, VecDeque};

/// Whether a failed job is started again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RestartPolicy {
    #[default]
    OnFailure,
    Never,
}

/// The wish for an agent: what the API, a token or a room's creator asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DispatchRequest {
    pub agent_name: String,
    pub metadata: String,
    pub deployment: String,
    pub attributes: BTreeMap<String, String>,
    pub restart: RestartPolicy,
}

/// A dispatch as callers of the API see it.
#[derive(Clone, Debug, PartialEq)]
pub struct DispatchInfo {
    pub id: DispatchId,
    pub room: base::RoomName,
    pub request: DispatchRequest,
    pub jobs: Vec<JobInfo>,
    pub created_unix_ms: u64,
    /// 0 while it is in force.
    pub deleted_unix_ms: u64,
}

#[derive(Debug)]
pub(super) struct Room {
    pub(super) info: RoomInfo,
    pub(super) present: BTreeMap<Identity, Present>,
    pub(super) dispatches: BTreeMap<DispatchId, Dispatch>,
}

#[derive(Debug)]
pub(super) struct Present {
    pub(super) info: ParticipantInfo,
    pub(super) published: bool,
}

#[derive(Debug)]
pub(super) struct Dispatch {
    pub(super) request: DispatchRequest,
    /// Made because nobody asked for a certain agent: it serves whichever workers are there when
    /// something happens, and waits for none.
    pub(super) automatic: bool,
    pub(super) created_unix_ms: u64,
    /// The newest last; see [`ENDED_KEPT`].
    pub(super) ended: VecDeque<JobInfo>,
}

/// How many ended jobs a dispatch remembers for those who ask: enough to see what went wrong in a
/// room, without growing for as long as the room lives.
const ENDED_KEPT: usize = 32;

impl Room {
    pub(super) fn new(info: RoomInfo) -> Self {
        Self {
            info,
            present: BTreeMap::new(),
            dispatches: BTreeMap::new(),
        }
    }
}

impl Dispatch {
    pub(super) fn remember(&mut self, job: JobInfo) {
        if self.ended.len() == ENDED_KEPT {
            self.ended.pop_front();
        }
        self.ended.push_back(job);
    }
}
