//! Networks, made of small nodes in a row.
//!
//! A node takes packets and gives them back later, in another order, or not at all. It knows the
//! time only from its arguments, and chance only from its seed.

mod delay;
mod loss;
mod rate;

pub use delay::Delay;
pub use loss::Loss;
pub use rate::Rate;

use base::Bitrate;
use base::rng::Rng;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// A datagram on its way.
#[derive(Clone, Debug)]
pub struct Packet {
    pub source: SocketAddr,
    pub destination: SocketAddr,
    pub bytes: Vec<u8>,
}

/// Packets take the time of whole cells, as on many radio and cable links; the few bytes by which
/// certificates and signatures differ from run to run then change nothing.
const CELL_BYTES: u64 = 32;

impl Packet {
    pub(crate) fn cells(&self) -> u64 {
        (self.bytes.len() as u64).div_ceil(CELL_BYTES)
    }
}

/// A piece of a network.
pub trait Node: std::fmt::Debug {
    fn push(&mut self, now: Instant, packet: Packet);
    /// The next packet that has come through by `now`.
    fn pop(&mut self, now: Instant) -> Option<Packet>;
    fn next_deadline(&self) -> Option<Instant>;
}

/// What one direction of a path is like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Path {
    pub rate: Option<Bitrate>,
    /// Packets that would wait longer for their turn are dropped.
    pub queue: Duration,
    pub delay: Duration,
    /// Each packet is delayed by up to this much more.
    pub jitter: Duration,
    /// Whether packets may overtake each other by their jitter. Queues keep the order; several
    /// radios or routes do not.
    pub reorders: bool,
    /// 0.0 to 1.0.
    pub loss: f64,
}

impl Path {
    pub const GOOD: Self = Self {
        rate: None,
        // The buffer of a common home router, between the 100 ms that experts advise and the
        // seconds that are found.
        queue: Duration::from_millis(300),
        delay: Duration::from_millis(20),
        jitter: Duration::ZERO,
        reorders: false,
        loss: 0.0,
    };
}

/// One direction: a bottleneck, then the distance, then bad luck.
#[derive(Debug)]
pub struct Link {
    rate: Rate,
    delay: Delay,
    loss: Loss,
    is_cut: bool,
}

impl Link {
    pub fn new(path: Path, rng: &mut Rng) -> Self {
        let mut seed = || Rng::from_seed(rng.next_u64());
        Self {
            rate: Rate::new(&path),
            delay: Delay::new(&path, seed()),
            loss: Loss::new(path.loss, seed()),
            is_cut: false,
        }
    }

    /// Changes what the path is like, for packets that come from now on.
    pub fn set(&mut self, path: Path) {
        self.rate.set(&path);
        self.delay.set(&path);
        self.loss.set(path.loss);
    }

    /// Nothing comes through any more, or again.
    pub fn cut(&mut self, is_cut: bool) {
        self.is_cut = is_cut;
    }

    fn nodes(&self) -> [&dyn Node; 3] {
        [&self.rate, &self.delay, &self.loss]
    }
}

impl Node for Link {
    fn push(&mut self, now: Instant, packet: Packet) {
        if !self.is_cut {
            self.rate.push(now, packet);
        }
    }

    fn pop(&mut self, now: Instant) -> Option<Packet> {
        while let Some(packet) = self.rate.pop(now) {
            self.delay.push(now, packet);
        }
        while let Some(packet) = self.delay.pop(now) {
            self.loss.push(now, packet);
        }
        self.loss.pop(now)
    }

    fn next_deadline(&self) -> Option<Instant> {
        let deadlines = self.nodes().map(Node::next_deadline);
        deadlines.into_iter().flatten().min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::clock::OsClock;

    fn packet(bytes: usize) -> Packet {
        let address = "10.0.0.1:1".parse().unwrap();
        Packet {
            source: address,
            destination: address,
            bytes: vec![0; bytes],
        }
    }

    /// Packets that come through when one of 1,000 bytes is sent every millisecond for a second,
    /// and when the last of them came.
    fn through(path: Path, seed: u64) -> (usize, Duration) {
        let start = OsClock.now();
        let mut link = Link::new(path, &mut Rng::from_seed(seed));
        let (mut count, mut last) = (0, start);
        for ms in 0..5_000 {
            let now = start + Duration::from_millis(ms);
            if ms < 1_000 {
                link.push(now, packet(1_000));
            }
            while link.pop(now).is_some() {
                count += 1;
                last = now;
            }
        }
        assert_eq!(link.next_deadline(), None);
        (count, last - start)
    }

    #[test]
    fn a_good_path_only_delays() {
        let (count, last) = through(Path::GOOD, 1);
        assert_eq!((count, last), (1_000, Duration::from_millis(1_019)));
    }

    #[test]
    fn a_narrow_path_carries_its_rate_and_drops_the_rest() {
        let narrow = Path {
            rate: Some(Bitrate::kbps(800)),
            ..Path::GOOD
        };
        let (count, last) = through(narrow, 1);
        assert!((100..160).contains(&count), "{count}");
        assert!(last < Duration::from_millis(1_400), "{last:?}");
    }

    #[test]
    fn a_lossy_path_loses_as_much_as_it_says_and_the_same_with_the_same_seed() {
        let lossy = Path {
            loss: 0.2,
            ..Path::GOOD
        };
        let (count, _) = through(lossy, 7);
        assert!((740..860).contains(&count), "{count}");
        assert_eq!(through(lossy, 7).0, count);
    }
}
