//! What a fleet counted.

use std::time::Duration;

/// Widest bucket: 2^40 ns, 18 minutes.
const OCTAVES: usize = 40;
/// Buckets an octave; 16 make a quantile true to about 4 %.
const STEPS: usize = 16;

/// A histogram of durations in logarithmic buckets, for quantiles without keeping samples.
#[derive(Clone, Debug)]
pub(crate) struct LatencyHistogram {
    buckets: Vec<u64>,
}

impl Default for LatencyHistogram {
    fn default() -> Self {
        Self {
            buckets: vec![0; OCTAVES * STEPS],
        }
    }
}

impl LatencyHistogram {
    pub(crate) fn record(&mut self, latency: Duration) {
        let ns = latency.as_nanos().max(1) as f64;
        let at = (ns.log2() * STEPS as f64) as usize;
        self.buckets[at.min(OCTAVES * STEPS - 1)] += 1;
    }

    /// The middle of the bucket below which `quantile` (0.0 to 1.0) of the samples lie.
    pub(crate) fn quantile(&self, quantile: f64) -> Option<Duration> {
        let total: u64 = self.buckets.iter().sum();
        let rank = (total as f64 * quantile).ceil() as u64;
        let mut below = 0;
        for (at, count) in self.buckets.iter().enumerate() {
            below += count;
            if below >= rank.max(1) {
                let ns = ((at as f64 + 0.5) / STEPS as f64).exp2();
                return Some(Duration::from_nanos(ns as u64));
            }
        }
        None
    }
}

/// What all endpoints of a fleet received.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) packets: u64,
    pub(crate) lost_packets: u64,
    pub(crate) latency: LatencyHistogram,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_true_to_five_percent() {
        let mut histogram = LatencyHistogram::default();
        (1..=1_000).for_each(|us| histogram.record(Duration::from_micros(us)));
        let median = histogram.quantile(0.5).unwrap().as_secs_f64();
        assert!((median / 500e-6 - 1.0).abs() < 0.05, "{median}");
        let p99 = histogram.quantile(0.99).unwrap().as_secs_f64();
        assert!((p99 / 990e-6 - 1.0).abs() < 0.05, "{p99}");
    }

    #[test]
    fn an_empty_histogram_has_no_quantile() {
        assert_eq!(LatencyHistogram::default().quantile(0.5), None);
    }
}
