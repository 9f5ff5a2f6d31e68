//! Distance, and packets that overtake each other.

use super::{Node, Packet, Path};
use base::rng::Rng;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

#[derive(Debug)]
pub struct Delay {
    delay: Duration,
    jitter: Duration,
    reorders: bool,
    last_due: Option<Instant>,
    rng: Rng,
    /// By due time; the number keeps those of one moment in order.
    waiting: BTreeMap<(Instant, u64), Packet>,
    count: u64,
}

impl Delay {
    pub fn new(path: &Path, rng: Rng) -> Self {
        Self {
            delay: path.delay,
            jitter: path.jitter,
            reorders: path.reorders,
            last_due: None,
            rng,
            waiting: BTreeMap::new(),
            count: 0,
        }
    }

    pub fn set(&mut self, path: &Path) {
        self.delay = path.delay;
        self.jitter = path.jitter;
        self.reorders = path.reorders;
    }
}

impl Node for Delay {
    fn push(&mut self, now: Instant, packet: Packet) {
        let due = now + self.delay + self.jitter.mul_f64(self.rng.unit());
        let due = match self.last_due {
            Some(last) if !self.reorders => due.max(last),
            Some(_) | None => due,
        };
        self.last_due = Some(due);
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
