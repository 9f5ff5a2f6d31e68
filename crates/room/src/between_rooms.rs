//! The part of a room's task that deals with other rooms.

use crate::inbox::{Inbox, ToRoom};
use crate::session::ToSession;
use crate::task::{Task, now};
use base::Identity;
use base::media::Event;
use room_core::{ForwardId, Forwarded, Input, Moving, Refusal};
use tokio::sync::mpsc;

impl Task {
    pub(crate) fn input(&mut self, input: Input) {
        let session = match &input {
            Input::Command { session, .. } | Input::SignalLost { session } => Some(session),
            Input::Media(_) | Input::Time => None,
        };
        match session.and_then(|session| self.moved.get(session)) {
            Some(room) => room.send_even_if_full(ToRoom::Input(input)),
            None => self.room.handle(now(), input),
        }
    }

    pub(crate) fn hear(&mut self, event: Event) {
        self.meters.heard(now().at, &self.room, &event);
        match event.peer().and_then(|peer| self.moved_peers.get(&peer)) {
            Some(room) => room.send_even_if_full(ToRoom::Input(Input::Media(event))),
            None => self.room.handle(now(), Input::Media(event)),
        }
    }

    /// His session learns of the new room first, then the new room of him: no message of his goes
    /// astray.
    pub(crate) fn release(&mut self, identity: &Identity, to: Inbox) -> Result<(), Refusal> {
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

    pub(crate) fn admit(&mut self, moving: Moving, queue: Option<mpsc::Sender<ToSession>>) {
        self.moved_peers.remove(&moving.peer());
        if let Some(session) = moving.session() {
            self.moved.remove(&session);
            if let Some(queue) = queue {
                self.sessions.insert(session, queue);
            }
        }
        self.room.admit(now(), moving);
    }

    pub(crate) fn forward(&mut self, id: ForwardId, state: Forwarded) {
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
}
