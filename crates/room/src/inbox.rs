//! How a room's task is reached.

use crate::doors::Knocked;
use crate::listener::Listener;
use crate::session::{Session, ToSession};
use base::{Identity, RoomKey};
use room_core::features::Refused;
use room_core::{
    Caller, Input, Join, JoinRefusal, ListenerId, Moving, Newcomer, Now, Refusal, Resume,
    ResumeRefusal, Room, RpcCall, RpcError, SessionId,
};
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Commands that wait for a room. Senders wait when it is full, so this only smooths bursts.
const INBOX: usize = 1_024;

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
    /// Somebody is shown in another room too.
    Forward {
        identity: Identity,
        to: Inbox,
        reply: oneshot::Sender<Result<(), Refusal>>,
    },
    /// A command from outside the media connections.
    Command {
        caller: Caller,
        method: String,
        json: String,
        reply: oneshot::Sender<Result<Value, Refused>>,
    },
    /// Somebody wants to hear events.
    Listen {
        newcomer: Newcomer,
        reply: oneshot::Sender<Result<Listener, JoinRefusal>>,
    },
    Unlisten(ListenerId),
    /// Somebody asks to be let in.
    Knock {
        newcomer: Newcomer,
        reply: oneshot::Sender<Result<Knocked, Refused>>,
    },
    Call(Call),
}

/// Something to be done with the room in its task.
type Call = Box<dyn FnOnce(&mut Room, Now) + Send>;

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
    pub(crate) fn new(room: RoomKey) -> (Self, mpsc::Receiver<ToRoom>) {
        let (sender, receiver) = mpsc::channel(INBOX);
        (Self { room, sender }, receiver)
    }

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
