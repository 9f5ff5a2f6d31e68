//! What happens in rooms, and the jobs that follow from it.

use super::job::{Job, Phase};
use super::room::{Dispatch, Present, Room};
use super::{
    DispatchId, DispatchRequest, Dispatcher, JobId, JobInfo, JobKind, JobState, Refusal, WorkerId,
};
use base::{Identity, RoomName};
use room_core::model::{AgentDispatch, ParticipantInfo, ParticipantKind, RoomInfo};
use room_core::{Now, RoomEvent, RoomEventKind};
use std::collections::VecDeque;
use std::time::Duration;

/// How long an agent that left the room may take to come back, or its worker to say how its job
/// ended: a reconnect of the agent takes a few seconds at worst.
const AGENT_RETURN_TIMEOUT: Duration = Duration::from_secs(10);

impl Dispatcher {
    pub(super) fn handle_room(&mut self, now: Now, event: RoomEvent) {
        let room = event.room.name.clone();
        match event.kind {
            RoomEventKind::RoomStarted { agents } => {
                self.open_room(now, event.room);
                self.dispatch_at_start(now, &room, agents);
            }
            RoomEventKind::RoomFinished { .. } => {
                // The end of an earlier life of the room must not end this one.
                if self
                    .rooms
                    .get(&room)
                    .is_some_and(|r| r.info.sid == event.room.sid)
                {
                    self.close_room(now, &room);
                }
            }
            RoomEventKind::ParticipantJoined { participant } => {
                self.open_room(now, event.room);
                self.participant_joined(now, &room, *participant);
            }
            RoomEventKind::TrackPublished { participant, .. } => {
                self.open_room(now, event.room);
                self.participant_published(now, &room, *participant);
            }
            RoomEventKind::ParticipantLeft { participant }
            | RoomEventKind::ParticipantConnectionAborted { participant } => {
                self.open_room(now, event.room);
                self.participant_left(now, &room, &participant);
            }
            RoomEventKind::TrackUnpublished { .. }
            | RoomEventKind::ListenerJoined { .. }
            | RoomEventKind::ListenerLeft { .. } => self.open_room(now, event.room),
        }
    }

    /// Makes the room known, or its description current. A new life of a room ends the old one.
    pub(super) fn open_room(&mut self, now: Now, info: RoomInfo) {
        let name = info.name.clone();
        if self
            .rooms
            .get(&name)
            .is_some_and(|r| r.info.sid != info.sid)
        {
            self.close_room(now, &name);
        }
        match self.rooms.get_mut(&name) {
            Some(room) => room.info = info,
            None => {
                self.rooms.insert(name, Room::new(info));
            }
        }
    }

    fn close_room(&mut self, now: Now, name: &RoomName) {
        self.end_jobs(now, |job| job.room() == name);
        self.rooms.remove(name);
    }

    /// The agents that the room's creator named; if he named none, whichever workers take part in
    /// automatic dispatch.
    fn dispatch_at_start(&mut self, now: Now, room: &RoomName, agents: Vec<AgentDispatch>) {
        if agents.is_empty() {
            // A room has at most one automatic dispatch, so the limit cannot refuse it alone.
            let _ = self.add_dispatch(now, room, DispatchRequest::default(), true);
            return;
        }
        for agent in agents {
            let request = DispatchRequest {
                agent_name: agent.agent_name,
                metadata: agent.metadata,
                deployment: agent.deployment,
                attributes: agent.attributes,
                ..DispatchRequest::default()
            };
            if let Err(refusal) = self.add_dispatch(now, room, request, false) {
                tracing::warn!(%refusal, "an agent that the room's creator named is not dispatched");
            }
        }
    }

