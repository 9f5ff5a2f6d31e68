//! The task around the dispatcher, and the handle through which it is reached.

use super::dispatch::{
    DispatchId, DispatchInfo, DispatchRequest, Dispatcher, Input, JobInfo, Limits, Output, Refusal,
    ToWorker, WorkerId, WorkerMessage,
};
use base::RoomName;
use base::clock::OsClock;
use base::rng::Rng;
use room_core::model::RoomInfo;
use room_core::{Now, RoomEvent};
use std::collections::HashMap;
use tokio::sync::{mpsc, oneshot};

/// What waits for the dispatcher. Each takes microseconds, so this is many milliseconds of work;
/// workers wait when it is full.
const INBOX: usize = 1_024;

/// What waits for one worker's connection: some jobs for each of a server's rooms. A worker that
/// is further behind does not read, and is disconnected.
const WORKER_QUEUE: usize = 1_024;

/// Job news that wait to be written down as webhooks.
const JOB_EVENTS: usize = 4_096;

/// An agent's job began or ended.
#[derive(Clone, Debug)]
pub enum JobEvent {
    Started(Box<JobInfo>),
    Ended(Box<JobInfo>),
}

/// The dispatcher of this server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Agents {
    inbox: mpsc::Sender<ToTask>,
}

/// The dispatcher has ended, which it does only with the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the agent dispatcher has ended")]
pub struct AgentsGone;

#[derive(Debug)]
enum ToTask {
    Connect(oneshot::Sender<Result<Connected, Refusal>>),
    Input(Input),
    Create {
        room: Box<RoomInfo>,
        request: DispatchRequest,
        reply: oneshot::Sender<Result<DispatchInfo, Refusal>>,
    },
    Delete {
        room: RoomName,
        id: DispatchId,
        reply: oneshot::Sender<Option<DispatchInfo>>,
    },
    List {
        room: RoomName,
        reply: oneshot::Sender<Vec<DispatchInfo>>,
    },
}

/// A worker's place with the dispatcher.
#[derive(Debug)]
pub(super) struct Connected {
    pub(super) id: WorkerId,
    /// Ends when the dispatcher wants the connection ended.
    pub(super) messages: mpsc::Receiver<ToWorker>,
}

impl Agents {
    /// Starts the dispatcher. `events` are those of all rooms. The second value is what becomes of
    /// jobs, for whoever tells others.
    pub fn start(
        rng: Rng,
        limits: Limits,
        events: mpsc::Receiver<RoomEvent>,
    ) -> (Self, mpsc::Receiver<JobEvent>) {
        let (inbox, receiver) = mpsc::channel(INBOX);
        let (job_events, jobs) = mpsc::channel(JOB_EVENTS);
        let task = Task {
            dispatcher: Dispatcher::new(rng, limits),
            workers: HashMap::new(),
            job_events,
        };
        tokio::spawn(task.run(receiver, events));
        (Self { inbox }, jobs)
    }

    /// Workers are sent away and nothing new is offered.
    pub async fn drain(&self) {
        // Without a dispatcher nothing is offered either.
        self.inbox.send(ToTask::Input(Input::Drain)).await.ok();
    }

    /// # Errors
    /// Too many agents are dispatched to the room already.
    pub async fn create_dispatch(
        &self,
        room: RoomInfo,
        request: DispatchRequest,
    ) -> Result<Result<DispatchInfo, Refusal>, AgentsGone> {
        let room = Box::new(room);
        self.ask(|reply| ToTask::Create {
            room,
            request,
            reply,
        })
        .await
    }

    pub async fn delete_dispatch(
        &self,
        room: RoomName,
        id: DispatchId,
    ) -> Result<Option<DispatchInfo>, AgentsGone> {
        self.ask(|reply| ToTask::Delete { room, id, reply }).await
    }

    pub async fn dispatches(&self, room: RoomName) -> Result<Vec<DispatchInfo>, AgentsGone> {
        self.ask(|reply| ToTask::List { room, reply }).await
    }

    pub(super) async fn connect(&self) -> Result<Result<Connected, Refusal>, AgentsGone> {
        self.ask(ToTask::Connect).await
    }

    pub(super) async fn say(
        &self,
        id: &WorkerId,
        message: WorkerMessage,
    ) -> Result<(), AgentsGone> {
        let input = Input::Worker(id.clone(), message);
        let sent = self.inbox.send(ToTask::Input(input)).await;
        sent.map_err(|_| AgentsGone)
    }

