//! Media from addresses that nobody is known at.
//!
//! Somebody's address may have changed, and only his keys can tell whether a packet is his. But not for
//! every packet of every stranger are keys to be tried.

use std::time::{Duration, Instant};

/// How many packets of strangers are looked into.
#[derive(Debug)]
pub struct Strays {
    began: Instant,
    tried: u32,
}

/// In a second. Each costs some microseconds, and one of a client's is enough to find him. When
/// strangers use this up he is found by his next connectivity check.
const A_SECOND: u32 = 200;

impl Strays {
    pub fn new(now: Instant) -> Self {
        Self {
            began: now,
            tried: 0,
        }
    }

    /// Whether one more may be looked into.
    pub fn may_try(&mut self, now: Instant) -> bool {
        if now.saturating_duration_since(self.began) >= Duration::from_secs(1) {
            *self = Self::new(now);
        }
        self.tried = self.tried.saturating_add(1);
        self.tried <= A_SECOND
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::clock::OsClock;

    #[test]
    fn a_flood_is_not_looked_into_and_the_next_second_begins_anew() {
        let start = OsClock.now();
        let mut strays = Strays::new(start);
        let tried = (0..10_000).filter(|_| strays.may_try(start)).count();
        assert_eq!(tried, A_SECOND as usize);
        assert!(strays.may_try(start + Duration::from_secs(1)));
    }
}
