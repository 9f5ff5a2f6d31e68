//! Those who wait before rooms. The room decides; here they are held while nobody asks for them,
//! because over HTTP a visitor comes and goes.

use base::{LinkId, PersonId};
use room::Waiting;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// A visitor who has not asked for this long has gone away. Browsers ask every 20 s, and phones
/// that change cells need some more.
const PATIENCE: Duration = Duration::from_secs(45);
/// How long an answer can be fetched.
const ANSWER_KEPT: Duration = Duration::from_secs(600);

/// How somebody stands who has knocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Waiting,
    Admitted,
    Denied,
    /// The room has ended, or the visitor had gone away.
    Closed,
}

/// A ticket is good for one person by one link.
#[derive(Clone, Debug)]
pub(crate) struct Ticket {
    pub(crate) link: LinkId,
    pub(crate) identity: PersonId,
    standing: watch::Receiver<Standing>,
    asked: Arc<tokio::sync::Notify>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Lobby(Arc<Mutex<HashMap<String, Ticket>>>);

impl Lobby {
    /// Holds somebody who waits; returns his ticket. Those who wait are as many as rooms let wait,
    /// and each is forgotten soon after he is gone.
    pub(crate) fn hold(&self, link: LinkId, identity: PersonId, mut waiting: Waiting) -> String {
        let id = waiting.ticket().to_owned();
        let (tell, standing) = watch::channel(Standing::Waiting);
        let asked = Arc::new(tokio::sync::Notify::new());
        let ticket = Ticket {
            link,
            identity,
            standing,
            asked: asked.clone(),
        };
        self.tickets().insert(id.clone(), ticket);
        let (lobby, held) = (self.clone(), id.clone());
        tokio::spawn(async move {
            let standing = loop {
                tokio::select! {
                    answer = waiting.answer() => break match answer {
                        Some(true) => Standing::Admitted,
                        Some(false) => Standing::Denied,
                        None => Standing::Closed,
                    },
                    () = asked.notified() => {}
                    () = tokio::time::sleep(PATIENCE) => break Standing::Closed,
                }
            };
            drop(waiting);
            tell.send_replace(standing);
            tokio::time::sleep(ANSWER_KEPT).await;
            lobby.tickets().remove(&held);
        });
        id
    }

    pub(crate) fn find(&self, ticket: &str) -> Option<Ticket> {
        self.tickets().get(ticket).cloned()
    }

    fn tickets(&self) -> std::sync::MutexGuard<'_, HashMap<String, Ticket>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticket {
    pub(crate) fn standing(&self) -> Standing {
        *self.standing.borrow()
    }

    /// The visitor is still there.
    pub(crate) fn touch(&self) {
        self.asked.notify_one();
    }

    /// Waits until it is decided, but not longer than `patience`.
    pub(crate) async fn decided(&self, patience: Duration) -> Standing {
        let mut standing = self.standing.clone();
        let decided = standing.wait_for(|standing| *standing != Standing::Waiting);
        // The other end is kept until the answer was there to be fetched.
        tokio::time::timeout(patience, decided).await.ok();
        self.touch();
        self.standing()
    }
}
