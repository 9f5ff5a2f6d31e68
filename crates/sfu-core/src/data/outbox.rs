//! What waits to be written to one client's data channels.

use base::media::{Credit, DataChannelKind};
use bytes::Bytes;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// What the transport did with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    Yes,
    /// No room; try again when it reports room.
    NotNow,
    /// The channel is not open; try again when it is.
    NotYet,
}

#[derive(Debug)]
struct Message {
    bytes: Bytes,
    #[expect(dead_code, reason = "relieves the sender when the message is gone")]
    credit: Credit,
}

/// Reliable messages keep their order and wait; lossy ones make room for newer ones.
#[derive(Debug)]
pub(crate) struct Outbox {
    reliable: VecDeque<Message>,
    reliable_bytes: usize,
    lossy: VecDeque<(DataChannelKind, Message)>,
    lossy_messages: usize,
    /// Since when the reliable queue has stood still.
    stalled_since: Option<Instant>,
    is_told_slow: bool,
    dropped: u64,
}

impl Outbox {
    pub(crate) fn new(lossy_messages: usize) -> Self {
        Self {
            reliable: VecDeque::new(),
            reliable_bytes: 0,
            lossy: VecDeque::new(),
            lossy_messages,
            stalled_since: None,
            is_told_slow: false,
            dropped: 0,
        }
    }

    pub(crate) fn push(&mut self, kind: DataChannelKind, bytes: Bytes, credit: Credit) {
        let message = Message { bytes, credit };
        match kind {
            DataChannelKind::Reliable => {
                self.reliable_bytes += message.bytes.len();
                self.reliable.push_back(message);
            }
            DataChannelKind::Lossy | DataChannelKind::DataTrack => {
                if self.lossy.len() >= self.lossy_messages {
                    self.lossy.pop_front();
                    self.dropped += 1;
                }
                self.lossy.push_back((kind, message));
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.reliable.is_empty() && self.lossy.is_empty()
    }

    pub(crate) fn reliable_bytes(&self) -> usize {
        self.reliable_bytes
    }

    /// Lossy messages that had to make room, since the last call.
    pub(crate) fn take_dropped(&mut self) -> u64 {
        std::mem::take(&mut self.dropped)
    }

    /// Writes what the transport takes: lossy first, they cannot wait.
    pub(crate) fn flush<E>(
        &mut self,
        now: Instant,
        mut write: impl FnMut(DataChannelKind, &[u8]) -> Result<Written, E>,
    ) -> Result<(), E> {
        while let Some((kind, message)) = self.lossy.front() {
            if write(*kind, &message.bytes)? != Written::Yes {
                break;
            }
            self.lossy.pop_front();
        }
        while let Some(message) = self.reliable.front() {
            match write(DataChannelKind::Reliable, &message.bytes)? {
                Written::Yes => {}
                Written::NotNow => {
                    self.stalled_since.get_or_insert(now);
                    return Ok(());
                }
                // Who cannot read yet is not slow: his handshake may take as long as this.
                Written::NotYet => return Ok(()),
            }
            self.reliable_bytes -= message.bytes.len();
            self.reliable.pop_front();
            self.stalled_since = None;
            self.is_told_slow = false;
        }
        self.stalled_since = None;
        Ok(())
    }

    /// Whether the client has just been found not to read: no progress for so long, or more
    /// queued than is allowed. Told once per stall.
    pub(crate) fn became_slow(&mut self, now: Instant, after: Duration, most_bytes: usize) -> bool {
        let stalled = self
            .stalled_since
            .is_some_and(|since| now.saturating_duration_since(since) >= after);
        let is_slow = stalled || self.reliable_bytes > most_bytes;
        let is_news = is_slow && !self.is_told_slow;
        self.is_told_slow |= is_slow;
        is_news
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::clock::OsClock;
    use std::convert::Infallible;

    fn push(outbox: &mut Outbox, kind: DataChannelKind, text: &'static str) {
        outbox.push(kind, Bytes::from_static(text.as_bytes()), Credit::free());
    }

    #[test]
    fn reliable_messages_wait_in_order_until_there_is_room() {
        let now = OsClock.now();
        let mut outbox = Outbox::new(4);
        for text in ["a", "b", "c"] {
            push(&mut outbox, DataChannelKind::Reliable, text);
        }
        let mut written = Vec::new();
        let mut room = 1;
        for _ in 0..3 {
            let result = outbox.flush(now, |_, bytes| {
                if room == 0 {
                    return Ok::<_, Infallible>(Written::NotNow);
                }
                room -= 1;
                written.extend_from_slice(bytes);
                Ok(Written::Yes)
            });
            assert!(result.is_ok());
            room = 1;
        }
        assert_eq!(written, b"abc");
        assert!(outbox.is_empty());
    }

    #[test]
    fn lossy_messages_make_room_for_newer_ones() {
        let mut outbox = Outbox::new(2);
        for text in ["1", "2", "3"] {
            push(&mut outbox, DataChannelKind::Lossy, text);
        }
        let mut written = Vec::new();
        let _ = outbox.flush(OsClock.now(), |_, bytes| {
            written.extend_from_slice(bytes);
            Ok::<_, Infallible>(Written::Yes)
        });
        assert_eq!(written, b"23");
        assert_eq!(outbox.take_dropped(), 1);
    }

    #[test]
    fn a_reader_who_stands_still_is_told_of_once() {
        let start = OsClock.now();
        let after = Duration::from_secs(10);
        let mut outbox = Outbox::new(2);
        push(&mut outbox, DataChannelKind::Reliable, "x");
        let _ = outbox.flush(start, |_, _| Ok::<_, Infallible>(Written::NotNow));
        assert!(!outbox.became_slow(start + after / 2, after, 100));
        assert!(outbox.became_slow(start + after, after, 100));
        assert!(!outbox.became_slow(start + 2 * after, after, 100));
    }

    #[test]
    fn a_reader_whose_channel_is_not_open_is_not_slow() {
        let start = OsClock.now();
        let after = Duration::from_secs(10);
        let mut outbox = Outbox::new(2);
        push(&mut outbox, DataChannelKind::Reliable, "x");
        let _ = outbox.flush(start, |_, _| Ok::<_, Infallible>(Written::NotYet));
        assert!(!outbox.became_slow(start + 2 * after, after, 100));
        assert!(
            outbox.became_slow(start, after, 0),
            "but he may be too far behind"
        );
    }
}
