//! Rooms for those who take part without media: HTTP, WebSockets, the lobby.

use crate::inbox::{Inbox, ToRoom};
use crate::listener::{self, Ear, Listener};
use crate::rooms::Rooms;
use crate::task::{Task, now};
use base::RoomName;
use base::media::{Command, Credit, DataChannelKind};
use room_core::features::{Common, File, Refused};
use room_core::model::RoomConfig;
use room_core::{
    Audience, Caller, Deferred, JoinRefusal, Knock, ListenerId, Live, Newcomer, Refusal, RequestId,
};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::oneshot;

/// As with joins: a room can just be ending.
const ATTEMPTS: usize = 4;

/// The answer to a knock.
#[derive(Debug)]
pub enum Knocked {
    /// He may come in at once.
    Open,
    Waiting(Waiting),
}

/// Somebody waits in the lobby. Dropping it is giving up.
#[derive(Debug)]
pub struct Waiting {
    ticket: String,
    inbox: Inbox,
    answer: oneshot::Receiver<bool>,
    is_answered: bool,
}

impl Waiting {
    /// What those who may admit call him by.
    pub fn ticket(&self) -> &str {
        &self.ticket
    }

    /// Whether he was admitted; `None`: the room has ended. Cancel-safe; to be asked once.
    pub async fn answer(&mut self) -> Option<bool> {
        let answer = (&mut self.answer).await.ok();
        self.is_answered = true;
        answer
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if !self.is_answered {
            let ticket = std::mem::take(&mut self.ticket);
            self.inbox
                .send_even_if_full(ToRoom::Call(Box::new(move |room, now| {
                    room.give_up_knock(now, ticket);
                })));
        }
    }
}

impl Rooms {
    /// Runs a command of a room's features in the name of `caller`. A room that is not open is
    /// opened for it.
    ///
    /// # Errors
    /// The refusal, as the caller is shown it.
    pub async fn command(
        &self,
        room: &RoomName,
        caller: Caller,
        method: &str,
        json: &str,
    ) -> Result<Value, Refused> {
        for _ in 0..ATTEMPTS {
            let inbox = self.inbox_of(room).map_err(refused)?;
            let (reply, answer) = oneshot::channel();
            let command = ToRoom::Command {
                caller: caller.clone(),
                method: method.to_owned(),
                json: json.to_owned(),
                reply,
            };
            if inbox.send(command).await.is_err() {
                continue;
            }
            // Whether it was run before the room ended is not known: it is not run twice.
            return answer.await.unwrap_or(Err(Common::RoomEnded.into()));
        }
        Err(Common::Unavailable.into())
    }

    /// Lets somebody hear a room without media; he is present by it. A room that is not open is
    /// opened for it.
    ///
    /// # Errors
    /// As for a join.
    pub async fn listen(
        &self,
        room: &RoomName,
        newcomer: Newcomer,
    ) -> Result<Listener, JoinRefusal> {
        for _ in 0..ATTEMPTS {
            let inbox = self.inbox_of(room)?;
            let (reply, answer) = oneshot::channel();
            let newcomer = newcomer.clone();
            let listen = ToRoom::Listen { newcomer, reply };
            if inbox.send(listen).await.is_err() {
                continue;
            }
            match answer.await {
                Ok(Err(JoinRefusal::Ended)) => inbox.ended().await,
                Ok(result) => return result,
                Err(_) => {}
            }
        }
        Err(JoinRefusal::Overloaded)
    }

    /// Somebody asks to be let in. A room that is not open is opened for it.
    ///
    /// # Errors
    /// He may not come at all.
    pub async fn knock(&self, room: &RoomName, newcomer: Newcomer) -> Result<Knocked, Refused> {
        for _ in 0..ATTEMPTS {
            let inbox = self.inbox_of(room).map_err(refused)?;
            let (reply, answer) = oneshot::channel();
            let newcomer = newcomer.clone();
            let knock = ToRoom::Knock { newcomer, reply };
            if inbox.send(knock).await.is_err() {
                continue;
            }
            match answer.await {
                Ok(Err(refused)) if refused.code == JoinRefusal::Ended.code() => {
                    inbox.ended().await;
                }
                Ok(result) => return result,
                Err(_) => {}
            }
        }
        Err(Common::Unavailable.into())
    }

    /// How a room stands; `None`: it is not open.
    pub async fn live(&self, room: &RoomName) -> Option<Live> {
        self.inbox(room)?.call(|room, _| room.live()).await.ok()
    }

