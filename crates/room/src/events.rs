//! Room events for those outside.

use room_core::RoomEvent;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

/// Events that wait for one listener. A listener writes to disk or to workers, within
/// milliseconds; the burst to survive is every room of a server ending at once.
const WAITING_EVENTS: usize = 16_384;

/// Hands each event to every listener. A room never waits for a listener: what does not fit is
/// lost and counted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listeners(Arc<Mutex<Vec<mpsc::Sender<RoomEvent>>>>);

impl Listeners {
    pub(crate) fn listen(&self) -> mpsc::Receiver<RoomEvent> {
        let (sender, receiver) = mpsc::channel(WAITING_EVENTS);
        self.lock().push(sender);
        receiver
    }

    pub(crate) fn tell(&self, event: &RoomEvent) {
        self.lock()
            .retain(|listener| match listener.try_send(event.clone()) {
                Ok(()) => true,
                Err(TrySendError::Full(_)) => {
                    metrics::counter!("stoa_room_events_lost_total").increment(1);
                    true
                }
                Err(TrySendError::Closed(_)) => false,
            });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<mpsc::Sender<RoomEvent>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
