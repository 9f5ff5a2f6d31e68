//! How the estimate moves: up slowly, down at once (draft-ietf-rmcat-gcc-02 section 5.5).
//!
//! Beyond the draft: what the link carries when it is full is also learnt from probes, and nothing
//! grows or leaves faster than that. On a link that stays as it is the draft's estimate would swing
//! between too much and too little, and the picture with it.

use super::delay::Usage;
use super::probe::Found;
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

/// Of what is sent all the time even so much slower is slower.
const LEAST_STRETCH: f64 = 1.02;

/// Of what a full link carries so much is sent, that its queue empties.
const FILL_PERCENT: u64 = 95;

/// What leaves faster than the estimate, where the link has not been seen full: an encoder gives in
/// bursts, and to hold them back costs time.
const BURST_PERCENT: u64 = 125;

/// What a full link carries is forgotten when neither a queue nor a probe has shown it for so long:
/// two of the probes that are furthest apart.
const FORGOTTEN_AFTER_US: u64 = 10_000_000;

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

/// What arrived when the link was full, in bits per second.
#[derive(Clone, Copy, Debug)]
struct Capacity {
    mean: f64,
    /// Over the mean.
    variance: f64,
    seen_us: u64,
}

#[derive(Debug)]
pub(super) struct RateControl {
    estimate: Bitrate,
    capacity: Option<Capacity>,
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

    /// Whatever the link is seen to carry.
    pub(super) fn set(&mut self, estimate: Bitrate) {
        self.estimate = estimate;
    }

    /// A probe has told what the link carries.
    pub(super) fn found(&mut self, now_us: u64, found: Found) {
        let mut carries = found.rate;
        if found.is_full {
            self.learn(now_us, found.rate);
            carries = found.rate.scaled(FILL_PERCENT, 100);
        } else if self.is_beyond_capacity(found.rate) {
            self.capacity = None;
        }
        self.estimate = self.estimate.max(carries);
    }

    /// What may be sent of a link that has been seen full.
    pub(super) fn fill(&self) -> Option<Bitrate> {
        let bps = |capacity: Capacity| Bitrate::bps(capacity.mean as u64);
        Some(bps(self.capacity?).scaled(FILL_PERCENT, 100))
    }

    /// How fast packets may leave. Where the link has been seen full, no faster than it carries them: a
    /// key frame would only wait in its queue, and what waits there already would never be gone.
    pub(super) fn pace(&self) -> Bitrate {
        let burst = self.estimate.scaled(BURST_PERCENT, 100);
        self.fill().unwrap_or(burst).min(burst).max(self.estimate)
    }

    pub(super) fn lower(&mut self, now_us: u64, to: Bitrate) {
        if to < self.estimate {
            self.estimate = to;
            self.lowered_us = Some(now_us);
        }
    }

    pub(super) fn update(&mut self, now_us: u64, signal: &Signal) {
        let passed_us = now_us.saturating_sub(self.updated_us.replace(now_us).unwrap_or(now_us));
        let is_old = |capacity: &Capacity| capacity.seen_us + FORGOTTEN_AFTER_US < now_us;
        if self.capacity.as_ref().is_some_and(is_old) {
            self.capacity = None;
        }
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
        let slow = if is_unused {
            FULL_STRETCH
        } else {
            LEAST_STRETCH
        };
        if signal.stretch >= slow {
            return self.fell(now_us, arriving);
        }
        // It arrives as fast as it is sent, which says nothing of what more the link carries.
        let believed = self.estimate.max(arriving);
        self.lower(now_us, believed.scaled(BACK_OFF_PERCENT, 100));
    }

    /// The link is full with what it carries.
    pub(super) fn fell(&mut self, now_us: u64, carries: Bitrate) {
        self.learn(now_us, carries);
        self.lower(now_us, carries.scaled(BACK_OFF_PERCENT, 100));
    }

    fn increase(&mut self, passed_us: u64, signal: &Signal) {
        let Some(arriving) = signal.arriving else {
            return;
        };
        if self.is_beyond_capacity(arriving) {
            self.capacity = None;
        }
        let unproven = arriving.scaled(UNPROVEN_PERCENT, 100) + UNPROVEN;
        let most = self.fill().unwrap_or(unproven).min(unproven);
        if self.estimate >= most {
            return;
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
        let sample = arriving.as_bps() as f64;
        self.capacity
            .is_some_and(|known| sample > known.mean + known.spread())
    }

    fn learn(&mut self, now_us: u64, arriving: Bitrate) {
        let sample = arriving.as_bps() as f64;
        let known = self
            .capacity
            .filter(|known| (sample - known.mean).abs() < known.spread());
        let known = known.unwrap_or(Capacity {
            mean: sample,
            variance: 400.0,
            seen_us: now_us,
        });
        let error = known.mean - sample;
        let mean = 0.95 * known.mean + 0.05 * sample;
        let variance = 0.95 * known.variance + 0.05 * error * error / mean.max(1.0);
        self.capacity = Some(Capacity {
            mean,
            variance: variance.clamp(400.0, 2_500.0),
            seen_us: now_us,
        });
    }
}

impl Capacity {
    /// Three standard deviations.
    fn spread(&self) -> f64 {
        3.0 * (self.variance * self.mean).sqrt()
    }
}
