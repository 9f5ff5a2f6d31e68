//! How fast one client may send commands.

use crate::Limits;
use std::time::{Duration, Instant};

/// A token bucket: a burst, then a lasting rate.
#[derive(Clone, Debug)]
pub struct CommandPace {
    interval: Duration,
    burst: Duration,
    /// When the bucket will be full again.
    full_at: Instant,
}

impl CommandPace {
    pub fn new(limits: &Limits, now: Instant) -> Self {
        Self::of(limits.commands_per_second, limits.commands_burst, now)
    }

    pub(crate) fn of(per_second: u32, burst: u32, now: Instant) -> Self {
        let interval = Duration::from_secs(1) / per_second.max(1);
        Self {
            interval,
            burst: interval * burst,
            full_at: now,
        }
    }

    /// Takes one command; the result is how long to wait before acting on it.
    pub fn take(&mut self, now: Instant) -> Duration {
        self.full_at = self.full_at.max(now) + self.interval;
        (self.full_at - now).saturating_sub(self.burst)
    }

    /// Takes one command if that is in order now; what is refused does not count.
    ///
    /// # Errors
    /// How long to wait.
    pub(crate) fn try_take(&mut self, now: Instant) -> Result<(), Duration> {
        let full_at = self.full_at.max(now) + self.interval;
        let wait = (full_at - now).saturating_sub(self.burst);
        if wait.is_zero() {
            self.full_at = full_at;
            return Ok(());
        }
        Err(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::clock::OsClock;

    #[test]
    fn a_burst_passes_and_a_flood_is_held_to_the_rate() {
        let now = OsClock.now();
        let limits = Limits {
            commands_per_second: 10,
            commands_burst: 5,
            ..Limits::default()
        };
        let mut pace = CommandPace::new(&limits, now);
        for _ in 0..5 {
            assert_eq!(pace.take(now), Duration::ZERO);
        }
        assert_eq!(pace.take(now), Duration::from_millis(100));
        assert_eq!(pace.take(now), Duration::from_millis(200));
        assert_eq!(pace.take(now + Duration::from_secs(2)), Duration::ZERO);
    }

    #[test]
    fn what_is_refused_does_not_make_the_wait_longer() {
        let now = OsClock.now();
        let mut pace = CommandPace::of(10, 1, now);
        assert_eq!(pace.try_take(now), Ok(()));
        for _ in 0..100 {
            assert_eq!(pace.try_take(now), Err(Duration::from_millis(100)));
        }
        assert_eq!(pace.try_take(now + Duration::from_millis(100)), Ok(()));
    }
}
