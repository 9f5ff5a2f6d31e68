//! A bottleneck with a queue before it.

use super::{CELL_BYTES, Node, Packet, Path};
use base::Bitrate;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// IPv4 and UDP headers.
const OVERHEAD_BYTES: u64 = 28;

#[derive(Debug)]
pub struct Rate {
    /// `None`: as fast as one likes.
    rate: Option<Bitrate>,
    longest_wait: Duration,
    queue: VecDeque<(Instant, Packet)>,
    free_at: Option<Instant>,
}

impl Rate {
    pub fn new(path: &Path) -> Self {
        Self {
            rate: path.rate,
            longest_wait: path.queue,
            queue: VecDeque::new(),
            free_at: None,
        }
    }

    pub fn set(&mut self, path: &Path) {
        self.rate = path.rate;
        self.longest_wait = path.queue;
    }
}

impl Node for Rate {
    fn push(&mut self, now: Instant, packet: Packet) {
        let begins = self.free_at.map_or(now, |free| free.max(now));
        if begins.duration_since(now) > self.longest_wait {
            return;
        }
        let bytes = packet.cells() * CELL_BYTES + OVERHEAD_BYTES;
        let bits = bytes as f64 * 8.0;
        let takes = self.rate.map_or(0.0, |rate| bits / rate.as_bps() as f64);
        let done = begins + Duration::from_secs_f64(takes);
        self.free_at = Some(done);
        self.queue.push_back((done, packet));
    }

    fn pop(&mut self, now: Instant) -> Option<Packet> {
        let (done, _) = self.queue.front()?;
        if *done > now {
            return None;
        }
        self.queue.pop_front().map(|(_, packet)| packet)
    }

    fn next_deadline(&self) -> Option<Instant> {
        self.queue.front().map(|(done, _)| *done)
    }
}
