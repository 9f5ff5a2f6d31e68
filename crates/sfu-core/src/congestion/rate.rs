//! How the estimate moves: up slowly, down at once (draft-ietf-rmcat-gcc-02 section 5.5).

use super::delay::Usage;
use base::Bitrate;

/// Per second, while nothing is known of the link's capacity.
const GROWTH: f64 = 0.08;

/// Of what arrives, when the queue grows: it has to empty as well.
const BACK_OFF_PERCENT: u64 = 85;

/// No further than this beyond what has been seen to arrive, in percent, and a little.
const UNPROVEN_PERCENT: u64 = 150;
const UNPROVEN: Bitrate = Bitrate::kbps(10);

/// It arrives so much slower than it is sent that the link must be full.
const FULL_STRETCH: f64 = 1.1;

/// What a report says of the link.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signal {
    pub(super) usage: Usage,
    pub(super) arriving: Option<Bitrate>,
    /// See [`super::throughput::Throughput::recent_rate`].
    pub(super) recent: Option<Bitrate>,
    /// See [`super::throughput::Throughput::stretch`].
    pub(super) stretch: f64,
    pub(super) sending: Bitrate,
    pub(super) round_trip_us: u64,
}

#[derive(Debug)]
pub(super) struct RateControl {
    estimate: Bitrate,
    /// Mean and variance of what arrived when the link was full.
    capacity: Option<(f64, f64)>,
    updated_us: Option<u64>,
    lowered_us: Option<u64>,
}

impl RateControl {
    pub(super) fn new(estimate: Bitrate) -> Self {
        Self {
            estimate,
            capacity: None,
            updated_us: None,
            lowered_us: None,
        }
    }

    pub(super) fn estimate(&self) -> Bitrate {
        self.estimate
    }

    pub(super) fn lowered_us(&self) -> Option<u64> {
        self.lowered_us
    }

    /// Something better than the delays has told what the link carries.
    pub(super) fn set(&mut self, estimate: Bitrate) {
        if estimate > self.estimate {
            self.capacity = None;
        }
        self.estimate = estimate;
    }

    pub(super) fn lower(&mut self, now_us: u64, to: Bitrate) {
        if to < self.estimate {
            self.estimate = to;
            self.lowered_us = Some(now_us);
        }
    }

    pub(super) fn update(&mut self, now_us: u64, signal: &Signal) {
        let passed_us = now_us.saturating_sub(self.updated_us.replace(now_us).unwrap_or(now_us));
        match signal.usage {
            Usage::Over => self.decrease(now_us, signal),
            Usage::Under => {}
            Usage::Normal => self.increase(passed_us, signal),
        }
    }

    fn decrease(&mut self, now_us: u64, signal: &Signal) {
        let patience_us = signal.round_trip_us.clamp(10_000, 200_000) + 100_000;
        let just_lowered = self.lowered_us.is_some_and(|at| now_us < at + patience_us);
        let Some(arriving) = signal.recent else {
            return;
        };
        let is_far_below = arriving < self.estimate.scaled(1, 2);
        if just_lowered && !(is_far_below && signal.stretch >= FULL_STRETCH) {
            return;
        }
        let is_unused = signal.sending < self.estimate.scaled(1, 2);
        let target = if is_unused && signal.stretch < FULL_STRETCH {
            // Half of it is unused: what arrives says nothing of the link.
            self.estimate.max(arriving).scaled(BACK_OFF_PERCENT, 100)
        } else {
            self.learn(arriving);
            arriving.scaled(BACK_OFF_PERCENT, 100)
        };
        self.lower(now_us, target);
    }

    fn increase(&mut self, passed_us: u64, signal: &Signal) {
        let Some(arriving) = signal.arriving else {
            return;
        };
        let most = arriving.scaled(UNPROVEN_PERCENT, 100) + UNPROVEN;
        if self.estimate >= most {
            return;
        }
        if self.is_beyond_capacity(arriving) {
            self.capacity = None;
        }
        let seconds = passed_us.min(1_000_000) as f64 / 1e6;
        let bits = if self.capacity.is_some() {
            // A packet for each time that its effect takes to show.
            let response = signal.round_trip_us as f64 / 1e6 + 0.1;
            let packet_bits = 1_200.0 * 8.0;
            (packet_bits / response).max(4_000.0) * seconds
        } else {
            self.estimate.as_bps() as f64 * ((1.0 + GROWTH).powf(seconds) - 1.0)
        };
        self.estimate = (self.estimate + Bitrate::bps(bits as u64)).min(most);
    }

    fn is_beyond_capacity(&self, arriving: Bitrate) -> bool {
        self.capacity.is_some_and(|(mean, variance)| {
            arriving.as_bps() as f64 > mean + 3.0 * (variance * mean).sqrt()
        })
    }

    fn learn(&mut self, arriving: Bitrate) {
        let sample = arriving.as_bps() as f64;
        let known = self.capacity.filter(|(mean, variance)| {
            sample > mean - 3.0 * (variance * mean).sqrt() && !self.is_beyond_capacity(arriving)
        });
        let (mean, variance) = known.unwrap_or((sample, 400.0));
        let new_mean = 0.95 * mean + 0.05 * sample;
        let error = mean - sample;
        let new_variance = 0.95 * variance + 0.05 * error * error / new_mean.max(1.0);
        self.capacity = Some((new_mean, new_variance.clamp(400.0, 2_500.0)));
    }
}
