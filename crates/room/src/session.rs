//! One signalling connection of one participant.

use crate::inbox::{Inbox, ToRoom};
use base::clock::OsClock;
use base::{ParticipantSid, RoomKey};
use room_core::{ClientCommand, CommandPace, Input, ServerMessage, SessionId};
use tokio::sync::{Mutex, mpsc};

/// A participant's end of the conversation with his room. Dropping it tells the room that the
/// connection broke; the participant then stays for a while so that he can resume. A participant
/// who leaves for good says so with [`ClientCommand::Leave`] first.
#[derive(Debug)]
pub struct Session {
    id: SessionId,
    participant: ParticipantSid,
    inbox: Inbox,
    messages: mpsc::Receiver<ToSession>,
    pace: Mutex<CommandPace>,
}

/// What a room puts into a session's queue.
#[derive(Debug)]
pub(crate) enum ToSession {
    /// Boxed: a queue has room for dozens from its beginning, and mostly holds none.
    Message(Box<ServerMessage>),
    /// From here on the session talks to another room.
    Moved { inbox: Inbox },
}

/// The room has ended, or has ended this session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the session is closed")]
pub struct Closed;

impl Session {
    pub(crate) fn new(
        id: SessionId,
        participant: ParticipantSid,
        inbox: Inbox,
        messages: mpsc::Receiver<ToSession>,
        pace: CommandPace,
    ) -> Self {
        Self {
            id,
            participant,
            inbox,
            messages,
            pace: Mutex::new(pace),
        }
    }

    pub fn participant(&self) -> &ParticipantSid {
        &self.participant
    }

    pub fn room(&self) -> RoomKey {
        self.inbox.room()
    }

    /// Hands a command to the room. Waits while the client sends faster than it may, or the room
    /// is busy: not reading from the socket meanwhile is what holds the client back.
    ///
    /// # Errors
    /// The room has ended.
    pub async fn send(&self, command: ClientCommand) -> Result<(), Closed> {
        let wait = self.pace.lock().await.take(OsClock.now());
        if !wait.is_zero() {
            metrics::counter!("stoa_signal_commands_slowed_total").increment(1);
            tokio::time::sleep(wait).await;
        }
        let session = self.id;
        self.inbox
            .send(ToRoom::Input(Input::Command { session, command }))
            .await
            .map_err(|_| Closed)
    }

    /// The next message to the client; `None` when the session is over. Cancel-safe.
    pub async fn recv(&mut self) -> Option<ServerMessage> {
        loop {
            match self.messages.recv().await? {
                ToSession::Message(message) => return Some(*message),
                ToSession::Moved { inbox } => self.inbox = inbox,
            }
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let lost = ToRoom::Input(Input::SignalLost { session: self.id });
        self.inbox.send_even_if_full(lost);
    }
}