    pub(super) fn add_dispatch(
        &mut self,
        now: Now,
        name: &RoomName,
        request: DispatchRequest,
        automatic: bool,
    ) -> Result<DispatchId, Refusal> {
        let id = DispatchId::random(&mut self.rng);
        let Some(room) = self.rooms.get_mut(name) else {
            return Ok(id);
        };
        if room.dispatches.len() >= self.limits.dispatches_per_room {
            return Err(Refusal::TooManyDispatches);
        }
        room.dispatches.insert(
            id.clone(),
            Dispatch {
                request,
                automatic,
                created_unix_ms: now.unix_ms,
                ended: VecDeque::new(),
            },
        );
        for kind in [JobKind::Room, JobKind::Publisher, JobKind::Participant] {
            self.launch_missing(now, name, &id, kind);
        }
        Ok(id)
    }

    /// A worker of a sort that perhaps was not there before: dispatches that named its agent get
    /// what they have waited for.
    pub(super) fn launch_for_newcomer(&mut self, now: Now, worker: &WorkerId) {
        let Some(w) = self.workers.get(worker).and_then(|w| w.registered()) else {
            return;
        };
        let kind = w.registration.kind;
        let hopeful: Vec<(RoomName, DispatchId)> = self
            .rooms
            .iter()
            .flat_map(|(name, room)| room.dispatches.iter().map(move |(id, d)| (name, id, d)))
            .filter(|(_, _, d)| {
                !d.automatic && w.serves(&d.request.agent_name, &d.request.deployment, kind)
            })
            .map(|(name, id, _)| (name.clone(), id.clone()))
            .collect();
        for (name, id) in hopeful {
            self.launch_missing(now, &name, &id, kind);
        }
    }

    /// Starts the jobs of one kind that a dispatch should have by now and never had.
    fn launch_missing(&mut self, now: Now, name: &RoomName, id: &DispatchId, kind: JobKind) {
        let Some(room) = self.rooms.get(name) else {
            return;
        };
        let people: Vec<Option<Identity>> = match kind {
            JobKind::Room => vec![None],
            JobKind::Participant => room.present.keys().cloned().map(Some).collect(),
            JobKind::Publisher => room
                .present
                .iter()
                .filter(|(_, p)| p.published)
                .map(|(identity, _)| Some(identity.clone()))
                .collect(),
        };
        for person in people {
            self.launch(now, name, id, kind, person.as_ref());
        }
    }

    /// Starts a job, unless there is or was one for the same purpose, or nobody could run it.
    fn launch(
        &mut self,
        now: Now,
        name: &RoomName,
        id: &DispatchId,
        kind: JobKind,
        person: Option<&Identity>,
    ) {
        let Some(room) = self.rooms.get(name) else {
            return;
        };
        let Some(dispatch) = room.dispatches.get(id) else {
            return;
        };
        let request = &dispatch.request;
        let served = self
            .workers
            .values()
            .filter_map(|w| w.registered())
            .any(|w| w.serves(&request.agent_name, &request.deployment, kind));
        let running = self
            .jobs
            .values()
            .any(|job| job.info.dispatch == *id && job.is_for(kind, person));
        // A person who left and came back is served again; a room's agent that has done its work
        // is not started a second time.
        let done = person.is_none() && dispatch.ended.iter().any(|job| job.kind == kind);
        if !served || running || done || self.jobs.len() >= self.limits.jobs {
            return;
        }
        let participant = match person {
            None => None,
            Some(identity) => match room.present.get(identity) {
                Some(present) => Some(present.info.clone()),
                None => return,
            },
        };
        let info = JobInfo {
            id: JobId::random(&mut self.rng),
            dispatch: id.clone(),
            kind,
            room: room.info.clone(),
            participant,
            agent_name: request.agent_name.clone(),
            metadata: request.metadata.clone(),
            deployment: request.deployment.clone(),
            attributes: request.attributes.clone(),
            state: JobState::default(),
        };
        let job = info.id.clone();
        self.jobs.insert(job.clone(), Job::new(info));
        self.offer(now, &job);
    }

