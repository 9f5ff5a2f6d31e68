//! Sequence numbers of one source towards one subscriber.

use super::renumber::Renumber;

/// Packets that are remembered to tell a duplicate from a late one. At 1000 packets per second
/// this is half a second, more than a retransmission takes.
const WINDOW: u64 = 512;
const WORDS: usize = (WINDOW / 64) as usize;

/// Where a packet stands among those that came before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Above all others.
    New,
    /// It fills a gap.
    Late,
    /// Came before, or is too old to tell.
    Stale,
}

#[derive(Clone, Debug)]
pub(super) struct Sequence {
    numbers: Renumber,
    first: u64,
    /// A bit per number modulo [`WINDOW`], for those that came.
    seen: [u64; WORDS],
}

impl Sequence {
    /// Begins with `incoming` ↦ `outgoing`; that packet still has to pass.
    pub(super) fn starting(incoming: u64, outgoing: u64) -> Self {
        let mut sequence = Self {
            numbers: Renumber::starting(incoming, outgoing),
            first: incoming,
            seen: [0; WORDS],
        };
        sequence.mark(incoming);
        sequence
    }

    pub(super) fn highest(&self) -> u64 {
        self.numbers.highest()
    }

    /// The first outgoing number above all that were sent or are kept free for late packets.
    pub(super) fn next(&self) -> Option<u64> {
        self.numbers.next()
    }

    pub(super) fn place(&self, seq: u64) -> Place {
        let highest = self.numbers.highest();
        if seq > highest {
            return Place::New;
        }
        if seq < self.first || highest - seq >= WINDOW || self.is_marked(seq) {
            return Place::Stale;
        }
        Place::Late
    }

    /// The outgoing number of a packet that is [`Place::New`] or [`Place::Late`].
    pub(super) fn pass(&mut self, seq: u64) -> Option<u64> {
        self.mark_up_to(seq);
        self.numbers.pass(seq)
    }

    /// A new packet does not pass.
    pub(super) fn leave_out(&mut self, seq: u64) {
        self.mark_up_to(seq);
        self.numbers.leave_out(seq);
    }

    fn mark_up_to(&mut self, seq: u64) {
        let highest = self.numbers.highest();
        for skipped in (highest + 1..seq).rev().take(WINDOW as usize) {
            self.seen[word(skipped)] &= !bit(skipped);
        }
        self.mark(seq);
    }

    fn mark(&mut self, seq: u64) {
        self.seen[word(seq)] |= bit(seq);
    }

    fn is_marked(&self, seq: u64) -> bool {
        self.seen[word(seq)] & bit(seq) != 0
    }
}

fn word(seq: u64) -> usize {
    (seq % WINDOW / 64) as usize
}

fn bit(seq: u64) -> u64 {
    1 << (seq % 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_packet_fills_its_gap_once() {
        let mut sequence = Sequence::starting(100, 7);
        assert_eq!(sequence.pass(100), Some(7));
        assert_eq!(sequence.place(102), Place::New);
        assert_eq!(sequence.pass(102), Some(9));
        assert_eq!(sequence.place(101), Place::Late);
        assert_eq!(sequence.pass(101), Some(8));
        for seq in 99..=102 {
            assert_eq!(sequence.place(seq), Place::Stale, "{seq}");
        }
    }

    #[test]
    fn marks_do_not_outlive_the_window() {
        let mut sequence = Sequence::starting(0, 0);
        sequence.pass(5_000);
        assert_eq!(sequence.place(5_000 - WINDOW), Place::Stale);
        assert!((4_489..5_000).all(|seq| sequence.place(seq) == Place::Late));
    }
}
