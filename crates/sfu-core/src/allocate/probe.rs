//! When to ask the estimator for a probe.
//!
//! str0m probes when the desired bitrate *rises* above its estimate, and then doubles as long as
//! the probes arrive; a desired bitrate that merely stays high is looked at only every 15 s. A
//! receiver whose link has recovered would wait as long. So, while something is lacking, the desired
//! bitrate is lowered and raised again from time to time, less often the more often in vain.

use super::Allocation;
use base::Bitrate;
use std::time::{Duration, Instant};

/// The two arguments of str0m's `Bwe::set_bitrate`, to be passed on in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Sustained with padding; zero asks for none.
    pub minimum: Bitrate,
    pub desired: Bitrate,
}

/// One receiver's probing.
#[derive(Clone, Debug, Default)]
pub struct Prober {
    told: Option<Probe>,
    next_at: Option<Instant>,
    interval: Duration,
    estimate: Bitrate,
}

/// A probe and its feedback take at most a second (`MAX_WAITING_TIME_FOR_PROBING_RESULT`).
const SHORTEST: Duration = Duration::from_secs(2);

/// Two probes in vain lie so far apart that even just after one a recovered link is found in time.
const LONGEST: Duration = Duration::from_secs(5);

impl Prober {
    /// Takes a new allocation and tells what to pass on, in this order; empty if nothing changed.
    pub fn handle(
        &mut self,
        now: Instant,
        estimate: Bitrate,
        allocation: &Allocation,
    ) -> Vec<Probe> {
        let wished = Probe {
            minimum: Bitrate::ZERO,
            desired: allocation.desired,
        };
        let is_lacking = allocation.next > Bitrate::ZERO && allocation.desired > estimate;
        if !is_lacking {
            self.next_at = None;
            return self.tell(wished).into_iter().collect();
        }
        let moved = estimate.as_bps().abs_diff(self.estimate.as_bps()) * 10 > estimate.as_bps();
        if moved || self.next_at.is_none() {
            self.interval = SHORTEST;
            self.estimate = estimate;
            self.next_at.get_or_insert(now + SHORTEST);
        }
        if self.next_at.is_none_or(|at| now < at) {
            return self.tell(wished).into_iter().collect();
        }
        self.next_at = Some(now + self.interval);
        self.interval = (self.interval * 2).min(LONGEST);
        let low = Probe {
            minimum: Bitrate::ZERO,
            desired: estimate,
        };
        self.told = Some(wished);
        vec![low, wished]
    }

    pub fn next_deadline(&self) -> Option<Instant> {
        self.next_at
    }

    fn tell(&mut self, probe: Probe) -> Option<Probe> {
        let is_new = self.told != Some(probe);
        self.told = Some(probe);
        is_new.then_some(probe)
    }
}
