//! The part of a room's task that deals with other rooms.

use crate::inbox::{Inbox, ToRoom};
use crate::session::ToSession;
use crate::task::{Task, now};
use base::Identity;
use base::media::Event;
use room_core::{ForwardId, Forwarded, Input, Moving, Refusal};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

/// News that wait for the other room: sixteen of its turns. A room that is further behind has
/// stopped, and reliable data cannot be left out.
const FORWARD_QUEUE: usize = 1_024;

/// News told in one turn of the other room.
const FORWARD_BATCH: usize = 64;

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

    /// What happens to him is told to the other room in its order, until he is gone from one of
    /// them.
    pub(crate) fn start_forward(
        &mut self,
        identity: &Identity,
        to: Inbox,
        reply: oneshot::Sender<Result<(), Refusal>>,
    ) {
        let id = self.rooms.next_forward();
        match self.room.start_forward(identity, id) {
            Ok(state) => {
                let (news, queue) = mpsc::channel(FORWARD_QUEUE);
                self.forwards.retain(|_, news| !news.is_closed());
                self.forwards.insert(id, news);
                let forwarding = Forwarding {
                    id,
                    from: self.inbox.clone(),
                    to,
                };
                tokio::spawn(forwarding.run(state, queue, reply));
            }
            Err(refusal) => {
                // Whoever asked may have gone away meanwhile.
                reply.send(Err(refusal)).ok();
            }
        }
    }

    pub(crate) fn forward(&mut self, id: ForwardId, state: Forwarded) {
        let Some(news) = self.forwards.get(&id) else {
            return;
        };
        let may_be_dropped = state.may_be_dropped();
        match news.try_send(state) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) if may_be_dropped => {}
            Err(TrySendError::Full(_)) => {
                tracing::warn!(room = %self.inbox.room(), "a forwarding was ended: the other room lags behind");
                self.stop_forward(id);
            }
            Err(TrySendError::Closed(_)) => self.stop_forward(id),
        }
    }

    fn stop_forward(&mut self, id: ForwardId) {
        self.forwards.remove(&id);
        self.room.stop_forward(id);
    }
}

/// One participant's way into another room.
struct Forwarding {
    id: ForwardId,
    from: Inbox,
    to: Inbox,
}

impl Forwarding {
    async fn run(
        self,
        first: Forwarded,
        mut queue: mpsc::Receiver<Forwarded>,
        reply: oneshot::Sender<Result<(), Refusal>>,
    ) {
        let id = self.id;
        let received = self
            .to
            .call(move |room, now| room.receive_guest(now, id, first));
        let received = received.await.unwrap_or(Err(Refusal::NoSuchRoom));
        let mut is_there = received.is_ok();
        // Whoever asked may have gone away meanwhile.
        reply.send(received).ok();
        let mut news = Vec::new();
        while is_there && queue.recv_many(&mut news, FORWARD_BATCH).await > 0 {
            let news = std::mem::take(&mut news);
            let told = self.to.call(move |room, now| {
                let mut news = news.into_iter();
                news.all(|state| room.update_guest(now, id, state))
            });
            is_there = told.await.unwrap_or(false);
        }
        // Either room may have ended, and this forwarding with it.
        self.to
            .call(move |room, now| room.update_guest(now, id, Forwarded::Gone))
            .await
            .ok();
        self.from
            .call(move |room, _| room.stop_forward(id))
            .await
            .ok();
    }
}
