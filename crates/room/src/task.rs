//! The task of one room.

use crate::doors::Doors;
use crate::inbox::{Inbox, ToRoom};
use crate::meters::RoomMeters;
use crate::outbox::Outbox;
use crate::rooms::Rooms;
use crate::session::{Session, ToSession};
use base::clock::OsClock;
use base::media::Event;
use base::rng::Rng;
use base::{PeerId, RoomKey, RoomName};
use room_core::features::Common;
use room_core::model::RoomConfig;
use room_core::{
    CommandPace, ForwardId, Forwarded, Input, Join, JoinRefusal, Now, Opening, Output, Resume,
    ResumeRefusal, Room, RpcCall, RpcError, RpcTicket, SessionId,
};
use std::collections::HashMap;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// Messages that wait for one signalling connection: a room of hundreds can say this much while
/// a phone changes cells. A client that is further behind resumes with fresh state instead.
const SESSION_QUEUE: usize = 1_024;

/// Inputs taken in one turn before outputs go out, so that neither side starves the other.
const TURN: usize = 64;

/// Opens a room.
pub(crate) fn spawn(
    rooms: Rooms,
    key: RoomKey,
    name: RoomName,
    config: RoomConfig,
    rng: Rng,
) -> Inbox {
    let (inbox, receiver) = Inbox::new(key);
    let media_events = rooms.0.media.attach(key);
    let opened = inbox.clone();
    tokio::spawn(async move {
        match rooms.0.backing.directory.setup(&name).await {
            Ok(setup) => {
                let opening = Opening { config, setup };
                let task = Task::open(rooms, (key, name), opening, rng, opened);
                task.run(receiver, media_events).await;
            }
            Err(failure) => {
                let cause = std::error::Error::source(&failure).map(ToString::to_string);
                tracing::error!(room = %key, %failure, cause, "a room could not be opened");
                rooms.forget(&name, key);
                rooms.0.media.detach(key);
                refuse(receiver).await;
            }
        }
    });
    inbox
}

/// Answers those who wanted to come into a room that cannot be opened.
async fn refuse(mut inbox: mpsc::Receiver<ToRoom>) {
    inbox.close();
    while let Some(message) = inbox.recv().await {
        // Whoever asked may have gone away meanwhile.
        match message {
            ToRoom::Join { reply, .. } => {
                reply.send(Err(JoinRefusal::Unavailable)).ok();
            }
            ToRoom::Listen { reply, .. } => {
                reply.send(Err(JoinRefusal::Unavailable)).ok();
            }
            ToRoom::Command { reply, .. } => {
                reply.send(Err(Common::Unavailable.into())).ok();
            }
            ToRoom::Knock { reply, .. } => {
                reply.send(Err(Common::Unavailable.into())).ok();
            }
            // Those who wait for these learn it by their reply's end.
            ToRoom::Input(_)
            | ToRoom::Resume { .. }
            | ToRoom::Rpc { .. }
            | ToRoom::Admit { .. }
            | ToRoom::Release { .. }
            | ToRoom::Forward { .. }
            | ToRoom::Unlisten(_)
            | ToRoom::Call(_) => {}
        }
    }
}

pub(crate) struct Task {
    pub(crate) rooms: Rooms,
    key: RoomKey,
    name: RoomName,
    pub(crate) room: Room,
    pub(crate) inbox: Inbox,
    pub(crate) sessions: HashMap<SessionId, mpsc::Sender<ToSession>>,
    rpcs: HashMap<RpcTicket, oneshot::Sender<Result<String, RpcError>>>,
    next_rpc: u64,
    /// Where those went who were moved: what was sent before they knew is passed on.
    pub(crate) moved: HashMap<SessionId, Inbox>,
    pub(crate) moved_peers: HashMap<PeerId, Inbox>,
    pub(crate) forwards: HashMap<ForwardId, mpsc::Sender<Forwarded>>,
    pub(crate) doors: Doors,
    outbox: Outbox,
    pub(crate) meters: RoomMeters,
    finished: bool,
}

