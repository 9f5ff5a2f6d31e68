//! Holding back a sender whose messages pile up inside the server.
//!
//! SCTP slows down when its packets are not acknowledged. So while his credit is overdrawn, a
//! sender's DTLS packets wait here instead of going to his transport. RTP goes on: it travels in
//! other packets. A trickle is always let through, because the packets that wait also carry
//! his acknowledgements of what others send to him; without it two people who send to each other
//! would wait for each other for ever.

use crate::datagram::{Protocol, Received};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// One packet per this time is let through, about 1 Mbps: acknowledgements get by, a file does
/// not.
const TRICKLE: Duration = Duration::from_millis(10);

/// Packets that may wait: 2.4 MB, more than a client's SCTP has in flight before its congestion
/// window stops for want of acknowledgements. What comes on top is dropped, and is sent again only
/// after his SCTP's timeout, which may be many seconds by then.
const MOST_PACKETS: usize = 2_048;

/// A datagram that owns its bytes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Held {
    protocol: Protocol,
    source: SocketAddr,
    destination: SocketAddr,
    bytes: Vec<u8>,
}

impl Held {
    pub(crate) fn as_received(&self) -> Received<'_> {
        Received {
            protocol: self.protocol,
            source: self.source,
            destination: self.destination,
            bytes: &self.bytes,
        }
    }
}

impl From<Received<'_>> for Held {
    fn from(received: Received<'_>) -> Self {
        Self {
            protocol: received.protocol,
            source: received.source,
            destination: received.destination,
            bytes: received.bytes.to_vec(),
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Hold {
    waiting: VecDeque<Held>,
    next: Option<Instant>,
}

impl Hold {
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Whether a datagram is of the kind that may wait (RFC 7983: DTLS).
    pub(crate) fn concerns(bytes: &[u8]) -> bool {
        matches!(bytes.first(), Some(20..=63))
    }

    pub(crate) fn push(&mut self, now: Instant, datagram: Received<'_>) {
        self.next.get_or_insert(now + TRICKLE);
        if self.waiting.len() < MOST_PACKETS {
            self.waiting.push_back(datagram.into());
        }
    }

    /// The next one to let through, if it is time or the sender is no longer held back.
    pub(crate) fn pop(&mut self, now: Instant, is_overdrawn: bool) -> Option<Held> {
        if is_overdrawn && self.next.is_some_and(|next| now < next) {
            return None;
        }
        self.next = Some(now + TRICKLE);
        let datagram = self.waiting.pop_front();
        if self.waiting.is_empty() {
            self.next = None;
        }
        datagram
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::clock::OsClock;

    fn datagram(bytes: &[u8]) -> Received<'_> {
        Received {
            protocol: Protocol::Udp,
            source: ([127, 0, 0, 1], 1).into(),
            destination: ([127, 0, 0, 1], 2).into(),
            bytes,
        }
    }

    #[test]
    fn an_overdrawn_sender_trickles_and_a_relieved_one_flows() {
        let start = OsClock.now();
        let mut hold = Hold::default();
        for number in 0..10 {
            hold.push(start, datagram(&[22, number]));
        }
        assert_eq!(hold.pop(start, true), None);
        let later = start + TRICKLE;
        assert_eq!(hold.pop(later, true), Some(datagram(&[22, 0]).into()));
        assert_eq!(hold.pop(later, true), None);
        for number in 1..10 {
            assert_eq!(hold.pop(later, false), Some(datagram(&[22, number]).into()));
        }
        assert!(hold.is_empty() && hold.next.is_none());
    }

    #[test]
    fn what_waits_is_bounded() {
        let now = OsClock.now();
        let mut hold = Hold::default();
        for _ in 0..2 * MOST_PACKETS {
            hold.push(now, datagram(&[22]));
        }
        assert_eq!(hold.waiting.len(), MOST_PACKETS);
    }
}
