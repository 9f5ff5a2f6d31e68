//! A shard's letter box. Control is kept and in order; media gives way when the shard does not
//! keep up, the oldest first.

use crate::tap::Feed;
use base::media::{Command, Event, Open};
use base::{PeerId, RoomKey, TrackId};
use net::{FiveTuple, Inbound, Waker};
use sfu_core::{Envelope, ShardId, TapId};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc::Sender;

/// Control messages that may wait. A shard takes all that waits at least every few milliseconds;
/// this many only ever wait for one that hangs.
const MOST_CONTROL: usize = 1 << 16;

/// Media packets that may wait: 4,096 is a tenth of a second of 40,000 packets/s, beyond which
/// they are late anyway.
const MOST_MEDIA: usize = 4_096;

#[derive(Debug)]
pub(crate) enum Mail {
    Open(Open, Sender<Event>),
    Move(PeerId, RoomKey, Sender<Event>),
    Command(Command),
    Relay(ShardId, Envelope),
    /// The sending shard has a stranger's packet that names a peer of ours.
    Inbound(Option<ShardId>, Inbound),
    /// A flow of which the sending shard carries the peer.
    Learn(FiveTuple, ShardId),
    Tap(TapId, TrackId, Feed),
    Untap(TapId),
    Stop,
}

impl Mail {
    fn is_media(&self) -> bool {
        match self {
            Self::Relay(_, envelope) => envelope.is_media(),
            Self::Inbound(..) => true,
            Self::Open(..)
            | Self::Move(..)
            | Self::Command(_)
            | Self::Learn(..)
            | Self::Tap(..)
            | Self::Untap(_)
            | Self::Stop => false,
        }
    }
}

#[derive(Debug, Default)]
struct Queues {
    control: VecDeque<Mail>,
    media: VecDeque<Mail>,
    dropped: u64,
    closed: bool,
}

/// The sending end; clones share one box.
#[derive(Clone, Debug)]
pub(crate) struct Mailbox {
    queues: Arc<Mutex<Queues>>,
    waker: Waker,
}

/// The shard has ended, or hangs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the media thread takes no messages")]
pub(crate) struct Closed;

impl Mailbox {
    pub(crate) fn new(waker: Waker) -> Self {
        Self {
            queues: Arc::default(),
            waker,
        }
    }

    pub(crate) fn send(&self, mail: Mail) -> Result<(), Closed> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        if queues.closed {
            return Err(Closed);
        }
        if mail.is_media() {
            if queues.media.len() >= MOST_MEDIA {
                queues.media.pop_front();
                queues.dropped += 1;
            }
            queues.media.push_back(mail);
        } else {
            if queues.control.len() >= MOST_CONTROL {
                return Err(Closed);
            }
            queues.control.push_back(mail);
        }
        drop(queues);
        self.waker.wake();
        Ok(())
    }

    /// Takes all that waits, control before media; `into` must be empty.
    pub(crate) fn take(&self, into: &mut VecDeque<Mail>) {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::swap(&mut queues.control, into);
        into.append(&mut queues.media);
    }

    /// Media packets that gave way so far.
    pub(crate) fn dropped(&self) -> u64 {
        let queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        queues.dropped
    }

    pub(crate) fn close(&self) {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        queues.closed = true;
        queues.control.clear();
        queues.media.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::PeerId;
    use net::Poller;

    fn close(peer: u64) -> Mail {
        Mail::Command(Command::Close { peer: PeerId(peer) })
    }

    #[test]
    fn control_is_kept_in_order_and_wakes_the_shard() {
        let poller = Poller::new().unwrap();
        let mailbox = Mailbox::new(poller.waker());
        for peer in 0..100 {
            mailbox.send(close(peer)).unwrap();
        }
        let mut mail = VecDeque::new();
        mailbox.take(&mut mail);
        let peers: Vec<u64> = mail
            .iter()
            .filter_map(|m| match m {
                Mail::Command(Command::Close { peer }) => Some(peer.0),
                _ => None,
            })
            .collect();
        assert_eq!(peers, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn a_closed_box_takes_nothing() {
        let poller = Poller::new().unwrap();
        let mailbox = Mailbox::new(poller.waker());
        mailbox.close();
        assert_eq!(mailbox.send(close(1)), Err(Closed));
    }
}
