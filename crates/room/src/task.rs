//! The task of one room.

use crate::rooms::Rooms;
use crate::session::{Session, ToSession};
use base::clock::OsClock;
use base::media::Event;
use base::rng::Rng;
use base::{Identity, PeerId, RoomKey, RoomName};
use room_core::model::RoomConfig;
use room_core::{
    CommandPace, ForwardId, Forwarded, Input, Join, JoinRefusal, Moving, Now, Output, Refusal,
    Resume, ResumeRefusal, Room, RpcCall, RpcError, RpcTicket, SessionId,
};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// Commands that wait for a room. Senders wait when it is full, so this only smooths bursts.
const INBOX: usize = 1_024;

/// Messages that wait for one signalling connection: a room of hundreds can say this much while
/// a phone changes cells. A client that is further behind resumes with fresh state instead.
const SESSION_QUEUE: usize = 1_024;

/// Inputs taken in one turn before outputs go out, so that neither side starves the other.
const TURN: usize = 64;

/// What reaches a room's task.
pub(crate) enum ToRoom {
    Input(Input),
    Join {
        session: SessionId,
        join: Arc<Join>,
        reply: oneshot::Sender<Result<Session, JoinRefusal>>,
    },
    Resume {
        session: SessionId,
        resume: Box<Resume>,
        reply: oneshot::Sender<Result<Session, ResumeRefusal>>,
    },
    Rpc {
        call: RpcCall,
        reply: oneshot::Sender<Result<String, RpcError>>,
    },
    /// Somebody comes from another room, with his session's queue.
    Admit {
        moving: Box<Moving>,
        queue: Option<mpsc::Sender<ToSession>>,
    },
    /// Somebody goes to another room.
    Release {
        identity: Identity,
        to: Inbox,
        reply: oneshot::Sender<Result<(), Refusal>>,
    },
    /// Somebody is shown in another room too; the answer is how he stands now.
    Forward {
        identity: Identity,
        id: ForwardId,
        to: Inbox,
        reply: oneshot::Sender<Result<Forwarded, Refusal>>,
    },
    Call(Box<dyn FnOnce(&mut Room, Now) + Send>),
}

/// Where a room's task is reached.
#[derive(Clone, Debug)]
pub(crate) struct Inbox {
    room: RoomKey,
    sender: mpsc::Sender<ToRoom>,
}

/// The room has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended;

impl Inbox {
    pub(crate) fn room(&self) -> RoomKey {
        self.room
    }

    pub(crate) async fn send(&self, message: ToRoom) -> Result<(), Ended> {
        self.sender.send(message).await.map_err(|_| Ended)
    }

    /// For what must arrive although the caller cannot wait.
    pub(crate) fn send_even_if_full(&self, message: ToRoom) {
        use mpsc::error::TrySendError;
        match self.sender.try_send(message) {
            Ok(()) | Err(TrySendError::Closed(_)) => {}
            Err(TrySendError::Full(message)) => {
                let sender = self.sender.clone();
                if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                    runtime.spawn(async move { sender.send(message).await.ok() });
                }
            }
        }
    }

    /// Runs `f` in the room's task.
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Room, Now) -> T + Send + 'static,
    ) -> Result<T, Ended> {
        let (reply, answer) = oneshot::channel();
        let call = ToRoom::Call(Box::new(move |room, now| {
            // Whoever asked may have gone away meanwhile.
            reply.send(f(room, now)).ok();
        }));
        self.send(call).await?;
        answer.await.map_err(|_| Ended)
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// Waits until the room's task has ended.
    pub(crate) async fn ended(&self) {
        self.sender.closed().await;
    }
}

/// Opens a room.
pub(crate) fn spawn(
    rooms: Rooms,
    key: RoomKey,
    name: RoomName,
    config: RoomConfig,
    rng: Rng,
) -> Inbox {
    let (sender, receiver) = mpsc::channel(INBOX);
    let inbox = Inbox { room: key, sender };
    let media_events = rooms.0.media.attach(key);
    let room = Room::open(
        now(),
        key,
        name.clone(),
        config,
        rooms.0.settings.clone(),
        rooms.0.wire.clone(),
        rng,
    );
    let task = Task {
        rooms,
        key,
        name,
        room,
        inbox: inbox.clone(),
        sessions: HashMap::new(),
        rpcs: HashMap::new(),
        next_rpc: 0,
        moved: HashMap::new(),
        moved_peers: HashMap::new(),
        forwards: HashMap::new(),
        finished: false,
    };
    tokio::spawn(task.run(receiver, media_events));
    inbox
}