    /// A file may be referred to in the room's messages from now on.
    ///
    /// # Errors
    /// The room is not open.
    pub async fn file_uploaded(&self, room: &RoomName, file: File) -> Result<(), Refusal> {
        let inbox = self.inbox(room).ok_or(Refusal::NoSuchRoom)?;
        inbox
            .call(move |room, now| room.file_uploaded(now, file))
            .await
            .map_err(|_| Refusal::NoSuchRoom)
    }

    fn inbox_of(&self, room: &RoomName) -> Result<Inbox, JoinRefusal> {
        if self.is_draining() {
            return self.inbox(room).ok_or(JoinRefusal::Draining);
        }
        let (inbox, _) = self.open(room, RoomConfig::default())?;
        Ok(inbox)
    }
}

/// Those at the doors of one room.
#[derive(Debug, Default)]
pub(crate) struct Doors {
    ears: HashMap<ListenerId, Ear>,
    /// How many they are, for each of them to know.
    number: Arc<AtomicU32>,
    requests: HashMap<RequestId, oneshot::Sender<Result<Value, Refused>>>,
    knocks: HashMap<String, oneshot::Sender<bool>>,
    next: u64,
}

impl Doors {
    fn next(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn count(&self) {
        let number = u32::try_from(self.ears.len()).unwrap_or(u32::MAX);
        self.number.store(number, Ordering::Relaxed);
    }
}

impl Task {
    pub(crate) fn command(
        &mut self,
        caller: &Caller,
        method: &str,
        json: &str,
        reply: oneshot::Sender<Result<Value, Refused>>,
    ) {
        let request = RequestId(self.doors.next());
        self.doors.requests.insert(request, reply);
        self.room.command(now(), request, caller, method, json);
    }

    pub(crate) fn listen(
        &mut self,
        newcomer: Newcomer,
        reply: oneshot::Sender<Result<Listener, JoinRefusal>>,
    ) {
        let id = ListenerId(self.doors.next());
        let result = self.room.listen(now(), id, newcomer).map(|()| {
            let number = self.doors.number.clone();
            let (ear, listener) = listener::listener(id, self.inbox.clone(), number);
            self.doors.ears.insert(id, ear);
            self.doors.count();
            listener
        });
        // Whoever asked may have gone away meanwhile: the listener was dropped with the reply.
        reply.send(result).ok();
    }

    pub(crate) fn unlisten(&mut self, id: ListenerId) {
        self.doors.ears.remove(&id);
        self.doors.count();
        self.room.unlisten(now(), id);
    }

    pub(crate) fn knock(
        &mut self,
        newcomer: &Newcomer,
        reply: oneshot::Sender<Result<Knocked, Refused>>,
    ) {
        let result = self.room.knock(now(), newcomer).map(|knock| match knock {
            Knock::Open => Knocked::Open,
            Knock::Waiting { ticket } => {
                let (sender, answer) = oneshot::channel();
                self.doors.knocks.insert(ticket.clone(), sender);
                Knocked::Waiting(Waiting {
                    ticket,
                    inbox: self.inbox.clone(),
                    answer,
                    is_answered: false,
                })
            }
        });
        // As above: a knock that was not awaited is given up.
        reply.send(result).ok();
        self.doors.knocks.retain(|_, waiting| !waiting.is_closed());
    }

    /// Sends what was held back until now.
    pub(crate) fn let_out(&mut self, deferred: Deferred) {
        match deferred {
            Deferred::Packet { peers, bytes } => self.rooms.0.media.send(Command::SendData {
                peers,
                channel: DataChannelKind::Reliable,
                bytes,
                credit: Credit::free(),
            }),
            Deferred::Told { to, text } => match to {
                Audience::All => self.doors.ears.values_mut().for_each(|ear| ear.tell(&text)),
                Audience::Only(listeners) => {
                    for listener in listeners {
                        if let Some(ear) = self.doors.ears.get_mut(&listener) {
                            ear.tell(&text);
                        }
                    }
                }
            },
            Deferred::Shown { listener, text } => {
                if let Some(ear) = self.doors.ears.get_mut(&listener) {
                    ear.show(text);
                }
            }
            Deferred::HangUp { listener } => {
                self.doors.ears.remove(&listener);
                self.doors.count();
            }
            // Whoever asked or waited may have gone away meanwhile.
            Deferred::Answered { request, result } => {
                if let Some(reply) = self.doors.requests.remove(&request) {
                    reply.send(result).ok();
                }
            }
            Deferred::Admission { ticket, admitted } => {
                if let Some(waiting) = self.doors.knocks.remove(&ticket) {
                    waiting.send(admitted).ok();
                }
            }
        }
    }
}

fn refused(refusal: JoinRefusal) -> Refused {
    Refused::new(
        room_core::features::Nature::Unavailable,
        refusal.code(),
        refusal.to_string(),
    )
}
