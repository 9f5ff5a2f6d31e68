//! Bad luck.

use super::{Node, Packet};
use base::rng::Rng;
use std::collections::VecDeque;
use std::time::Instant;

#[derive(Debug)]
pub struct Loss {
    probability: f64,
    rng: Rng,
    passed: VecDeque<Packet>,
}

impl Loss {
    pub fn new(probability: f64, rng: Rng) -> Self {
        Self {
            probability,
            rng,
            passed: VecDeque::new(),
        }
    }

    pub fn set(&mut self, probability: f64) {
        self.probability = probability;
    }
}

impl Node for Loss {
    fn push(&mut self, _now: Instant, packet: Packet) {
        if !self.rng.chance(self.probability) {
            self.passed.push_back(packet);
        }
    }

    fn pop(&mut self, _now: Instant) -> Option<Packet> {
        self.passed.pop_front()
    }

    /// Packets are popped in the step in which they were pushed.
    fn next_deadline(&self) -> Option<Instant> {
        None
    }
}
