//! Time as an input. Everything else takes `now` as an argument.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The one place that reads the machine's clocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsClock;

impl OsClock {
    /// Monotonic time, for durations and deadlines.
    pub fn now(self) -> Instant {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that reads the clock"
        )]
        Instant::now()
    }

    /// Milliseconds since the Unix epoch, for what people and other machines are told.
    pub fn unix_ms(self) -> u64 {
        u64::try_from(self.since_unix_epoch().as_millis()).unwrap_or(u64::MAX)
    }

    /// Wall time as the kernel stamps packets with it. It may jump: for differences of moments ago.
    pub fn since_unix_epoch(self) -> Duration {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that reads the clock"
        )]
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        // A machine whose clock stands before 1970 is told 0 rather than ended.
        since.unwrap_or_default()
    }
}
