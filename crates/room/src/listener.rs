//! One who hears a room's events without a media connection.

use crate::inbox::{Inbox, ToRoom};
use room_core::ListenerId;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

/// Texts that wait for one listener: half a minute of a lively room while a phone changes cells.
/// They are shared, so that ten thousand waiting readers hold each text once.
const WAITING_TEXTS: usize = 256;

/// What the sockets of one room's listeners may be written to together: a write takes some 10 µs,
/// so this is less than half a core. Ten thousand listeners are written to four times a second each.
const WRITES_PER_SECOND: u32 = 40_000;

/// Hears what happens in a room, as one of those who are present. Dropping it is leaving.
#[derive(Debug)]
pub struct Listener {
    id: ListenerId,
    inbox: Inbox,
    texts: mpsc::Receiver<Arc<str>>,
    is_behind: Arc<AtomicBool>,
    /// How many hear this room.
    number: Arc<AtomicU32>,
}

/// The room's end of a listener.
#[derive(Debug)]
pub(crate) struct Ear {
    texts: mpsc::Sender<Arc<str>>,
    /// Events were missed, and no snapshot was shown since; so it is before the first one.
    misses: bool,
    /// The same, for the listener to find when he has read what he has.
    is_behind: Arc<AtomicBool>,
}

pub(crate) fn listener(id: ListenerId, inbox: Inbox, number: Arc<AtomicU32>) -> (Ear, Listener) {
    let (sender, texts) = mpsc::channel(WAITING_TEXTS);
    let is_behind = Arc::new(AtomicBool::new(false));
    let ear = Ear {
        texts: sender,
        misses: true,
        is_behind: is_behind.clone(),
    };
    let listener = Listener {
        id,
        inbox,
        texts,
        is_behind,
        number,
    };
    (ear, listener)
}

impl Listener {
    /// The next JSON text for the client: `{"snapshot":…}` first, then `{"event":…}`. After
    /// `{"resync":true}`, which says that events were missed, comes another snapshot. `None`: the
    /// room has ended, or put him out. Cancel-safe.
    pub async fn recv(&mut self) -> Option<Arc<str>> {
        match self.texts.try_recv() {
            Ok(text) => Some(text),
            Err(mpsc::error::TryRecvError::Disconnected) => None,
            Err(mpsc::error::TryRecvError::Empty) => {
                if self.is_behind.swap(false, Ordering::AcqRel) {
                    let id = self.id;
                    self.inbox
                        .send_even_if_full(ToRoom::Call(Box::new(move |room, now| {
                            room.resync(now, id);
                        })));
                    return Some("{\"resync\":true}".into());
                }
                self.texts.recv().await
            }
        }
    }
}

impl Listener {
    /// What came meanwhile, if anything; to be written together with what [`Listener::recv`] gave.
    pub fn recv_now(&mut self) -> Option<Arc<str>> {
        self.texts.try_recv().ok()
    }

    /// How long to wait after a write before the next: the larger the audience, the more events go
    /// in one write to each. Nothing in a room of some dozens.
    pub fn rest(&self) -> Duration {
        let number = self.number.load(Ordering::Relaxed);
        Duration::from_secs(1) * number / WRITES_PER_SECOND
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.inbox.send_even_if_full(ToRoom::Unlisten(self.id));
    }
}

impl Ear {
    /// An event. Once one is missed the others are of no use until the next snapshot.
    pub(crate) fn tell(&mut self, text: &Arc<str>) {
        if self.misses {
            return;
        }
        if let Err(TrySendError::Full(_)) = self.texts.try_send(text.clone()) {
            metrics::counter!("stoa_room_listeners_behind_total").increment(1);
            self.misses = true;
            self.is_behind.store(true, Ordering::Release);
        }
    }

    /// A snapshot. If there is no place for it the listener asks for another.
    pub(crate) fn show(&mut self, text: Arc<str>) {
        self.misses = false;
        self.tell(&text);
    }
}
