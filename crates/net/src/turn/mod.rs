//! An embedded TURN server (RFC 8656) over UDP, TCP and TLS, for clients whose network lets
//! nothing else through. It relays to this process's own media addresses and nowhere else, inside
//! the process: an open relay it cannot be, for it has no relay sockets.
//!
//! Begin with `session`, which decides; `udp` and `stream` carry it out.

mod address;
mod allocation;
mod answer;
mod credentials;
mod delivery;
pub(crate) mod fuzz;
mod message;
mod nonce;
mod rate;
mod registry;
mod rules;
mod session;
mod stream;
mod udp;

#[cfg(test)]
mod tests;

pub use credentials::{TurnCredentials, mint};
pub use stream::TurnStream;
pub use udp::TurnUdp;

use crate::tcp::{Counter, TcpOptions};
use crate::{Inlet, Outlets, UdpOptions};
use base::Redacted;
use delivery::Delivery;
use nonce::Nonces;
use registry::Registry;
use rules::Rules;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// What a [`Turn`] server is to be.
#[derive(Clone, Debug)]
pub struct TurnOptions {
    /// Named to clients in the challenge; any text, commonly the host name.
    pub realm: String,
    /// [`mint`] makes credentials with it.
    pub secret: Redacted<String>,
    /// The UDP media addresses: the only peers that can be reached.
    pub media: Vec<MediaAddress>,
    pub limits: TurnLimits,
    /// For TCP and TLS.
    pub tcp: TcpOptions,
    pub udp: UdpOptions,
}

/// One of this process's UDP media addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaAddress {
    /// As candidates name it, and so clients.
    pub advertised: SocketAddr,
    /// As the shard knows it; another than the advertised one behind a one-to-one NAT.
    pub local: SocketAddr,
}

#[derive(Clone, Copy, Debug)]
pub struct TurnLimits {
    pub max_allocations: usize,
    pub max_allocations_per_user: usize,
    /// Granted to who asks for less or nothing.
    pub lifetime: Duration,
    pub max_lifetime: Duration,
    /// Of one allocation, in each direction.
    pub bytes_per_second: Option<u64>,
    /// Packets that wait to be sent to one client; beyond that media drops oldest.
    pub queue_packets: usize,
}

impl Default for TurnLimits {
    fn default() -> Self {
        Self {
            // Of 64,512 relayed ports; each costs less than a kilobyte and what its queue holds.
            max_allocations: 10_000,
            // A browser makes one per server URL, network interface and peer connection, and does
            // so again at an ICE restart before it gives up the old ones.
            max_allocations_per_user: 24,
            // RFC 8656 section 3.2.
            lifetime: Duration::from_secs(600),
            max_lifetime: Duration::from_secs(3_600),
            bytes_per_second: None,
            // As `TcpOptions::queue_packets`.
            queue_packets: 256,
        }
    }
}

/// What the server has seen, over all its listeners.
#[derive(Debug, Default)]
pub struct TurnCounters {
    pub allocations: Counter,
    /// Requests without (401 begins every conversation) or with bad credentials.
    pub unauthorized: Counter,
    pub stale_nonce: Counter,
    /// Requests for a peer that is not a media address of ours.
    pub forbidden: Counter,
    pub over_quota: Counter,
    pub refused_otherwise: Counter,
    pub packets_up: Counter,
    pub bytes_up: Counter,
    pub packets_down: Counter,
    pub bytes_down: Counter,
    pub dropped_malformed: Counter,
    /// Data of clients without an allocation: strangers.
    pub dropped_stranger: Counter,
    pub dropped_no_permission: Counter,
    pub dropped_over_rate: Counter,
    /// For no shard that we know, or its queue was full.
    pub dropped_undelivered: Counter,
}

impl TurnCounters {
    /// Every counter with its name, for the metrics.
    pub fn all(&self) -> [(&'static str, u64); 15] {
        [
            ("allocations", self.allocations.count()),
            ("unauthorized", self.unauthorized.count()),
            ("stale_nonce", self.stale_nonce.count()),
            ("forbidden", self.forbidden.count()),
            ("over_quota", self.over_quota.count()),
            ("refused_otherwise", self.refused_otherwise.count()),
            ("packets_up", self.packets_up.count()),
            ("bytes_up", self.bytes_up.count()),
            ("packets_down", self.packets_down.count()),
            ("bytes_down", self.bytes_down.count()),
            ("dropped_malformed", self.dropped_malformed.count()),
            ("dropped_stranger", self.dropped_stranger.count()),
            ("dropped_no_permission", self.dropped_no_permission.count()),
            ("dropped_over_rate", self.dropped_over_rate.count()),
            ("dropped_undelivered", self.dropped_undelivered.count()),
        ]
    }
}

/// The TURN server; clones are the same server. Open a listener for each port.
#[derive(Clone, Debug)]
pub struct Turn {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    rules: Rules,
    registry: Arc<Registry>,
    delivery: Delivery,
    counters: Arc<TurnCounters>,
    tcp: TcpOptions,
    udp: UdpOptions,
}

impl Turn {
    pub fn new(options: TurnOptions, inlet: Arc<dyn Inlet>, outlets: Outlets) -> Self {
        let counters = Arc::<TurnCounters>::default();
        let limits = options.limits;
        Self {
            shared: Arc::new(Shared {
                rules: Rules {
                    realm: options.realm,
                    secret: options.secret,
                    nonces: Nonces::new(),
                    media: options.media,
                    lifetime: limits.lifetime,
                    max_lifetime: limits.max_lifetime,
                    bytes_per_second: limits.bytes_per_second,
                },
                registry: Arc::new(Registry::new(outlets, limits)),
                delivery: Delivery::new(inlet, counters.clone()),
                counters,
                tcp: options.tcp,
                udp: options.udp,
            }),
        }
    }

    /// Serves UDP on a thread of its own until the result is dropped.
    ///
    /// # Errors
    /// As of `bind`, or when no thread can be started.
    pub fn listen_udp(&self, address: SocketAddr) -> io::Result<TurnUdp> {
        TurnUdp::start(self.shared.clone(), address)
    }

    /// # Errors
    /// As of `bind`.
    pub async fn listen_tcp(&self, address: SocketAddr) -> io::Result<TurnStream> {
        TurnStream::bind(self.shared.clone(), address, None)
    }

    /// # Errors
    /// As of `bind`.
    pub async fn listen_tls(
        &self,
        address: SocketAddr,
        tls: Arc<rustls::ServerConfig>,
    ) -> io::Result<TurnStream> {
        TurnStream::bind(self.shared.clone(), address, Some(tls))
    }

    pub fn counters(&self) -> Arc<TurnCounters> {
        self.shared.counters.clone()
    }

    /// How many allocations there are now.
    pub fn allocations(&self) -> usize {
        self.shared.registry.allocations()
    }
}
