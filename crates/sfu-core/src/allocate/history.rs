//! Patience: what keeps a track from going up and down with every breath of the network.

use std::time::{Duration, Instant};

/// What the allocator remembers of one track.
#[derive(Clone, Copy, Debug)]
pub struct History {
    raise_from: Instant,
    raised_at: Option<Instant>,
    failures: u32,
}

/// Nobody goes up for so long after a lack of bandwidth: the time in which a queue that has just
/// overflowed drains, and the estimate settles.
const HOLD: Duration = Duration::from_secs(2);

/// A lowering within this time after a raise shows that the raise was one too far.
const PROBATION: Duration = Duration::from_secs(5);

/// Each raise in a row that was one too far doubles the hold, but only twice: 8 s still leave a
/// link that has truly recovered back within 10 s.
const MAX_FAILURES: u32 = 2;

impl History {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            raise_from: now,
            raised_at: None,
            failures: 0,
        }
    }

    pub(super) fn may_raise(self, now: Instant) -> bool {
        now >= self.raise_from
    }

    /// The history after the level went from `before` to `level`. `before` is at most the ladder's
    /// length, so a lowering is always for lack of bandwidth, never by the receiver's settings.
    pub(super) fn after(mut self, before: usize, level: usize, now: Instant) -> Self {
        if level > before {
            self.raised_at = Some(now);
            return self;
        }
        let since_raise = self.raised_at.map(|at| now.saturating_duration_since(at));
        let on_probation = since_raise.is_some_and(|since| since < PROBATION);
        if level < before {
            self.failures = if on_probation {
                (self.failures + 1).min(MAX_FAILURES)
            } else {
                0
            };
            self.raise_from = now + HOLD * 2u32.pow(self.failures);
            self.raised_at = None;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::clock::OsClock;

    #[test]
    fn a_raise_that_was_one_too_far_makes_the_next_one_wait_longer() {
        let start = OsClock.now();
        let at = |ms| start + Duration::from_millis(ms);
        let lowered = History::new(start).after(2, 1, at(0));
        assert!(!lowered.may_raise(at(1_999)) && lowered.may_raise(at(2_000)));
        let again = lowered.after(1, 2, at(2_000)).after(2, 1, at(3_000));
        assert!(!again.may_raise(at(6_999)) && again.may_raise(at(7_000)));
        let patient = again.after(1, 2, at(7_000)).after(2, 1, at(20_000));
        assert!(
            patient.may_raise(at(22_000)),
            "a raise that lasted is forgiven"
        );
    }
}
