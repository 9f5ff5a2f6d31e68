//! One direction of a bad link, as a pure function of time: what is lost, and when the rest
//! arrives.

use base::rng::Rng;
use std::time::{Duration, Instant};

/// How bad.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Badness {
    /// Share of packets that never arrive, 0.0 to 1.0
    #[arg(long, default_value_t = 0.0)]
    pub(crate) loss: f64,
    /// Time on the way, one way
    #[arg(long, default_value_t = 0)]
    pub(crate) delay_ms: u64,
    /// Up to so much is added at random; packets keep their order
    #[arg(long, default_value_t = 0)]
    pub(crate) jitter_ms: u64,
    /// Bottleneck; 0 is none
    #[arg(long, default_value_t = 0)]
    pub(crate) rate_kbps: u64,
    /// How long a packet may wait at the bottleneck before it is dropped
    #[arg(long, default_value_t = 200)]
    pub(crate) queue_ms: u64,
    /// What a translator of addresses before the other end adds to its ports of UDP
    #[arg(long, default_value_t = 0)]
    pub(crate) port_shift: u16,
}

#[derive(Debug)]
pub(crate) struct Link {
    badness: Badness,
    rng: Rng,
    /// When the bottleneck has sent all that it holds.
    free_at: Option<Instant>,
    last_arrival: Option<Instant>,
}

impl Link {
    pub(crate) fn new(badness: Badness, rng: Rng) -> Self {
        Self {
            badness,
            rng,
            free_at: None,
            last_arrival: None,
        }
    }

    pub(crate) fn port_shift(&self) -> u16 {
        self.badness.port_shift
    }

    pub(crate) fn change(&mut self, badness: Badness) {
        self.badness = badness;
    }

    /// When a packet of `bytes` that enters now leaves; `None` if it is lost.
    pub(crate) fn pass(&mut self, now: Instant, bytes: usize) -> Option<Instant> {
        let Badness {
            loss,
            delay_ms,
            jitter_ms,
            rate_kbps,
            queue_ms,
            port_shift: _,
        } = self.badness;
        if self.rng.chance(loss) {
            return None;
        }
        let mut leaves = now;
        if let Some(nanoseconds) = (bytes as u64 * 8 * 1_000_000).checked_div(rate_kbps) {
            let starts = self.free_at.map_or(now, |free| free.max(now));
            if starts - now > Duration::from_millis(queue_ms) {
                return None;
            }
            leaves = starts + Duration::from_nanos(nanoseconds);
            self.free_at = Some(leaves);
        }
        let jitter = Duration::from_micros(self.rng.below(jitter_ms * 1_000 + 1));
        let arrives = leaves + Duration::from_millis(delay_ms) + jitter;
        let arrives = self.last_arrival.map_or(arrives, |last| arrives.max(last));
        self.last_arrival = Some(arrives);
        Some(arrives)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::clock::OsClock;

    const GOOD: Badness = Badness {
        loss: 0.0,
        delay_ms: 0,
        jitter_ms: 0,
        rate_kbps: 0,
        queue_ms: 200,
        port_shift: 0,
    };

    fn arrivals(badness: Badness, every_us: u64, count: u64) -> Vec<Option<Duration>> {
        let start = OsClock.now();
        let mut link = Link::new(badness, Rng::from_seed(1));
        let at = |n| start + Duration::from_micros(n * every_us);
        (0..count)
            .map(|n| link.pass(at(n), 1_000).map(|arrival| arrival - start))
            .collect()
    }

    #[test]
    fn a_bottleneck_passes_its_rate_and_drops_the_rest() {
        // 8 Mbps offered to 2 Mbps for a second.
        let passed = arrivals(
            Badness {
                rate_kbps: 2_000,
                ..GOOD
            },
            1_000,
            1_000,
        );
        let count = passed.iter().flatten().count();
        // A quarter, and what the queue still holds at the end.
        assert!((250..=302).contains(&count), "{count}");
    }

    #[test]
    fn loss_is_as_asked_and_the_same_for_the_same_seed() {
        let bad = Badness { loss: 0.7, ..GOOD };
        let lost = arrivals(bad, 1_000, 10_000)
            .iter()
            .filter(|a| a.is_none())
            .count();
        assert!((6_800..7_200).contains(&lost), "{lost}");
        assert_eq!(arrivals(bad, 1_000, 100), arrivals(bad, 1_000, 100));
    }

    #[test]
    fn jitter_delays_and_keeps_the_order() {
        let all = arrivals(
            Badness {
                delay_ms: 50,
                jitter_ms: 30,
                ..GOOD
            },
            1_000,
            1_000,
        );
        let all: Vec<Duration> = all.into_iter().flatten().collect();
        assert!(all.is_sorted());
        assert!(all[0] >= Duration::from_millis(50));
    }
}
