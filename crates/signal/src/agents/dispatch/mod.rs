//! Who runs which agent: the decisions behind `/agent` and the dispatch service. Pure.
//!
//! A *dispatch* is the wish for an agent in a room; a *job* is one agent started because of it; a
//! *worker* is a connected program that runs jobs. A job is offered to one free worker after
//! another until one takes it; when its worker dies it is offered again, under the same id.
//!
//! `handle(now, input)`, then `poll()` until it is empty, and again at `next_deadline()`.
//! Begin with [`Input`] and [`Output`], then `offer.rs`.

mod ids;
mod job;
mod offer;
mod room;
mod rooms;
#[cfg(test)]
mod tests;
mod worker;
mod workers;

pub use ids::{DispatchId, JobId, WorkerId};
pub use job::{JobInfo, JobKind, JobState, JobStatus};
pub use room::{DispatchInfo, DispatchRequest, RestartPolicy};
pub use worker::{Registration, WorkerUpdate};

use base::rng::Rng;
use base::{Identity, RoomName};
use job::Job;
use room::Room;
use room_core::model::RoomInfo;
use room_core::{Now, RoomEvent, TokenGrants};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};
use worker::{Phase as WorkerPhase, Worker};

#[derive(Clone, Debug)]
pub enum Input {
    /// From a worker that was connected.
    Worker(WorkerId, WorkerMessage),
    /// The worker's connection is gone.
    WorkerGone(WorkerId),
    Room(Box<RoomEvent>),
    /// Workers are told to go elsewhere, and nothing is offered to them any more.
    Drain,
    /// A deadline has come.
    Timeout,
}

/// What a worker says.
#[derive(Clone, Debug, PartialEq)]
pub enum WorkerMessage {
    Register(Registration),
    /// It takes an offered job.
    Accept {
        job: JobId,
        agent: AgentProfile,
    },
    /// It does not; with `terminate` nobody should.
    Refuse {
        job: JobId,
        terminate: bool,
    },
    Update(WorkerUpdate),
    Job {
        job: JobId,
        status: JobStatus,
        error: String,
    },
    Ping {
        timestamp: i64,
    },
    /// It wants to be rid of jobs that it runs.
    Migrate(Vec<JobId>),
}

/// Who the agent will be in the room, as its worker wishes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentProfile {
    pub identity: String,
    pub name: String,
    pub metadata: String,
    pub attributes: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    Send(WorkerId, ToWorker),
    /// End the connection; it has broken the rules.
    Close(WorkerId),
    JobStarted(Box<JobInfo>),
    JobEnded(Box<JobInfo>),
}

/// What a worker is told.
#[derive(Clone, Debug, PartialEq)]
pub enum ToWorker {
    Registered,
    /// Will you?
    Offer {
        job: Box<JobInfo>,
        resuming: bool,
    },
    /// Do. A token is to be minted from `grants`.
    Assign {
        job: Box<JobInfo>,
        grants: Box<TokenGrants>,
    },
    Terminate(JobId),
    Pong {
        last_timestamp: i64,
        unix_ms: u64,
    },
    GoAway,
}

/// How many of everything may be; reasons in [`Limits::default`].
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub workers: usize,
    pub dispatches_per_room: usize,
    pub jobs: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // One worker serves tens of agents: this is more than one server's rooms can use.
            workers: 1_000,
            // Every dispatch may start an agent for every participant.
            dispatches_per_room: 50,
            // Beyond what one server can carry as participants.
            jobs: 20_000,
        }
    }
}

/// Why a dispatch or a worker is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("too many agent workers are connected to this server")]
    TooManyWorkers,
    #[error("too many agents are dispatched to this room")]
    TooManyDispatches,
}

/// A worker that has connected but not registered by then is disconnected.
const REGISTER_TIMEOUT: Duration = Duration::from_secs(10);

/// The dispatcher of one server.
#[derive(Debug)]
pub struct Dispatcher {
    rng: Rng,
    limits: Limits,
    workers: BTreeMap<WorkerId, Worker>,
    rooms: BTreeMap<RoomName, Room>,
    jobs: BTreeMap<JobId, Job>,
    /// The jobs in [`job::Phase::Waiting`].
    waiting: BTreeSet<JobId>,
    /// Deadlines of workers and jobs, among them some that no longer hold: those are found out when
    /// they come.
    deadlines: BTreeSet<(Instant, Subject)>,
    outputs: VecDeque<Output>,
    draining: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Worker(WorkerId),
    Job(JobId),
}

impl Dispatcher {
    pub fn new(rng: Rng, limits: Limits) -> Self {
        Self {
            rng,
            limits,
            workers: BTreeMap::new(),
            rooms: BTreeMap::new(),
            jobs: BTreeMap::new(),
            waiting: BTreeSet::new(),
            deadlines: BTreeSet::new(),
            outputs: VecDeque::new(),
            draining: false,
        }
    }