    pub(super) async fn gone(&self, id: WorkerId) {
        // Without a dispatcher nobody has to know.
        let input = ToTask::Input(Input::WorkerGone(id));
        self.inbox.send(input).await.ok();
    }

    async fn ask<T>(
        &self,
        question: impl FnOnce(oneshot::Sender<T>) -> ToTask,
    ) -> Result<T, AgentsGone> {
        let (reply, answer) = oneshot::channel();
        let sent = self.inbox.send(question(reply)).await;
        sent.map_err(|_| AgentsGone)?;
        answer.await.map_err(|_| AgentsGone)
    }
}

struct Task {
    dispatcher: Dispatcher,
    workers: HashMap<WorkerId, mpsc::Sender<ToWorker>>,
    job_events: mpsc::Sender<JobEvent>,
}

impl Task {
    async fn run(
        mut self,
        mut inbox: mpsc::Receiver<ToTask>,
        mut events: mpsc::Receiver<RoomEvent>,
    ) {
        loop {
            let deadline = self.dispatcher.next_deadline();
            tokio::select! {
                message = inbox.recv() => match message {
                    Some(message) => self.take(message),
                    None => return,
                },
                Some(event) = events.recv() => {
                    self.dispatcher.handle(now(), Input::Room(Box::new(event)));
                }
                () = sleep_until(deadline) => self.dispatcher.handle(now(), Input::Timeout),
            }
            self.carry_out();
            metrics::gauge!("stoa_agent_workers").set(self.workers.len() as f64);
        }
    }

    /// Whoever asked may have gone away meanwhile: an answer that nobody takes is dropped.
    fn take(&mut self, message: ToTask) {
        match message {
            ToTask::Connect(reply) => {
                let connected = self.connect();
                let id = connected.as_ref().ok().map(|c| c.id.clone());
                if let (Err(_), Some(id)) = (reply.send(connected), id) {
                    self.dispatcher.handle(now(), Input::WorkerGone(id));
                }
            }
            ToTask::Input(input) => {
                if let Input::WorkerGone(id) = &input {
                    self.workers.remove(id);
                }
                self.dispatcher.handle(now(), input);
            }
            ToTask::Create {
                room,
                request,
                reply,
            } => {
                let created = self.dispatcher.create_dispatch(now(), *room, request);
                reply.send(created).ok();
            }
            ToTask::Delete { room, id, reply } => {
                let deleted = self.dispatcher.delete_dispatch(now(), &room, &id);
                reply.send(deleted).ok();
            }
            ToTask::List { room, reply } => {
                reply.send(self.dispatcher.dispatches(&room)).ok();
            }
        }
    }

    fn connect(&mut self) -> Result<Connected, Refusal> {
        let id = self.dispatcher.connect(now())?;
        let (sender, messages) = mpsc::channel(WORKER_QUEUE);
        self.workers.insert(id.clone(), sender);
        Ok(Connected { id, messages })
    }

    fn carry_out(&mut self) {
        while let Some(output) = self.dispatcher.poll() {
            match output {
                Output::Send(worker, message) => self.send(&worker, message),
                Output::Close(worker) => {
                    self.workers.remove(&worker);
                }
                Output::JobStarted(job) => self.tell(JobEvent::Started(job)),
                Output::JobEnded(job) => self.tell(JobEvent::Ended(job)),
            }
        }
    }

    fn send(&mut self, worker: &WorkerId, message: ToWorker) {
        let Some(sender) = self.workers.get(worker) else {
            return;
        };
        if sender.try_send(message).is_err() {
            tracing::warn!(%worker, "an agent worker does not read and is disconnected");
            self.workers.remove(worker);
            let gone = Input::WorkerGone(worker.clone());
            self.dispatcher.handle(now(), gone);
        }
    }

    fn tell(&self, event: JobEvent) {
        let (word, job) = match &event {
            JobEvent::Started(job) => ("started", job),
            JobEvent::Ended(job) => ("ended", job),
        };
        tracing::info!(job = %job.id, room = %job.room.sid, status = ?job.state.status, "agent job {word}");
        if self.job_events.try_send(event).is_err() {
            metrics::counter!("stoa_job_events_lost_total").increment(1);
        }
    }
}

fn now() -> Now {
    Now {
        at: OsClock.now(),
        unix_ms: OsClock.unix_ms(),
    }
}

async fn sleep_until(deadline: Option<std::time::Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}
