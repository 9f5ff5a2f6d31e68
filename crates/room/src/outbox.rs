//! What goes out only after the journal has what it tells of.
//!
//! One append is under way at a time, while the room goes on; what happens meanwhile goes with the
//! next (group commit). Everything comes out in the order in which it went in.

use crate::backing::{Journal, Promise};
use base::RoomName;
use room_core::Deferred;
use room_core::features::Kept;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// Events that wait for the journal before commands are refused: some seconds of the busiest room.
const BACKLOG: usize = 4_096;
/// A journal that fails is tried again after this; a database restarts within seconds.
const RETRY: Duration = Duration::from_secs(1);

pub(crate) struct Outbox {
    room: RoomName,
    journal: Arc<dyn Journal>,
    /// Not yet on their way to the journal.
    waiting: Vec<Kept>,
    /// The append that is under way; its result is how many events it wrote.
    under_way: Option<Promise<'static, u64>>,
    /// Events that came in, and events that are in the journal.
    taken: u64,
    written: u64,
    /// Each goes out when so many events are written.
    held: VecDeque<(u64, Deferred)>,
}

impl Outbox {
    pub(crate) fn new(room: RoomName, journal: Arc<dyn Journal>) -> Self {
        Self {
            room,
            journal,
            waiting: Vec::new(),
            under_way: None,
            taken: 0,
            written: 0,
            held: VecDeque::new(),
        }
    }

    pub(crate) fn keep(&mut self, event: Kept) {
        self.taken += 1;
        self.waiting.push(event);
    }

    pub(crate) fn hold(&mut self, deferred: Deferred) {
        self.held.push_back((self.taken, deferred));
    }

    /// The next that may go out.
    pub(crate) fn next(&mut self) -> Option<Deferred> {
        let (after, _) = self.held.front()?;
        if *after > self.written {
            return None;
        }
        self.held.pop_front().map(|(_, deferred)| deferred)
    }

    /// Whether the journal keeps up.
    pub(crate) fn keeps_up(&self) -> bool {
        self.waiting.len() < BACKLOG
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.written == self.taken && self.held.is_empty()
    }

    /// Returns when events have been written; never if there are none. Cancel-safe.
    pub(crate) async fn written(&mut self) {
        if self.under_way.is_none() && !self.waiting.is_empty() {
            let events = std::mem::take(&mut self.waiting);
            let append = append(self.journal.clone(), self.room.clone(), events);
            self.under_way = Some(Box::pin(append));
        }
        let Some(append) = &mut self.under_way else {
            return std::future::pending().await;
        };
        self.written += append.await;
        self.under_way = None;
    }
}

async fn append(journal: Arc<dyn Journal>, room: RoomName, events: Vec<Kept>) -> u64 {
    while let Err(failure) = journal.append(&room, &events).await {
        metrics::counter!("stoa_room_journal_failures_total").increment(1);
        let cause = std::error::Error::source(&failure).map(ToString::to_string);
        tracing::error!(%failure, cause, "events of a room could not be kept; trying again");
        tokio::time::sleep(RETRY).await;
    }
    events.len() as u64
}
