//! What ICE over TCP and TURN over TCP and TLS have in common: who may connect, how long a
//! connection may be useless, and the loop that moves its bytes.

pub(crate) mod admission;
pub mod framing;
pub(crate) mod ice;
pub(crate) mod listener;
pub(crate) mod pump;

pub use ice::IceTcp;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Limits of a TCP listener.
#[derive(Clone, Copy, Debug)]
pub struct TcpOptions {
    pub max_connections: usize,
    pub max_connections_per_ip: usize,
    /// To become useful: to have been answered by a shard (ICE) or to have an allocation (TURN).
    pub handshake: Duration,
    /// Without a frame from the peer. ICE consent checks come every 5 s (RFC 7675), TURN
    /// refreshes at least every few minutes.
    pub idle: Duration,
    /// To take some bytes, when there are some to be taken.
    pub write_stall: Duration,
    /// Packets that wait for the peer to read; beyond that media drops oldest.
    pub queue_packets: usize,
}

impl Default for TcpOptions {
    fn default() -> Self {
        Self {
            // A descriptor each, of the 20,000 that a service usually has.
            max_connections: 4_096,
            // An office or a mobile carrier may stand behind one address.
            max_connections_per_ip: 256,
            // Two connects, a lost packet each, at the worst round trip that still makes a call.
            handshake: Duration::from_secs(10),
            // As long as ICE waits for consent.
            idle: Duration::from_secs(30),
            write_stall: Duration::from_secs(10),
            // 1.5 s of 1.5 Mbit/s video: a key frame fits, and what is older is of no use.
            queue_packets: 256,
        }
    }
}

/// A number that only grows; read it while others count.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What a listener has seen.
#[derive(Debug, Default)]
pub struct TcpCounters {
    pub accepted: Counter,
    /// Turned away: too many connections.
    pub refused: Counter,
    /// `accept` failed; with descriptors exhausted this grows.
    pub accept_errors: Counter,
    pub frames_in: Counter,
    pub frames_out: Counter,
    /// The shard's queue was full.
    pub dropped_in: Counter,
    /// Connections that we ended, by reason.
    pub cut_malformed: Counter,
    pub cut_stranger: Counter,
    pub cut_handshake: Counter,
    pub cut_idle: Counter,
    pub cut_slow: Counter,
    /// TLS did not come about.
    pub cut_tls: Counter,
    /// Connections that their peer ended, or the network.
    pub closed: Counter,
}

impl TcpCounters {
    /// Every counter with its name, for the metrics.
    pub fn all(&self) -> [(&'static str, u64); 13] {
        [
            ("accepted", self.accepted.count()),
            ("refused", self.refused.count()),
            ("accept_errors", self.accept_errors.count()),
            ("frames_in", self.frames_in.count()),
            ("frames_out", self.frames_out.count()),
            ("dropped_in", self.dropped_in.count()),
            ("cut_malformed", self.cut_malformed.count()),
            ("cut_stranger", self.cut_stranger.count()),
            ("cut_handshake", self.cut_handshake.count()),
            ("cut_idle", self.cut_idle.count()),
            ("cut_slow", self.cut_slow.count()),
            ("cut_tls", self.cut_tls.count()),
            ("closed", self.closed.count()),
        ]
    }
}

/// Why a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    Closed,
    /// Its bytes are not frames.
    Malformed,
    /// It does not speak to anybody whom we know.
    Stranger,
    Handshake,
    Idle,
    Slow,
    Tls,
}

impl TcpCounters {
    pub(crate) fn count(&self, cut: Cut) {
        let counter = match cut {
            Cut::Closed => &self.closed,
            Cut::Malformed => &self.cut_malformed,
            Cut::Stranger => &self.cut_stranger,
            Cut::Handshake => &self.cut_handshake,
            Cut::Idle => &self.cut_idle,
            Cut::Slow => &self.cut_slow,
            Cut::Tls => &self.cut_tls,
        };
        counter.add(1);
    }
}
