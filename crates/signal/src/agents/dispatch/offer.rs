//! A job's way to a worker: offer, answer, the next one, and the end.

use super::job::{Job, Phase, ROUNDS_MAX};
use super::{
    AgentProfile, Dispatcher, JobId, JobState, JobStatus, Output, Subject, ToWorker, WorkerId,
};
use base::Identity;
use room_core::model::{ParticipantKind, Permission};
use room_core::{Claim, Now, TokenGrants};
use std::time::{Duration, Instant};

/// How long a worker may think about an offer. Published workers give up on an assignment that has
/// not come 7.5 s after they accepted, so more would help nobody.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a worker that has a job may take to say that it runs, or its agent to join. Published
/// workers say so within a second, and a few more on a loaded machine.
const BEGIN_TIMEOUT: Duration = Duration::from_secs(30);

/// Tells people's programs which agent this participant is.
const AGENT_NAME_ATTRIBUTE: &str = "lk.agent_name";

impl Dispatcher {
    /// Asks the next worker, chosen by lot: who has less to do has more chances.
    pub(super) fn offer(&mut self, now: Now, id: &JobId) {
        let Some(job) = self.jobs.get(id) else {
            return;
        };
        let free: Vec<(WorkerId, f64)> = self
            .workers
            .iter()
            .filter(|(worker, _)| !self.draining && !job.tried.contains(worker))
            .filter_map(|(worker, w)| Some((worker, w.registered()?)))
            .filter(|(_, w)| {
                w.takes_jobs()
                    && w.serves(&job.info.agent_name, &job.info.deployment, job.info.kind)
            })
            .map(|(worker, w)| (worker.clone(), w.weight()))
            .collect();
        let Some(worker) = draw(free, self.rng.unit()) else {
            return self.rest(now, id);
        };
        let answer_by = now.at + ANSWER_TIMEOUT;
        let offered = Phase::Offered {
            worker: worker.clone(),
            answer_by,
        };
        self.enter(id, offered);
        if let Some(job) = self.jobs.get(id) {
            let offer = ToWorker::Offer {
                job: Box::new(job.info.clone()),
                resuming: job.resuming,
            };
            self.send(&worker, offer);
        }
    }

    /// Nobody is left to be asked.
    fn rest(&mut self, now: Now, id: &JobId) {
        let Some(job) = self.jobs.get_mut(id) else {
            return;
        };
        // Migrating: only the worker that wants to be rid of it is there.
        let refused = job
            .tried
            .iter()
            .any(|w| job.predecessor.as_ref() != Some(w));
        if !refused {
            return self.enter(id, Phase::Waiting);
        }
        job.rounds += 1;
        if job.rounds >= ROUNDS_MAX {
            job.info.state.error = "no agent worker accepted the job".into();
            return self.end_job(now, id, JobStatus::Failed);
        }
        let until = now.at + job.pause();
        self.enter(id, Phase::Resting { until });
    }

    /// A worker is, or may be, free: it is offered what waits.
    pub(super) fn offer_waiting(&mut self, now: Now, worker: &WorkerId) {
        let Some(w) = self.workers.get(worker).and_then(|w| w.registered()) else {
            return;
        };
        if !w.takes_jobs() {
            return;
        }
        let suited: Vec<JobId> = self
            .waiting
            .iter()
            .filter(|id| {
                self.jobs.get(id).is_some_and(|job| {
                    w.serves(&job.info.agent_name, &job.info.deployment, job.info.kind)
                })
            })
            .cloned()
            .collect();
        for id in suited {
            self.offer(now, &id);
        }
    }

    pub(super) fn accept(&mut self, now: Now, worker: &WorkerId, id: &JobId, agent: AgentProfile) {
        let Some(job) = self.jobs.get_mut(id) else {
            return;
        };
        if !matches!(&job.phase, Phase::Offered { worker: asked, .. } if asked == worker) {
            return; // Too late; another was asked.
        }
        let Some(permission) = self
            .workers
            .get(worker)
            .and_then(|w| w.registered())
            .map(|w| w.registration.permission.clone())
        else {
            return;
        };
        let grants = Box::new(grants(job, agent, permission));
        job.info.state = JobState {
            status: JobStatus::Running,
            error: String::new(),
            started_unix_ms: now.unix_ms,
            ended_unix_ms: 0,
            updated_unix_ms: now.unix_ms,
            participant: Some(grants.identity.clone()),
            worker: Some(worker.clone()),
        };
        job.tried.clear();
        // A stay that an earlier worker's agent may still have is none of this one's.
        job.stay = None;
        let predecessor = job.predecessor.take();
        let info = Box::new(job.info.clone());
        let first = !job.resuming;
        let assigned = Phase::Assigned {
            worker: worker.clone(),
            begin_by: now.at + BEGIN_TIMEOUT,
        };
        self.enter(id, assigned);
        let assign = ToWorker::Assign {
            job: info.clone(),
            grants,
        };
        self.send(worker, assign);
        if let Some(predecessor) = predecessor {
            self.send(&predecessor, ToWorker::Terminate(id.clone()));
        }
        if first {
            self.outputs.push_back(Output::JobStarted(info));
        }
    }

