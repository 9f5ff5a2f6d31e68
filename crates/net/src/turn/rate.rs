//! How much one allocation may carry.

use std::time::Instant;

/// A bucket that holds one second's worth.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    bytes_per_second: Option<u64>,
    left_bytes: f64,
    filled: Instant,
}

impl Rate {
    /// `None`: no limit.
    pub(super) fn new(now: Instant, bytes_per_second: Option<u64>) -> Self {
        Self {
            bytes_per_second,
            left_bytes: bytes_per_second.unwrap_or(0) as f64,
            filled: now,
        }
    }

    pub(super) fn takes(&mut self, now: Instant, bytes: usize) -> bool {
        let Some(limit) = self.bytes_per_second else {
            return true;
        };
        let limit = limit as f64;
        let gone_s = now.saturating_duration_since(self.filled).as_secs_f64();
        self.filled = now;
        self.left_bytes = (self.left_bytes + gone_s * limit).min(limit);
        let fits = self.left_bytes >= bytes as f64;
        if fits {
            self.left_bytes -= bytes as f64;
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::clock::OsClock;
    use std::time::Duration;

    #[test]
    fn a_second_carries_its_share_after_a_first_burst() {
        let start = OsClock.now();
        let mut rate = Rate::new(start, Some(10_000));
        let carried = (0..5_000_u64)
            .filter(|ms| rate.takes(start + Duration::from_millis(*ms), 1_000))
            .count();
        assert!((58..=60).contains(&carried), "{carried}");
        assert!((0..100).all(|_| Rate::new(start, None).takes(start, 1 << 30)));
    }
}
