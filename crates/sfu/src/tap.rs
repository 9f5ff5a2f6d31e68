//! Sinks inside the process, as recorders and recognisers see them.

use crate::handle::SfuHandle;
use base::TrackId;
use sfu_core::{TapId, TapPacket};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Packets that may wait for a sink: five seconds of a microphone and two of a camera, which is
/// longer than a disk stalls. Older ones give way.
const MOST_WAITING: usize = 512;

/// One tapped track: a stream of its packets. Dropping it ends the tap.
#[derive(Debug)]
pub struct Tap {
    id: TapId,
    feed: Feed,
    sfu: SfuHandle,
}

impl Tap {
    pub(crate) fn new(id: TapId, feed: Feed, sfu: SfuHandle) -> Self {
        Self { id, feed, sfu }
    }

    /// The next packet; `None` when the track is no more.
    pub async fn next(&mut self) -> Option<TapPacket> {
        loop {
            let notified = self.feed.0.notify.notified();
            {
                let mut queue = self.feed.lock();
                if let Some(packet) = queue.packets.pop_front() {
                    return Some(packet);
                }
                if queue.is_over {
                    return None;
                }
            }
            notified.await;
        }
    }

    /// Packets that gave way because they were not taken in time.
    pub fn dropped(&self) -> u64 {
        self.feed.lock().dropped
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.sfu.untap(self.id);
    }
}

/// The shard's end of a tap.
#[derive(Clone, Debug, Default)]
pub(crate) struct Feed(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    notify: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    packets: VecDeque<TapPacket>,
    dropped: u64,
    is_over: bool,
}

impl Feed {
    pub(crate) fn push(&self, packet: TapPacket) {
        let mut queue = self.lock();
        if queue.packets.len() >= MOST_WAITING {
            queue.packets.pop_front();
            queue.dropped += 1;
        }
        queue.packets.push_back(packet);
        drop(queue);
        self.0.notify.notify_one();
    }

    pub(crate) fn end(&self) {
        self.lock().is_over = true;
        self.0.notify.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SfuHandle {
    /// Taps a published track: its best picture, or its plain sound, as packets.
    ///
    /// # Errors
    /// [`crate::Gone`]
    pub fn tap(&self, track: TrackId) -> Result<Tap, crate::Gone> {
        let id = self.next_tap();
        let feed = Feed::default();
        self.post_tap(id, track, feed.clone())?;
        Ok(Tap::new(id, feed, self.clone()))
    }
}
