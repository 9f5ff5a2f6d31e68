//! How much of what a large audience says and sends is shown to itself.
//!
//! Ten thousand who read what ten thousand write is work and traffic that grow with the square, and
//! nobody can read it. Those on the stage are shown everything, and so is the history.

use base::Identity;
use std::collections::VecDeque;

/// More than a person reads: at 330 bytes a line a phone is sent 26 kbps, ten thousand 260 Mbps.
pub(super) const SHOWN_PER_SECOND: u64 = 10;
/// A pause saves up this much: applause and answers come at once, and then it is quiet again.
pub(super) const SHOWN_AT_ONCE: u64 = 20;
/// When it is crowded nobody is shown again so soon after he was: the others come first.
const TURN_MS: u64 = 1_000;

const INTERVAL_MS: u64 = 1_000 / SHOWN_PER_SECOND;
const BURST_MS: u64 = INTERVAL_MS * SHOWN_AT_ONCE;

/// What was shown lately.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Crowd {
    /// When as much as possible is saved up again.
    full_at_ms: u64,
    /// Who was shown within the last turn, and when.
    lately: VecDeque<(u64, Identity)>,
}

impl Crowd {
    /// Whether something of `identity`'s is shown now.
    pub(super) fn shows(&self, identity: &Identity, now_ms: u64) -> bool {
        let used_ms = self.full_at_ms.saturating_sub(now_ms);
        if used_ms + INTERVAL_MS > BURST_MS {
            return false;
        }
        let is_crowded = used_ms > BURST_MS / 2;
        let was_shown = |(at, who): &(u64, Identity)| at + TURN_MS > now_ms && who == identity;
        !is_crowded || !self.lately.iter().any(was_shown)
    }

    /// It was shown.
    pub(super) fn count(&mut self, identity: &Identity, at_ms: u64) {
        self.full_at_ms = self.full_at_ms.max(at_ms) + INTERVAL_MS;
        while self
            .lately
            .front()
            .is_some_and(|(at, _)| at + TURN_MS <= at_ms)
        {
            self.lately.pop_front();
        }
        self.lately.push_back((at_ms, identity.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speaks(crowd: &mut Crowd, who: &str, at_ms: u64) -> bool {
        let who = Identity::from(who);
        let shown = crowd.shows(&who, at_ms);
        if shown {
            crowd.count(&who, at_ms);
        }
        shown
    }

    #[test]
    fn a_flood_is_held_to_the_rate_and_a_pause_saves_up() {
        let mut crowd = Crowd::default();
        let shown = (0..10_000_u64)
            .filter(|n| speaks(&mut crowd, &format!("guest-{n}"), *n))
            .count() as u64;
        assert_eq!(shown, SHOWN_AT_ONCE + 10 * SHOWN_PER_SECOND - 1);
        let later = (0..100)
            .filter(|n| speaks(&mut crowd, &format!("guest-{n}"), 60_000))
            .count() as u64;
        assert_eq!(later, SHOWN_AT_ONCE);
    }

    #[test]
    fn who_talks_most_leaves_room_for_those_who_talk_seldom() {
        let mut crowd = Crowd::default();
        let (mut loud, mut others) = (0, 0);
        for ms in 0..10_000_u64 {
            loud += u64::from(speaks(&mut crowd, "loud", ms));
            if ms % 150 == 0 {
                others += u64::from(speaks(&mut crowd, &format!("guest-{ms}"), ms));
            }
        }
        assert_eq!(others, 67, "each of those who say little is shown");
        assert!(loud < SHOWN_AT_ONCE + 50, "{loud}");
    }
}
