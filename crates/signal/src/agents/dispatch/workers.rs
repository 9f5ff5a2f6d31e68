//! What workers say, and what follows when they fall silent.

use super::job::{Phase, RESTARTS_MAX};
use super::room::RestartPolicy;
use super::worker::{Phase as WorkerPhase, Registered};
use super::{
    Dispatcher, JobId, JobState, JobStatus, Output, Registration, ToWorker, WorkerId, WorkerMessage,
};
use room_core::Now;
use std::time::{Duration, Instant};

/// How long a worker whose connection broke may take to come back to its jobs. The published
/// workers try again at once; whoever needs longer is taken for dead.
const RETURN_TIMEOUT: Duration = Duration::from_secs(5);

impl Dispatcher {
    pub(super) fn handle_message(&mut self, now: Now, id: &WorkerId, message: WorkerMessage) {
        let Some(worker) = self.workers.get(id) else {
            return; // It was closed, and said this before it knew.
        };
        match (&worker.phase, message) {
            (_, WorkerMessage::Ping { timestamp }) => {
                let pong = ToWorker::Pong {
                    last_timestamp: timestamp,
                    unix_ms: now.unix_ms,
                };
                self.send(id, pong);
            }
            (WorkerPhase::Connected { .. }, WorkerMessage::Register(registration)) => {
                self.register(now, id, registration);
            }
            // Out of turn: nothing to be said before registering, and one registers once.
            (WorkerPhase::Connected { .. }, _)
            | (WorkerPhase::Registered(_), WorkerMessage::Register(_)) => {
                self.remove_worker(now, id);
                self.outputs.push_back(Output::Close(id.clone()));
            }
            (WorkerPhase::Registered(_), WorkerMessage::Update(update)) => {
                if let Some(worker) = self.workers.get_mut(id)
                    && let WorkerPhase::Registered(registered) = &mut worker.phase
                {
                    registered.update(update);
                }
                self.offer_waiting(now, id);
            }
            (WorkerPhase::Registered(_), WorkerMessage::Accept { job, agent }) => {
                self.accept(now, id, &job, agent);
            }
            (WorkerPhase::Registered(_), WorkerMessage::Refuse { job, terminate }) => {
                self.refuse(now, id, &job, terminate);
            }
            (WorkerPhase::Registered(_), WorkerMessage::Job { job, status, error }) => {
                self.update_job(now, id, &job, status, error);
            }
            (WorkerPhase::Registered(_), WorkerMessage::Migrate(jobs)) => {
                for job in jobs {
                    self.migrate(now, id, &job);
                }
            }
        }
    }

    fn register(&mut self, now: Now, id: &WorkerId, registration: Registration) {
        let Some(worker) = self.workers.get_mut(id) else {
            return;
        };
        worker.phase = WorkerPhase::Registered(Registered::new(registration));
        self.send(id, ToWorker::Registered);
        if self.draining {
            self.send(id, ToWorker::GoAway);
            return;
        }
        self.launch_for_newcomer(now, id);
        self.offer_waiting(now, id);
    }

    /// Its offers go to others at once; its jobs wait a little for it to come back.
    pub(super) fn remove_worker(&mut self, now: Now, id: &WorkerId) {
        if self.workers.remove(id).is_none() {
            return;
        }
        let held: Vec<JobId> = self
            .jobs
            .iter()
            .filter(|(_, job)| job.phase.worker() == Some(id))
            .map(|(job, _)| job.clone())
            .collect();
        for job_id in held {
            let Some(job) = self.jobs.get(&job_id) else {
                continue;
            };
            match job.phase {
                Phase::Offered { .. } => self.offer(now, &job_id),
                Phase::AgentAway { .. } => self.hand_over(now, &job_id),
                Phase::Assigned { .. } | Phase::Running { .. } => {
                    let return_by = now.at + RETURN_TIMEOUT;
                    self.enter(&job_id, Phase::Orphaned { return_by });
                }
                Phase::Waiting | Phase::Resting { .. } | Phase::Orphaned { .. } => {}
            }
        }
    }