struct Task {
    rooms: Rooms,
    key: RoomKey,
    name: RoomName,
    room: Room,
    inbox: Inbox,
    sessions: HashMap<SessionId, mpsc::Sender<ToSession>>,
    rpcs: HashMap<RpcTicket, oneshot::Sender<Result<String, RpcError>>>,
    next_rpc: u64,
    /// Where those went who were moved: what was sent before they knew is passed on.
    moved: HashMap<SessionId, Inbox>,
    moved_peers: HashMap<PeerId, Inbox>,
    forwards: HashMap<ForwardId, Inbox>,
    finished: bool,
}

impl Task {
    async fn run(mut self, mut inbox: mpsc::Receiver<ToRoom>, mut media: mpsc::Receiver<Event>) {
        self.carry_out();
        while !self.finished {
            let deadline = self.room.next_deadline().map(Instant::from_std);
            tokio::select! {
                Some(message) = inbox.recv() => self.take(message),
                Some(event) = media.recv() => self.hear(event),
                () = sleep_until(deadline) => self.room.handle(now(), Input::Time),
            }
            for _ in 0..TURN {
                let Ok(message) = inbox.try_recv() else { break };
                self.take(message);
            }
            for _ in 0..TURN {
                let Ok(event) = media.try_recv() else { break };
                self.hear(event);
            }
            self.carry_out();
        }
        // First unlist, then close: a join that finds the closed inbox opens a new room.
        self.rooms.forget(&self.name, self.key);
        inbox.close();
        self.rooms.0.media.detach(self.key);
    }

    fn take(&mut self, message: ToRoom) {
        match message {
            ToRoom::Input(input) => self.input(input),
            ToRoom::Join {
                session,
                join,
                reply,
            } => self.join(session, &join, reply),
            ToRoom::Resume {
                session,
                resume,
                reply,
            } => self.resume(session, *resume, reply),
            ToRoom::Rpc { call, reply } => self.rpc(call, reply),
            ToRoom::Admit { moving, queue } => self.admit(*moving, queue),
            ToRoom::Release {
                identity,
                to,
                reply,
            } => {
                // Whoever asked may have gone away meanwhile.
                reply.send(self.release(&identity, to)).ok();
            }
            ToRoom::Forward {
                identity,
                id,
                to,
                reply,
            } => {
                let state = self.room.start_forward(&identity, id);
                if state.is_ok() {
                    self.forwards.insert(id, to);
                }
                // As above.
                reply.send(state).ok();
            }
            ToRoom::Call(f) => f(&mut self.room, now()),
        }
    }

    fn input(&mut self, input: Input) {
        let session = match &input {
            Input::Command { session, .. } | Input::SignalLost { session } => Some(session),
            Input::Media(_) | Input::Time => None,
        };
        match session.and_then(|session| self.moved.get(session)) {
            Some(room) => room.send_even_if_full(ToRoom::Input(input)),
            None => self.room.handle(now(), input),
        }
    }

    fn hear(&mut self, event: Event) {
        match event.peer().and_then(|peer| self.moved_peers.get(&peer)) {
            Some(room) => room.send_even_if_full(ToRoom::Input(Input::Media(event))),
            None => self.room.handle(now(), Input::Media(event)),
        }
    }

    /// His session learns of the new room first, then the new room of him: no message of his goes
    /// astray.
    fn release(&mut self, identity: &Identity, to: Inbox) -> Result<(), Refusal> {
        if to.is_closed() {
            return Err(Refusal::NoSuchRoom);
        }
        let moving = self.room.release(now(), identity)?;
        // What the old room still had to say to him goes out before he is gone.
        self.carry_out();
        self.moved.retain(|_, room| !room.is_closed());
        self.moved_peers.retain(|_, room| !room.is_closed());
        self.moved_peers.insert(moving.peer(), to.clone());
        let mut queue = None;
        if let Some(session) = moving.session() {
            self.moved.insert(session, to.clone());
            queue = self.sessions.remove(&session);
            if let Some(queue) = &queue {
                // A queue that is full belongs to a client that is about to be ended for it.
                queue.try_send(ToSession::Moved { inbox: to.clone() }).ok();
            }
        }
        to.send_even_if_full(ToRoom::Admit {
            moving: Box::new(moving),
            queue,
        });
        Ok(())
    }

