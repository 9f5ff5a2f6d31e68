//! Time as an input. Everything else takes `now` as an argument.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

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
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that reads the clock"
        )]
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        // A machine whose clock stands before 1970 is told 0 rather than ended.
        since.map_or(0, |d| u64::try_from(d.as_millis()).unwrap_or(u64::MAX))
    }
}