    fn participant_joined(&mut self, now: Now, name: &RoomName, info: ParticipantInfo) {
        if info.kind == ParticipantKind::Agent {
            return self.agent_joined(name, &info);
        }
        if info.kind.is_dependent() {
            return;
        }
        let identity = info.identity.clone();
        self.remember_participant(name, info);
        self.launch_for(now, name, JobKind::Participant, &identity);
    }

    fn participant_published(&mut self, now: Now, name: &RoomName, info: ParticipantInfo) {
        if info.kind.is_dependent() {
            return;
        }
        let identity = info.identity.clone();
        self.remember_participant(name, info);
        if let Some(present) = self
            .rooms
            .get_mut(name)
            .and_then(|r| r.present.get_mut(&identity))
            && !present.published
        {
            present.published = true;
            self.launch_for(now, name, JobKind::Publisher, &identity);
        }
    }

    fn remember_participant(&mut self, name: &RoomName, info: ParticipantInfo) {
        let Some(room) = self.rooms.get_mut(name) else {
            return;
        };
        let stay = info.sid.clone();
        let present = room
            .present
            .entry(info.identity.clone())
            .or_insert_with(|| Present {
                info: info.clone(),
                published: false,
            });
        // A new stay begins without tracks.
        present.published &= present.info.sid == stay;
        present.info = info;
    }

    fn participant_left(&mut self, now: Now, name: &RoomName, info: &ParticipantInfo) {
        if info.kind == ParticipantKind::Agent {
            return self.agent_left(now, name, info);
        }
        let Some(room) = self.rooms.get_mut(name) else {
            return;
        };
        // The newer stay of the same person may have begun before the older one's end is told.
        if room
            .present
            .get(&info.identity)
            .is_none_or(|present| present.info.sid != info.sid)
        {
            return;
        }
        room.present.remove(&info.identity);
        // Agents at work for him decide themselves when they are done; those not yet begun need not
        // begin.
        self.end_jobs(now, |job| {
            job.room() == name
                && job.is_for(job.info.kind, Some(&info.identity))
                && job.phase.runner().is_none()
                && !matches!(job.phase, Phase::Orphaned { .. })
        });
    }

    fn agent_joined(&mut self, name: &RoomName, agent: &ParticipantInfo) {
        let Some(id) = self.job_of_agent(name, &agent.identity) else {
            return;
        };
        let Some(job) = self.jobs.get_mut(&id) else {
            return;
        };
        job.stay = Some(agent.sid.clone());
        if let Phase::Assigned { worker, .. } | Phase::AgentAway { worker, .. } = &job.phase {
            let worker = worker.clone();
            self.enter(&id, Phase::Running { worker });
        }
    }

    fn agent_left(&mut self, now: Now, name: &RoomName, agent: &ParticipantInfo) {
        let Some(id) = self.job_of_agent(name, &agent.identity) else {
            return;
        };
        let Some(job) = self.jobs.get(&id) else {
            return;
        };
        // After a hand-over the end of the older stay may be told after the newer began.
        if job.stay.as_ref() != Some(&agent.sid) {
            return;
        }
        match job.phase.clone() {
            // Its worker is gone, and now the agent too: they died together.
            Phase::Orphaned { .. } => self.hand_over(now, &id),
            Phase::Running { worker } => {
                let return_by = now.at + AGENT_RETURN_TIMEOUT;
                self.enter(&id, Phase::AgentAway { worker, return_by });
            }
            Phase::Waiting
            | Phase::Resting { .. }
            | Phase::Offered { .. }
            | Phase::Assigned { .. }
            | Phase::AgentAway { .. } => {}
        }
    }

    fn launch_for(&mut self, now: Now, name: &RoomName, kind: JobKind, identity: &Identity) {
        let Some(room) = self.rooms.get(name) else {
            return;
        };
        let dispatches: Vec<DispatchId> = room.dispatches.keys().cloned().collect();
        for id in dispatches {
            self.launch(now, name, &id, kind, Some(identity));
        }
    }
}
