//! Which shard a datagram belongs to, when several shards share one port.
//!
//! The kernel spreads datagrams over the sockets of a port by a hash of their addresses, and so a
//! peer's datagrams come to some shard, always the same, but not always the one that carries him.
//! His first datagram is a connectivity check, and the user name fragment that we made for him
//! begins with his shard's number: [`shard_of_ufrag`]. For those that follow, the shard that got
//! them asks its [`RouteTable`].

use crate::Proto;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// A shard's number, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard(pub u16);

impl Shard {
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// Letters of a shard's number in a user name fragment: all are `ice-char` (RFC 8839 section 5.4).
const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Two letters: 1,024 shards, more than any machine has cores.
pub const UFRAG_PREFIX_BYTES: usize = 2;
pub const MAX_SHARDS: u16 = 1_024;

/// The beginning of each user name fragment of a shard; random letters follow.
///
/// # Panics
/// If the shard's number is not below [`MAX_SHARDS`].
pub fn ufrag_prefix(shard: Shard) -> String {
    assert!(shard.0 < MAX_SHARDS, "more shards than a prefix can number");
    [shard.0 / 32, shard.0 % 32]
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .iter()
        .collect()
}

/// The shard that made a user name fragment. A stranger's fragment may name a shard that does not
/// exist.
pub fn shard_of_ufrag(ufrag: &str) -> Option<Shard> {
    let [high, low, ..] = ufrag.as_bytes() else {
        return None;
    };
    Some(Shard(digit(*high)? * 32 + digit(*low)?))
}

fn digit(letter: u8) -> Option<u16> {
    match letter {
        b'a'..=b'z' => Some(u16::from(letter - b'a')),
        b'2'..=b'7' => Some(u16::from(letter - b'2') + 26),
        _ => None,
    }
}

/// The two ends of a flow, as a shard sees them: protocol, the peer's address, ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FiveTuple {
    pub proto: Proto,
    pub source: SocketAddr,
    pub destination: SocketAddr,
}

/// From five-tuple to shard; bounded, and forgetful of flows that have fallen silent.
///
/// Two generations: what is used is in the young one; now and then, or when it is full, the young
/// one becomes the old one and the old one is dropped. All operations are O(1), and a flow that is
/// used at least once an expiry stays. Let [`RouteTable::learn`] be called only for flows that the
/// owning shard has accepted (its integrity check has passed): then strangers cannot fill it.
#[derive(Debug)]
pub struct RouteTable {
    young: HashMap<FiveTuple, Shard>,
    old: HashMap<FiveTuple, Shard>,
    turned: Instant,
    capacity: usize,
    expiry: Duration,
}

impl RouteTable {
    /// Room for 2 × `capacity` flows; one that is silent for `expiry` may be forgotten, for
    /// 2 × `expiry` is. Clients send a consent check every 5 s (RFC 7675), so 30 s is ample.
    pub fn new(now: Instant, capacity: usize, expiry: Duration) -> Self {
        Self {
            young: HashMap::new(),
            old: HashMap::new(),
            turned: now,
            capacity: capacity.max(1),
            expiry,
        }
    }

    pub fn learn(&mut self, now: Instant, flow: FiveTuple, shard: Shard) {
        self.age(now);
        self.old.remove(&flow);
        if self.young.len() >= self.capacity && !self.young.contains_key(&flow) {
            self.turn(now);
        }
        self.young.insert(flow, shard);
    }

    pub fn shard_of(&mut self, now: Instant, flow: &FiveTuple) -> Option<Shard> {
        self.age(now);
        if let Some(shard) = self.young.get(flow) {
            return Some(*shard);
        }
        let shard = self.old.remove(flow)?;
        self.learn(now, *flow, shard);
        Some(shard)
    }

    pub fn forget(&mut self, flow: &FiveTuple) {
        self.young.remove(flow);
        self.old.remove(flow);
    }

    pub fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn age(&mut self, now: Instant) {
        let silent = now.saturating_duration_since(self.turned);
        if silent >= 2 * self.expiry {
            self.young.clear();
        }
        if silent >= self.expiry {
            self.turn(now);
        }
    }

    fn turn(&mut self, now: Instant) {
        self.old = std::mem::take(&mut self.young);
        self.turned = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::clock::OsClock;

    fn flow(port: u16) -> FiveTuple {
        FiveTuple {
            proto: Proto::Udp,
            source: SocketAddr::from(([192, 0, 2, 1], port)),
            destination: SocketAddr::from(([192, 0, 2, 9], 7882)),
        }
    }

    #[test]
    fn a_ufrag_leads_back_to_its_shard() {
        for number in [0, 1, 31, 32, MAX_SHARDS - 1] {
            let ufrag = ufrag_prefix(Shard(number)) + "Xy9/";
            assert_eq!(shard_of_ufrag(&ufrag), Some(Shard(number)), "{ufrag}");
        }
        for stranger in ["", "a", "A1", "+/xx", "0a"] {
            assert_eq!(shard_of_ufrag(stranger), None, "{stranger}");
        }
    }

    #[test]
    fn a_flow_in_use_stays_and_a_silent_one_is_forgotten() {
        let start = OsClock.now();
        let mut table = RouteTable::new(start, 100, Duration::from_secs(30));
        table.learn(start, flow(1), Shard(3));
        table.learn(start, flow(2), Shard(4));
        for second in (0..300).step_by(5) {
            let now = start + Duration::from_secs(second);
            assert_eq!(table.shard_of(now, &flow(1)), Some(Shard(3)), "{second}");
        }
        let now = start + Duration::from_secs(300);
        assert_eq!(table.shard_of(now, &flow(2)), None);
        let later = now + Duration::from_secs(61);
        assert_eq!(table.shard_of(later, &flow(1)), None);
        assert!(table.is_empty());
    }

    #[test]
    fn a_full_table_forgets_the_oldest_and_never_grows() {
        let now = OsClock.now();
        let mut table = RouteTable::new(now, 10, Duration::from_secs(30));
        for port in 0..1_000 {
            table.learn(now, flow(port), Shard(1));
            assert!(table.len() <= 20, "{}", table.len());
        }
        assert_eq!(table.shard_of(now, &flow(999)), Some(Shard(1)));
        assert_eq!(table.shard_of(now, &flow(1)), None);
    }

    #[test]
    fn a_flow_that_moves_to_another_shard_is_found_there() {
        let now = OsClock.now();
        let mut table = RouteTable::new(now, 10, Duration::from_secs(30));
        table.learn(now, flow(1), Shard(1));
        table.learn(now, flow(1), Shard(2));
        assert_eq!(table.shard_of(now, &flow(1)), Some(Shard(2)));
        table.forget(&flow(1));
        assert_eq!(table.shard_of(now, &flow(1)), None);
    }
}