    fn admit(&mut self, moving: Moving, queue: Option<mpsc::Sender<ToSession>>) {
        self.moved_peers.remove(&moving.peer());
        if let Some(session) = moving.session() {
            self.moved.remove(&session);
            if let Some(queue) = queue {
                self.sessions.insert(session, queue);
            }
        }
        self.room.admit(now(), moving);
    }

    fn forward(&mut self, id: ForwardId, state: Forwarded) {
        let gone = state == Forwarded::Gone;
        if let Some(room) = self.forwards.get(&id) {
            if room.is_closed() {
                self.forwards.remove(&id);
                self.room.stop_forward(id);
                return;
            }
            room.send_even_if_full(ToRoom::Call(Box::new(move |room, now| {
                room.update_guest(now, id, state);
            })));
        }
        if gone {
            self.forwards.remove(&id);
        }
    }

    fn join(
        &mut self,
        id: SessionId,
        join: &Join,
        reply: oneshot::Sender<Result<Session, JoinRefusal>>,
    ) {
        let result = self
            .room
            .join(now(), id, join)
            .map(|participant| self.session(id, participant));
        if reply.send(result).is_err() {
            // The client went away while it waited: its session was dropped with the reply.
            tracing::debug!(room = %self.key, "a join was abandoned");
        }
    }

    fn resume(
        &mut self,
        id: SessionId,
        resume: Resume,
        reply: oneshot::Sender<Result<Session, ResumeRefusal>>,
    ) {
        let result = self
            .room
            .resume(now(), id, resume)
            .map(|participant| self.session(id, participant));
        if reply.send(result).is_err() {
            tracing::debug!(room = %self.key, "a resume was abandoned");
        }
    }

    fn session(&mut self, id: SessionId, participant: base::ParticipantSid) -> Session {
        let (sender, receiver) = mpsc::channel(SESSION_QUEUE);
        self.sessions.insert(id, sender);
        let pace = CommandPace::new(&self.rooms.settings().limits, OsClock.now());
        Session::new(id, participant, self.inbox.clone(), receiver, pace)
    }

    fn rpc(&mut self, call: RpcCall, reply: oneshot::Sender<Result<String, RpcError>>) {
        let ticket = RpcTicket(self.next_rpc);
        self.next_rpc += 1;
        self.rpcs.insert(ticket, reply);
        self.room.perform_rpc(now(), ticket, call);
    }

    fn carry_out(&mut self) {
        while let Some(output) = self.room.poll() {
            match output {
                Output::Message { session, message } => self.tell(session, message),
                Output::Close { session } => {
                    self.sessions.remove(&session);
                }
                Output::Media(command) => self.rooms.0.media.send(command),
                Output::Event(event) => self.rooms.0.listeners.tell(&event),
                Output::RpcDone { ticket, result } => {
                    if let Some(reply) = self.rpcs.remove(&ticket) {
                        // Whoever asked may have gone away meanwhile.
                        reply.send(result).ok();
                    }
                }
                Output::Forward { id, state } => self.forward(id, state),
                Output::Finished(reason) => {
                    tracing::info!(room = %self.key, ?reason, "room ended");
                    self.finished = true;
                }
            }
        }
    }

    /// A session that does not read is ended; its client resumes and gets fresh state.
    fn tell(&mut self, session: SessionId, message: room_core::ServerMessage) {
        let Some(sender) = self.sessions.get(&session) else {
            return;
        };
        if sender.try_send(ToSession::Message(message)).is_err() {
            metrics::counter!("stoa_signal_slow_readers_total").increment(1);
            self.sessions.remove(&session);
            self.room.handle(now(), Input::SignalLost { session });
        }
    }
}

fn now() -> Now {
    Now {
        at: OsClock.now(),
        unix_ms: OsClock.unix_ms(),
    }
}

async fn sleep_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
