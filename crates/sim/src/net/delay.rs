//! Distance, and packets that overtake each other.

use super::{Node, Packet};
use base::rng::Rng;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

#[derive(Debug)]
pub struct Delay {
    delay: Duration,
    jitter: Duration,
    rng: Rng,
    /// By due time; the number keeps those of one moment in order.
    waiting: BTreeMap<(Instant, u64), Packet>,
    count: u64,
}

impl Delay {
    pub fn new(delay: Duration, jitter: Duration, rng: Rng) -> Self {
        Self {
            delay,
            jitter,
            rng,
            waiting: BTreeMap::new(),
            count: 0,
        }
    }

    pub fn set(&mut self, delay: Duration, jitter: Duration) {
        self.delay = delay;
        self.jitter = jitter;
    }
}

impl Node for Delay {
    fn push(&mut self, now: Instant, packet: Packet) {
        let due = now + self.delay + self.jitter.mul_f64(self.rng.unit());
        self.count += 1;
        self.waiting.insert((due, self.count), packet);
    }

    fn pop(&mut self, now: Instant) -> Option<Packet> {
        let first = self.waiting.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }

    fn next_deadline(&self) -> Option<Instant> {
        self.waiting.keys().next().map(|(due, _)| *due)
    }
}