    pub(super) fn refuse(&mut self, now: Now, worker: &WorkerId, id: &JobId, terminate: bool) {
        let Some(job) = self.jobs.get_mut(id) else {
            return;
        };
        if !matches!(&job.phase, Phase::Offered { worker: asked, .. } if asked == worker) {
            return;
        }
        if terminate {
            self.end_job(now, id, JobStatus::Success);
        } else {
            job.tried.insert(worker.clone());
            self.offer(now, id);
        }
    }

    pub(super) fn job_deadline(&mut self, now: Now, at: Instant, id: &JobId) {
        let Some(job) = self.jobs.get_mut(id) else {
            return;
        };
        if job.phase.deadline() != Some(at) {
            return; // It has moved on.
        }
        match job.phase.clone() {
            Phase::Waiting | Phase::Running { .. } => {}
            Phase::Resting { .. } => {
                let predecessor = job.predecessor.clone();
                job.tried.retain(|w| Some(w) == predecessor.as_ref());
                self.offer(now, id);
            }
            Phase::Offered { worker, .. } => {
                job.tried.insert(worker);
                self.offer(now, id);
            }
            Phase::Assigned { worker, .. } => {
                job.tried.insert(worker.clone());
                job.info.state.error = "the agent did not begin".into();
                self.send(&worker, ToWorker::Terminate(id.clone()));
                self.fail(now, id);
            }
            Phase::Orphaned { .. } => self.hand_over(now, id),
            Phase::AgentAway { worker, .. } => {
                self.send(&worker, ToWorker::Terminate(id.clone()));
                if let Some(job) = self.jobs.get_mut(id) {
                    job.info.state.error = "the agent left the room".into();
                }
                self.end_job(now, id, JobStatus::Failed);
            }
        }
    }

    /// Ends all jobs that `which` picks, and tells their workers.
    pub(super) fn end_jobs(&mut self, now: Now, which: impl Fn(&Job) -> bool) {
        let ending: Vec<JobId> = self
            .jobs
            .iter()
            .filter(|(_, job)| which(job))
            .map(|(id, _)| id.clone())
            .collect();
        for id in ending {
            let Some(job) = self.jobs.get(&id) else {
                continue;
            };
            let told = [job.phase.runner().cloned(), job.predecessor.clone()];
            for worker in told.into_iter().flatten() {
                self.send(&worker, ToWorker::Terminate(id.clone()));
            }
            self.end_job(now, &id, JobStatus::Success);
        }
    }

    pub(super) fn end_job(&mut self, now: Now, id: &JobId, status: JobStatus) {
        self.waiting.remove(id);
        let Some(mut job) = self.jobs.remove(id) else {
            return;
        };
        job.info.state.status = status;
        job.info.state.ended_unix_ms = now.unix_ms;
        job.info.state.updated_unix_ms = now.unix_ms;
        if let Some(room) = self.rooms.get_mut(job.room())
            && let Some(dispatch) = room.dispatches.get_mut(&job.info.dispatch)
        {
            dispatch.remember(job.info.clone());
        }
        // Of a job that never had a worker, nobody was told that it began.
        if job.resuming || job.info.state.started_unix_ms > 0 {
            self.outputs.push_back(Output::JobEnded(Box::new(job.info)));
        }
    }

    pub(super) fn enter(&mut self, id: &JobId, phase: Phase) {
        let Some(job) = self.jobs.get_mut(id) else {
            return;
        };
        if let Some(at) = phase.deadline() {
            self.deadlines.insert((at, Subject::Job(id.clone())));
        }
        if phase == Phase::Waiting {
            self.waiting.insert(id.clone());
        } else {
            self.waiting.remove(id);
        }
        job.phase = phase;
    }
}

/// Draws one of `free` in proportion to the weights; `lot` is 0.0 to 1.0.
fn draw(free: Vec<(WorkerId, f64)>, lot: f64) -> Option<WorkerId> {
    let total: f64 = free.iter().map(|(_, weight)| weight).sum();
    let mut rest = lot * total;
    let mut chosen = None;
    for (worker, weight) in free {
        chosen = Some(worker);
        rest -= weight;
        if rest < 0.0 {
            break;
        }
    }
    chosen
}

fn grants(job: &Job, agent: AgentProfile, permission: Permission) -> TokenGrants {
    let identity = if agent.identity.is_empty() {
        format!("agent-{}", job.info.id)
    } else {
        agent.identity
    };
    let mut attributes = agent.attributes;
    attributes.insert(AGENT_NAME_ATTRIBUTE.into(), job.info.agent_name.clone());
    TokenGrants {
        room: job.room().clone(),
        identity: Identity::from(identity),
        name: agent.name,
        metadata: agent.metadata,
        attributes,
        permission: Permission {
            agent: true,
            ..permission
        },
        kind: ParticipantKind::Agent,
        kind_details: Vec::new(),
        claim: Claim {
            role: room_core::kinds::Role::Agent,
            ..Claim::default()
        },
    }
}
