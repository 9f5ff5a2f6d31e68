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
        let interval = Duration::from_secs(1) / limits.commands_per_second.max(1);
        Self {
            interval,
            burst: interval * limits.commands_burst,
            full_at: now,
        }
    }

    /// Takes one command; the result is how long to wait before acting on it.
    pub fn take(&mut self, now: Instant) -> Duration {
        self.full_at = self.full_at.max(now) + self.interval;
        (self.full_at - now).saturating_sub(self.burst)
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
}