impl Task {
    fn open(
        rooms: Rooms,
        (key, name): (RoomKey, RoomName),
        opening: Opening,
        rng: Rng,
        inbox: Inbox,
    ) -> Self {
        let room = Room::open(
            now(),
            key,
            name.clone(),
            opening,
            rooms.0.settings.clone(),
            rooms.0.wire.clone(),
            rng,
        );
        Self {
            outbox: Outbox::new(name.clone(), rooms.0.backing.journal.clone()),
            rooms,
            key,
            name,
            room,
            inbox,
            sessions: HashMap::new(),
            rpcs: HashMap::new(),
            next_rpc: 0,
            moved: HashMap::new(),
            moved_peers: HashMap::new(),
            forwards: HashMap::new(),
            doors: Doors::default(),
            meters: RoomMeters::open(),
            finished: false,
        }
    }

    async fn run(mut self, mut inbox: mpsc::Receiver<ToRoom>, mut media: mpsc::Receiver<Event>) {
        self.carry_out();
        while !self.finished {
            let deadline = self.room.next_deadline().map(Instant::from_std);
            tokio::select! {
                Some(message) = inbox.recv() => self.take(message),
                Some(event) = media.recv() => self.hear(event),
                () = sleep_until(deadline) => self.room.handle(now(), Input::Time),
                () = self.outbox.written() => {}
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
        // Until everything is kept nobody may open the room anew from its journal.
        while !self.outbox.is_empty() {
            self.outbox.written().await;
            self.let_out_what_is_kept();
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
                to,
                reply,
            } => self.start_forward(&identity, to, reply),
            ToRoom::Command {
                caller,
                method,
                json,
                reply,
            } => self.command(&caller, &method, &json, reply),
            ToRoom::Listen { newcomer, reply } => self.listen(newcomer, reply),
            ToRoom::Unlisten(id) => self.unlisten(id),
            ToRoom::Knock { newcomer, reply } => self.knock(&newcomer, reply),
            ToRoom::Call(f) => f(&mut self.room, now()),
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

    pub(crate) fn carry_out(&mut self) {
        while let Some(output) = self.room.poll() {
            match output {
                Output::Message { session, message } => self.tell(session, message),
                Output::Close { session } => {
                    self.sessions.remove(&session);
                }
                Output::Media(command) => {
                    self.meters.told(OsClock.now(), &self.room, &command);
                    self.rooms.0.media.send(command);
                }
                Output::Event(event) => self.rooms.0.listeners.tell(&event),
                Output::RpcDone { ticket, result } => {
                    if let Some(reply) = self.rpcs.remove(&ticket) {
                        // Whoever asked may have gone away meanwhile.
                        reply.send(result).ok();
                    }
                }
                Output::Forward { id, state } => self.forward(id, state),
                Output::Keep(event) => self.outbox.keep(event),
                Output::Deferred(deferred) => self.outbox.hold(deferred),
                Output::Finished(reason) => {
                    tracing::info!(room = %self.key, ?reason, "room ended");
                    self.finished = true;
                }
            }
        }
        self.let_out_what_is_kept();
        self.room.set_can_keep(self.outbox.keeps_up());
        let participants = u32::try_from(self.room.participant_count()).unwrap_or(u32::MAX);
        let tracks = u32::try_from(self.room.track_count()).unwrap_or(u32::MAX);
        self.meters.count(participants, tracks);
    }

    fn let_out_what_is_kept(&mut self) {
        while let Some(deferred) = self.outbox.next() {
            self.let_out(deferred);
        }
    }

    /// A session that does not read is ended; its client resumes and gets fresh state.
    fn tell(&mut self, session: SessionId, message: room_core::ServerMessage) {
        let Some(sender) = self.sessions.get(&session) else {
            return;
        };
        if sender
            .try_send(ToSession::Message(Box::new(message)))
            .is_err()
        {
            metrics::counter!("stoa_signal_slow_readers_total").increment(1);
            self.sessions.remove(&session);
            self.room.handle(now(), Input::SignalLost { session });
        }
    }
}

pub(crate) fn now() -> Now {
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
