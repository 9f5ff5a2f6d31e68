//! Numbers without gaps for what is left out, and with gaps for what is lost.

use std::collections::VecDeque;

/// How many stretches of equal shift are remembered. With every second packet left out they reach
/// back 64 packets of each kind; with every second frame of ten packets, 640 packets. The
/// retransmission of a packet comes within a few hundred packets or not at all.
const MAX_RUNS: usize = 128;

/// Maps incoming numbers, already extended so that they only grow, to outgoing ones.
#[derive(Clone, Debug)]
pub(super) struct Renumber {
    highest: u64,
    runs: VecDeque<Run>,
}

/// Valid from `first` to the next run.
#[derive(Clone, Copy, Debug)]
struct Run {
    first: u64,
    /// Added to the incoming number (wrapping); `None`: left out.
    shift: Option<u64>,
}

impl Renumber {
    /// Begins with `incoming` ↦ `outgoing`.
    pub(super) fn starting(incoming: u64, outgoing: u64) -> Self {
        Self {
            highest: incoming,
            runs: VecDeque::from([Run {
                first: incoming,
                shift: Some(outgoing.wrapping_sub(incoming)),
            }]),
        }
    }

    /// The highest incoming number so far, forwarded or left out.
    pub(super) fn highest(&self) -> u64 {
        self.highest
    }

    /// The outgoing number of a packet that passes. `None`: it was left out before, or is older
    /// than what is remembered.
    pub(super) fn pass(&mut self, incoming: u64) -> Option<u64> {
        self.highest = self.highest.max(incoming);
        self.at(incoming)
    }

    /// What `incoming` maps to, without noting that it came.
    pub(super) fn at(&self, incoming: u64) -> Option<u64> {
        let run = self.runs.iter().rev().find(|run| run.first <= incoming)?;
        Some(incoming.wrapping_add(run.shift?))
    }

    /// The outgoing number of the first incoming one above all so far.
    pub(super) fn next(&self) -> Option<u64> {
        self.at(self.highest + 1)
    }

    /// Closes the gap that `incoming` would leave. Only for numbers above [`Self::highest`]: the
    /// place of an older one is given away already.
    pub(super) fn leave_out(&mut self, incoming: u64) {
        debug_assert!(incoming > self.highest);
        self.highest = incoming;
        let Some(last) = self.runs.back_mut() else {
            return;
        };
        let next = Run {
            first: incoming + 1,
            shift: last.shift.map(|shift| shift.wrapping_sub(1)),
        };
        if last.first == incoming {
            // Nothing passed since the last one that was left out: its run grows.
            *last = next;
            return;
        }
        self.runs.push_back(Run {
            first: incoming,
            shift: None,
        });
        self.runs.push_back(next);
        while self.runs.len() > MAX_RUNS {
            self.runs.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_leaves_no_gap_and_what_is_lost_does() {
        let mut numbers = Renumber::starting(1_000, 1);
        assert_eq!(numbers.pass(1_001), Some(2));
        numbers.leave_out(1_002);
        numbers.leave_out(1_003);
        assert_eq!(numbers.pass(1_004), Some(3));
        assert_eq!(numbers.pass(1_006), Some(5), "1005 was lost");
        numbers.leave_out(1_007);
        assert_eq!(numbers.pass(1_008), Some(6));
        assert_eq!(numbers.pass(1_005), Some(4), "late, into its gap");
        assert_eq!(numbers.pass(1_003), None, "left out");
        assert_eq!(numbers.pass(999), None, "before the beginning");
    }

    #[test]
    fn memory_is_bounded_and_the_newest_is_kept() {
        let mut numbers = Renumber::starting(0, 0);
        for pair in 0..10_000 {
            assert_eq!(numbers.pass(2 * pair), Some(pair));
            numbers.leave_out(2 * pair + 1);
        }
        assert!(numbers.runs.len() <= MAX_RUNS);
        assert_eq!(numbers.pass(19_998), Some(9_999));
        assert_eq!(numbers.pass(0), None);
    }
}