    /// A worker has connected. It has 10 s to register.
    pub fn connect(&mut self, now: Now) -> Result<WorkerId, Refusal> {
        if self.workers.len() >= self.limits.workers {
            return Err(Refusal::TooManyWorkers);
        }
        let id = WorkerId::random(&mut self.rng);
        let register_by = now.at + REGISTER_TIMEOUT;
        let phase = WorkerPhase::Connected { register_by };
        self.workers.insert(id.clone(), Worker { phase });
        self.deadlines
            .insert((register_by, Subject::Worker(id.clone())));
        Ok(id)
    }

    pub fn handle(&mut self, now: Now, input: Input) {
        match input {
            Input::Worker(worker, message) => self.handle_message(now, &worker, message),
            Input::WorkerGone(worker) => self.remove_worker(now, &worker),
            Input::Room(event) => self.handle_room(now, *event),
            Input::Drain => self.drain(),
            Input::Timeout => self.handle_deadlines(now),
        }
    }

    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    pub fn next_deadline(&self) -> Option<Instant> {
        self.deadlines.first().map(|(at, _)| *at)
    }

    /// Asks for an agent in a room that is open. `room` says how it stands now.
    pub fn create_dispatch(
        &mut self,
        now: Now,
        room: RoomInfo,
        request: DispatchRequest,
    ) -> Result<DispatchInfo, Refusal> {
        let name = room.name.clone();
        self.open_room(now, room);
        let id = self.add_dispatch(now, &name, request.clone(), false)?;
        Ok(DispatchInfo {
            jobs: self.jobs_of(&id),
            id,
            room: name,
            request,
            created_unix_ms: now.unix_ms,
            deleted_unix_ms: 0,
        })
    }

    /// Takes a dispatch back; its agents are told to leave. `None`: there is no such dispatch.
    pub fn delete_dispatch(
        &mut self,
        now: Now,
        room: &RoomName,
        id: &DispatchId,
    ) -> Option<DispatchInfo> {
        self.end_jobs(now, |job| job.info.dispatch == *id && job.room() == room);
        let mut info = self.dispatch(room, id)?;
        info.deleted_unix_ms = now.unix_ms;
        self.rooms.get_mut(room)?.dispatches.remove(id);
        Some(info)
    }

    /// The dispatches of a room in the order of their making; an automatic one only once it has
    /// had a job.
    pub fn dispatches(&self, room: &RoomName) -> Vec<DispatchInfo> {
        let Some(known) = self.rooms.get(room) else {
            return Vec::new();
        };
        let mut all: Vec<_> = known
            .dispatches
            .iter()
            .filter_map(|(id, dispatch)| Some((dispatch.automatic, self.dispatch(room, id)?)))
            .filter(|(automatic, info)| !automatic || !info.jobs.is_empty())
            .map(|(_, info)| info)
            .collect();
        all.sort_by_key(|info| info.created_unix_ms);
        all
    }

    pub fn dispatch(&self, room: &RoomName, id: &DispatchId) -> Option<DispatchInfo> {
        let dispatch = self.rooms.get(room)?.dispatches.get(id)?;
        let ended = dispatch.ended.iter().cloned();
        Some(DispatchInfo {
            id: id.clone(),
            room: room.clone(),
            request: dispatch.request.clone(),
            jobs: ended.chain(self.jobs_of(id)).collect(),
            created_unix_ms: dispatch.created_unix_ms,
            deleted_unix_ms: 0,
        })
    }

    fn jobs_of(&self, dispatch: &DispatchId) -> Vec<JobInfo> {
        self.jobs
            .values()
            .filter(|job| job.info.dispatch == *dispatch)
            .map(|job| job.info.clone())
            .collect()
    }

    fn handle_deadlines(&mut self, now: Now) {
        while let Some((at, _)) = self.deadlines.first()
            && *at <= now.at
        {
            let Some((at, subject)) = self.deadlines.pop_first() else {
                return;
            };
            match subject {
                Subject::Worker(id) => self.worker_deadline(at, &id),
                Subject::Job(id) => self.job_deadline(now, at, &id),
            }
        }
    }

    fn send(&mut self, worker: &WorkerId, message: ToWorker) {
        self.outputs
            .push_back(Output::Send(worker.clone(), message));
    }

    /// The running job whose agent is this participant.
    fn job_of_agent(&self, room: &RoomName, identity: &Identity) -> Option<JobId> {
        self.jobs
            .iter()
            .find(|(_, job)| {
                job.room() == room && job.info.state.participant.as_ref() == Some(identity)
            })
            .map(|(id, _)| id.clone())
    }
}
