//! A dispatcher, a clock, and workers that do what the story says.

use crate::agents::dispatch::{
    AgentProfile, DispatchId, DispatchRequest, Dispatcher, Input, JobId, JobInfo, JobKind,
    JobStatus, Limits, Output, Registration, ToWorker, WorkerId, WorkerMessage, WorkerUpdate,
};
use base::clock::OsClock;
use base::rng::Rng;
use base::{Identity, ParticipantSid, RoomName, RoomSid};
use room_core::model::{
    AgentDispatch, ParticipantInfo, ParticipantKind, ParticipantState, Permission, RoomEndReason,
    RoomInfo,
};
use room_core::{Now, RoomEvent, RoomEventKind};
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

pub(super) struct World {
    pub(super) dispatcher: Dispatcher,
    start: Instant,
    elapsed: Duration,
    inboxes: BTreeMap<WorkerId, VecDeque<ToWorker>>,
    pub(super) closed: Vec<WorkerId>,
    pub(super) started: Vec<JobInfo>,
    pub(super) ended: Vec<JobInfo>,
    stays: u32,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            dispatcher: Dispatcher::new(Rng::from_seed(seed), Limits::default()),
            start: OsClock.now(),
            elapsed: Duration::ZERO,
            inboxes: BTreeMap::new(),
            closed: Vec::new(),
            started: Vec::new(),
            ended: Vec::new(),
            stays: 0,
        }
    }

    pub(super) fn now(&self) -> Now {
        Now {
            at: self.start + self.elapsed,
            unix_ms: 1_800_000_000_000 + self.elapsed.as_millis() as u64,
        }
    }

    /// Lets time pass, with every deadline on the way at its own moment.
    pub(super) fn pass(&mut self, seconds: u64) {
        let until = self.elapsed + Duration::from_secs(seconds);
        while let Some(at) = self.dispatcher.next_deadline()
            && at <= self.start + until
        {
            self.elapsed = (at - self.start).max(self.elapsed);
            self.handle(Input::Timeout);
            let next = self.dispatcher.next_deadline();
            assert_ne!(next, Some(at), "a deadline that does not go away");
        }
        self.elapsed = until;
    }

    pub(super) fn handle(&mut self, input: Input) {
        self.dispatcher.handle(self.now(), input);
        self.carry_out();
    }

    fn carry_out(&mut self) {
        while let Some(output) = self.dispatcher.poll() {
            match output {
                Output::Send(worker, message) => {
                    self.inboxes.entry(worker).or_default().push_back(message);
                }
                Output::Close(worker) => self.closed.push(worker),
                Output::JobStarted(job) => self.started.push(*job),
                Output::JobEnded(job) => self.ended.push(*job),
            }
        }
    }

    pub(super) fn connect(&mut self) -> WorkerId {
        self.dispatcher
            .connect(self.now())
            .expect("room for one more")
    }

    pub(super) fn worker(&mut self, kind: JobKind, agent_name: &str) -> WorkerId {
        let id = self.connect();
        let registration = Registration {
            kind,
            agent_name: agent_name.into(),
            deployment: String::new(),
            permission: Permission::default(),
        };
        self.say(&id, WorkerMessage::Register(registration));
        assert_eq!(self.hear(&id), Some(ToWorker::Registered));
        id
    }

    pub(super) fn say(&mut self, worker: &WorkerId, message: WorkerMessage) {
        self.handle(Input::Worker(worker.clone(), message));
    }

    pub(super) fn hear(&mut self, worker: &WorkerId) -> Option<ToWorker> {
        self.inboxes.get_mut(worker)?.pop_front()
    }

    pub(super) fn has_mail(&self, worker: &WorkerId) -> bool {
        self.inboxes
            .get(worker)
            .is_some_and(|inbox| !inbox.is_empty())
    }

    pub(super) fn load(&mut self, worker: &WorkerId, load: f32) {
        self.status(worker, true, load);
    }

    pub(super) fn full(&mut self, worker: &WorkerId) {
        self.status(worker, false, 1.0);
    }

    fn status(&mut self, worker: &WorkerId, available: bool, load: f32) {
        let update = WorkerUpdate {
            available: Some(available),
            load,
            draining: false,
        };
        self.say(worker, WorkerMessage::Update(update));
    }

    /// The worker was just offered a job.
    pub(super) fn offered(&mut self, worker: &WorkerId) -> JobInfo {
        match self.hear(worker) {
            Some(ToWorker::Offer { job, .. }) => *job,
            other => panic!("{worker} should have been offered a job, but heard {other:?}"),
        }
    }

    pub(super) fn accept(&mut self, worker: &WorkerId, job: &JobId) {
        let agent = AgentProfile {
            identity: format!("agent-{job}"),
            ..AgentProfile::default()
        };
        let job = job.clone();
        self.say(worker, WorkerMessage::Accept { job, agent });
    }

    pub(super) fn refuse(&mut self, worker: &WorkerId, job: &JobId) {
        let refuse = WorkerMessage::Refuse {
            job: job.clone(),
            terminate: false,
        };
        self.say(worker, refuse);
    }

    pub(super) fn assigned(&mut self, worker: &WorkerId) -> JobInfo {
        match self.hear(worker) {
            Some(ToWorker::Assign { job, .. }) => *job,
            other => panic!("{worker} should have been assigned a job, but heard {other:?}"),
        }
    }

    /// The worker is offered a job, takes it, and gets it.
    pub(super) fn works(&mut self, worker: &WorkerId) -> JobInfo {
        let offered = self.offered(worker);
        self.accept(worker, &offered.id);
        let job = self.assigned(worker);
        assert_eq!(job.id, offered.id);
        job
    }

    pub(super) fn report(&mut self, worker: &WorkerId, job: &JobId, status: JobStatus) {
        let report = WorkerMessage::Job {
            job: job.clone(),
            status,
            error: String::new(),
        };
        self.say(worker, report);
    }

    pub(super) fn dies(&mut self, worker: &WorkerId) {
        self.handle(Input::WorkerGone(worker.clone()));
    }

    pub(super) fn opens(&mut self, room: &RoomInfo, agents: &[&str]) {
        let agents = agents
            .iter()
            .map(|name| AgentDispatch {
                agent_name: (*name).into(),
                metadata: format!("for {name}"),
                ..AgentDispatch::default()
            })
            .collect();
        self.happens(room, RoomEventKind::RoomStarted { agents });
    }

    pub(super) fn closes(&mut self, room: &RoomInfo) {
        let reason = RoomEndReason::Idle;
        self.happens(room, RoomEventKind::RoomFinished { reason });
    }

    pub(super) fn joins(
        &mut self,
        room: &RoomInfo,
        identity: &str,
        kind: ParticipantKind,
    ) -> ParticipantInfo {
        self.stays += 1;
        let person = participant(&format!("PA_{}", self.stays), identity, kind);
        let participant = Box::new(person.clone());
        self.happens(room, RoomEventKind::ParticipantJoined { participant });
        person
    }

    pub(super) fn publishes(&mut self, room: &RoomInfo, person: &ParticipantInfo) {
        let participant = Box::new(person.clone());
        let track = Box::new(super::track());
        self.happens(room, RoomEventKind::TrackPublished { participant, track });
    }

    pub(super) fn leaves(&mut self, room: &RoomInfo, person: &ParticipantInfo) {
        let participant = Box::new(person.clone());
        self.happens(room, RoomEventKind::ParticipantLeft { participant });
    }

    fn happens(&mut self, room: &RoomInfo, kind: RoomEventKind) {
        self.handle(Input::Room(Box::new(RoomEvent {
            at_unix_ms: self.now().unix_ms,
            room: room.clone(),
            kind,
        })));
    }

    pub(super) fn dispatch(&mut self, room: &RoomInfo, agent_name: &str) -> DispatchId {
        let request = DispatchRequest {
            agent_name: agent_name.into(),
            metadata: "a word".into(),
            ..DispatchRequest::default()
        };
        let made = self
            .dispatcher
            .create_dispatch(self.now(), room.clone(), request)
            .expect("not too many");
        self.carry_out();
        made.id
    }

    pub(super) fn delete(&mut self, room: &RoomInfo, id: &DispatchId) {
        let deleted = self.dispatcher.delete_dispatch(self.now(), &room.name, id);
        assert_eq!(deleted.map(|d| d.deleted_unix_ms), Some(self.now().unix_ms));
        self.carry_out();
    }
}

pub(super) fn room(name: &str) -> RoomInfo {
    RoomInfo {
        sid: RoomSid::from(format!("RM_{name}")),
        name: RoomName::from(name),
        empty_timeout: Duration::from_secs(300),
        departure_timeout: Duration::from_secs(20),
        max_participants: 0,
        created_at_unix_ms: 1_800_000_000_000,
        metadata: String::new(),
        num_participants: 0,
        num_publishers: 0,
        active_recording: false,
        enabled_codecs: Vec::new(),
    }
}

fn participant(sid: &str, identity: &str, kind: ParticipantKind) -> ParticipantInfo {
    ParticipantInfo {
        sid: ParticipantSid::from(sid),
        identity: Identity::from(identity),
        state: ParticipantState::Active,
        tracks: Vec::new(),
        data_tracks: Vec::new(),
        metadata: String::new(),
        attributes: BTreeMap::new(),
        name: String::new(),
        joined_at_unix_ms: 1_800_000_000_000,
        version: 1,
        permission: Permission::default(),
        region: String::new(),
        is_publisher: false,
        kind,
        kind_details: Vec::new(),
        disconnect_reason: None,
        client_protocol: 0,
        capabilities: Vec::new(),
    }
}
