//! The queue before a receiver's bottleneck, as round trips tell of it.
//!
//! A packet's round trip is that of the empty path plus what it waited in queues. When a link falls,
//! the queue before it grows by nearly as much as time passes: long before the estimator has
//! averaged enough to say so, and before the queue is full and packets are lost.

use std::time::{Duration, Instant};

/// One receiver's path.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Queue {
    /// The shortest round trip of this period and of the one before: that of the empty path.
    shortest: [Option<Duration>; 2],
    period_began: Option<Instant>,
    /// Newest last.
    samples: [Option<(Instant, Duration)>; SAMPLES],
}

/// 300 ms at ten samples a second: several reports of any client, which come every 50 to 250 ms.
const SAMPLES: usize = 4;

/// A route that has become longer is taken for the empty one after one to two of these.
const PERIOD: Duration = Duration::from_secs(10);

/// Less is what key frames and competing traffic do.
const LEAST_GROWTH: Duration = Duration::from_millis(120);

/// Of the time that passes: the link carries at most 60 % of what is sent.
const LEAST_SLOPE: f64 = 0.4;

/// So much in each of two samples: an interruption of the radio is one jump, after which the round
/// trips fall.
const LEAST_STEP: Duration = Duration::from_millis(25);

impl Queue {
    pub(super) fn sample(&mut self, now: Instant, round_trip: Duration) {
        let began = *self.period_began.get_or_insert(now);
        if now.saturating_duration_since(began) >= PERIOD {
            self.shortest = [None, self.shortest[0]];
            self.period_began = Some(now);
        }
        let shortest = self.shortest[0].map_or(round_trip, |known| known.min(round_trip));
        self.shortest[0] = Some(shortest);
        self.samples.rotate_left(1);
        self.samples[SAMPLES - 1] = Some((now, round_trip));
    }

    pub(super) fn round_trip(&self) -> Duration {
        let last = self.samples[SAMPLES - 1];
        last.map_or(Duration::ZERO, |(_, round_trip)| round_trip)
    }

    /// How long a packet waits at present.
    pub(super) fn wait(&self) -> Duration {
        self.wait_of(self.round_trip())
    }

    /// How long a packet has waited that took so long.
    pub(super) fn wait_of(&self, round_trip: Duration) -> Duration {
        let empty = self.shortest.iter().flatten().min().copied();
        round_trip.saturating_sub(empty.unwrap_or(round_trip))
    }

    /// Whether the link suddenly carries far less than is sent.
    pub(super) fn is_filling(&self) -> bool {
        let [Some((from, before)), .., Some((until, last))] = self.samples else {
            return false;
        };
        let grown = last.saturating_sub(before);
        let passed = until.saturating_duration_since(from);
        let steps = self.samples.windows(2).filter(|pair| match pair {
            [Some((_, before)), Some((_, after))] => after.saturating_sub(*before) >= LEAST_STEP,
            _ => false,
        });
        grown >= LEAST_GROWTH && grown >= passed.mul_f64(LEAST_SLOPE) && steps.count() >= 2
    }

    /// What was seen of its growth is over; the empty path stays known.
    pub(super) fn forget_growth(&mut self) {
        self.samples = Default::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::clock::OsClock;

    fn queue(round_trips_ms: &[u64]) -> Queue {
        let start = OsClock.now();
        let mut queue = Queue::default();
        for (number, ms) in (0..).zip(round_trips_ms) {
            queue.sample(
                start + Duration::from_millis(100 * number),
                Duration::from_millis(*ms),
            );
        }
        queue
    }

    #[test]
    fn a_queue_that_grows_as_time_passes_is_filling() {
        let queue = queue(&[45, 44, 63, 144, 224]);
        assert!(queue.is_filling());
        assert_eq!(queue.wait(), Duration::from_millis(180));
    }

    #[test]
    fn neither_noise_nor_an_interruption_of_the_radio_is_a_filling_queue() {
        assert!(!queue(&[45, 80, 50, 90]).is_filling(), "noise");
        assert!(!queue(&[45, 45, 280, 190]).is_filling(), "one jump");
        assert!(!queue(&[45, 65, 95, 130]).is_filling(), "slow growth");
        assert!(!queue(&[45, 145]).is_filling(), "too little is known");
    }

    #[test]
    fn a_route_that_became_longer_is_the_empty_one_after_a_while() {
        let mut round_trips = vec![20; 50];
        round_trips.extend([120; 50]);
        assert_eq!(queue(&round_trips).wait(), Duration::from_millis(100));
        round_trips.extend([120; 200]);
        assert_eq!(queue(&round_trips).wait(), Duration::ZERO);
    }
}
