//! Media written before the handshake has ended, which decides who sends it.

use super::sender::MOST_WAITING;
use super::{Connection, Mid, Outgoing};
use crate::packet::PacketExtensions;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// A handshake takes a few round trips. Where packets of it are lost it takes seconds: then what was
/// written at its beginning is not a picture of now, and would keep that waiting.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Written {
    at: Instant,
    pub(super) mid: Mid,
    pub(super) packet: Outgoing,
    pub(super) extensions: PacketExtensions,
}

#[derive(Debug, Default)]
pub(super) struct Unsent {
    waiting: VecDeque<Written>,
    /// Sections of which the beginning is gone.
    torn: Vec<Mid>,
}

impl Unsent {
    fn push(&mut self, at: Instant, mid: Mid, packet: Outgoing, extensions: PacketExtensions) {
        self.waiting.push_back(Written {
            at,
            mid,
            packet,
            extensions,
        });
        self.trim(at);
    }

    fn trim(&mut self, now: Instant) {
        let is_full = self.waiting.len() > MOST_WAITING;
        let is_old = |first: &mut Written| first.at + LONGEST_WAIT < now;
        if is_full && let Some(first) = self.waiting.pop_front() {
            self.tear(first.mid);
        }
        while let Some(first) = self.waiting.pop_front_if(is_old) {
            self.tear(first.mid);
        }
    }

    /// Another track begins in the section: what waits is of the one before.
    pub(super) fn forget(&mut self, mid: Mid) {
        self.waiting.retain(|written| written.mid != mid);
        self.torn.retain(|torn| *torn != mid);
    }

    fn tear(&mut self, mid: Mid) {
        if !self.torn.contains(&mid) {
            self.torn.push(mid);
        }
    }
}

impl Connection {
    /// False once it is known who sends.
    pub(super) fn waits_for_handshake(&self) -> bool {
        self.unsent.is_some()
    }

    pub(super) fn keep_unsent(&mut self, mid: Mid, packet: Outgoing, extensions: PacketExtensions) {
        if let Some(unsent) = &mut self.unsent {
            unsent.push(self.time, mid, packet, extensions);
        }
    }

    /// Sends what has waited. Of a picture without its beginning nothing can be shown: it begins
    /// anew with a key frame, which [`Self::torn`] asks for.
    pub(super) fn send_unsent(&mut self) {
        let Some(mut unsent) = self.unsent.take() else {
            return;
        };
        unsent.trim(self.time);
        let is_video = |mid: &Mid| self.is_video(*mid);
        self.torn = unsent.torn.into_iter().filter(is_video).collect();
        for written in unsent.waiting {
            if !self.torn.contains(&written.mid) {
                // A failure shows when the connection is drained.
                let _ = self.write(written.mid, written.packet, written.extensions);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::clock::OsClock;

    fn push(unsent: &mut Unsent, at: Instant, mid: &str) {
        let packet = Outgoing {
            payload_type: 96,
            sequence: 1,
            timestamp: 0,
            marker: true,
            captured: at,
            repairable: false,
            payload: [1].as_slice().into(),
            vp8: None,
        };
        unsent.push(at, Mid::from(mid), packet, PacketExtensions::default());
    }

    #[test]
    fn what_has_waited_too_long_is_gone_and_its_section_torn() {
        let mut unsent = Unsent::default();
        let start = OsClock.now();
        push(&mut unsent, start, "0");
        push(&mut unsent, start + LONGEST_WAIT, "1");
        assert!(unsent.torn.is_empty());
        unsent.trim(start + LONGEST_WAIT + Duration::from_millis(1));
        assert_eq!(unsent.torn, [Mid::from("0")]);
        assert_eq!(unsent.waiting.len(), 1);
    }

    #[test]
    fn of_a_section_that_serves_another_track_nothing_is_left() {
        let mut unsent = Unsent::default();
        let start = OsClock.now();
        push(&mut unsent, start, "0");
        push(&mut unsent, start + 2 * LONGEST_WAIT, "0");
        push(&mut unsent, start + 2 * LONGEST_WAIT, "1");
        unsent.forget(Mid::from("0"));
        assert!(unsent.torn.is_empty());
        assert_eq!(unsent.waiting.len(), 1);
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut unsent = Unsent::default();
        let now = OsClock.now();
        for _ in 0..2 * MOST_WAITING {
            push(&mut unsent, now, "0");
        }
        assert_eq!(unsent.waiting.len(), MOST_WAITING);
        assert_eq!(unsent.torn, [Mid::from("0")]);
    }
}
