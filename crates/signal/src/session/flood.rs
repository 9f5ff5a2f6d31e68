//! How fast a client may speak: a token bucket. What is within it is obeyed; over it the client is
//! sent away, since the room already slows commands down long before by not reading.

use std::time::Instant;

/// So many bytes cost as much as one message: decoding them takes about as long as handling it.
const BYTES_PER_MESSAGE: usize = 16 * 1024;
/// A message that cannot be read costs as much as so many good ones: clients do not send any.
const MESSAGES_PER_FAULT: f64 = 50.0;

#[derive(Debug)]
pub(super) struct Flood {
    per_second: f64,
    burst: f64,
    level: f64,
    at: Instant,
}

impl Flood {
    pub(super) fn new(per_second: u32, burst: u32, now: Instant) -> Self {
        Self {
            per_second: f64::from(per_second),
            burst: f64::from(burst),
            level: f64::from(burst),
            at: now,
        }
    }

    pub(super) fn allows(&mut self, now: Instant, message_bytes: usize) -> bool {
        self.take(now, 1.0 + (message_bytes / BYTES_PER_MESSAGE) as f64)
    }

    pub(super) fn allows_fault(&mut self, now: Instant) -> bool {
        self.take(now, MESSAGES_PER_FAULT)
    }

    fn take(&mut self, now: Instant, cost: f64) -> bool {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = now;
        self.level = (self.level + passed * self.per_second).min(self.burst);
        if self.level < cost {
            return false;
        }
        self.level -= cost;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::clock::OsClock;
    use std::time::Duration;

    #[test]
    fn a_burst_is_fine_and_a_flood_is_not() {
        let now = OsClock.now();
        let mut flood = Flood::new(10, 100, now);
        assert!((0..100).all(|_| flood.allows(now, 0)));
        assert!(!flood.allows(now, 0));
        let later = now + Duration::from_secs(1);
        assert!((0..10).all(|_| flood.allows(later, 0)));
        assert!(!flood.allows(later, 0));
    }

    #[test]
    fn a_steady_pace_within_the_limit_is_never_refused() {
        let start = OsClock.now();
        let mut flood = Flood::new(10, 10, start);
        for tick in 0..1_000 {
            assert!(flood.allows(start + Duration::from_millis(tick * 101), 100));
        }
    }

    #[test]
    fn large_and_faulty_messages_cost_more() {
        let now = OsClock.now();
        let mut flood = Flood::new(10, 100, now);
        assert!(flood.allows(now, 49 * BYTES_PER_MESSAGE));
        assert!(flood.allows_fault(now));
        assert!(!flood.allows(now, 0));
    }
}