    pub(super) fn worker_deadline(&mut self, at: Instant, id: &WorkerId) {
        let late = self.workers.get(id).is_some_and(
            |w| matches!(w.phase, WorkerPhase::Connected { register_by } if register_by == at),
        );
        if late {
            self.workers.remove(id);
            self.outputs.push_back(Output::Close(id.clone()));
        }
    }

    fn update_job(
        &mut self,
        now: Now,
        worker: &WorkerId,
        id: &JobId,
        status: JobStatus,
        error: String,
    ) {
        let Some(job) = self.jobs.get_mut(id) else {
            return; // Ended while the message was on its way.
        };
        let comes_back = matches!(job.phase, Phase::Orphaned { .. })
            && self
                .workers
                .get(worker)
                .and_then(|w| w.registered())
                .is_some_and(|w| {
                    w.serves(&job.info.agent_name, &job.info.deployment, job.info.kind)
                });
        let handing_over = job.predecessor.as_ref() == Some(worker);
        if !comes_back && job.phase.runner() != Some(worker) {
            match status {
                // It was handed to another while this worker could not be reached.
                JobStatus::Running if !handing_over => {
                    self.send(worker, ToWorker::Terminate(id.clone()));
                }
                JobStatus::Success if handing_over => self.end_job(now, id, JobStatus::Success),
                JobStatus::Pending
                | JobStatus::Running
                | JobStatus::Success
                | JobStatus::Failed => {}
            }
            return;
        }
        job.info.state.updated_unix_ms = now.unix_ms;
        job.info.state.error = error;
        match status {
            JobStatus::Pending => {}
            JobStatus::Running => {
                job.info.state.worker = Some(worker.clone());
                if comes_back || matches!(job.phase, Phase::Assigned { .. }) {
                    let worker = worker.clone();
                    self.enter(id, Phase::Running { worker });
                }
            }
            JobStatus::Success => self.end_job(now, id, JobStatus::Success),
            JobStatus::Failed => self.fail(now, id),
        }
    }

    /// The agent crashed, or never began: it is started again, unless it has crashed too often or shall not be.
    pub(super) fn fail(&mut self, now: Now, id: &JobId) {
        let policy = self.restart_policy(id);
        let Some(job) = self.jobs.get_mut(id) else {
            return;
        };
        if policy == RestartPolicy::Never || job.restarts >= RESTARTS_MAX {
            self.end_job(now, id, JobStatus::Failed);
            return;
        }
        job.restarts += 1;
        self.hand_over(now, id);
    }

    fn migrate(&mut self, now: Now, worker: &WorkerId, id: &JobId) {
        let Some(job) = self.jobs.get_mut(id) else {
            return;
        };
        if job.phase.runner() != Some(worker) {
            return;
        }
        job.predecessor = Some(worker.clone());
        job.tried.insert(worker.clone());
        self.hand_over(now, id);
    }

    /// Offers a job that a worker had to the others.
    pub(super) fn hand_over(&mut self, now: Now, id: &JobId) {
        let Some(job) = self.jobs.get_mut(id) else {
            return;
        };
        job.resuming = true;
        job.rounds = 0;
        let state = &mut job.info.state;
        *state = JobState {
            updated_unix_ms: now.unix_ms,
            error: std::mem::take(&mut state.error),
            ..JobState::default()
        };
        self.offer(now, id);
    }

    pub(super) fn drain(&mut self) {
        self.draining = true;
        let all: Vec<WorkerId> = self.workers.keys().cloned().collect();
        for worker in all {
            self.send(&worker, ToWorker::GoAway);
        }
    }

    fn restart_policy(&self, id: &JobId) -> RestartPolicy {
        self.jobs
            .get(id)
            .and_then(|job| {
                let room = self.rooms.get(job.room())?;
                Some(room.dispatches.get(&job.info.dispatch)?.request.restart)
            })
            .unwrap_or_default()
    }
}
