//! What holds for all clients of the relay; above all, which peers there are.

use super::MediaAddress;
use super::nonce::Nonces;
use base::Redacted;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// What holds for all clients.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) realm: String,
    pub(super) secret: Redacted<String>,
    pub(super) nonces: Nonces,
    /// The media addresses of this process: the only peers. They are few.
    pub(super) media: Vec<MediaAddress>,
    pub(super) lifetime: Duration,
    pub(super) max_lifetime: Duration,
    pub(super) bytes_per_second: Option<u64>,
}

impl Rules {
    /// Whether a client may ask for this peer at all. A permission counts for an IP, so that some
    /// clients name no port.
    pub(super) fn allows(&self, peer: SocketAddr) -> bool {
        match peer.port() {
            0 => self
                .media
                .iter()
                .any(|media| media.advertised.ip() == peer.ip()),
            _ => self.local_of(peer).is_some(),
        }
    }

    /// Where packets for this peer go, if it is a media address of ours.
    pub(super) fn local_of(&self, peer: SocketAddr) -> Option<SocketAddr> {
        let mut media = self.media.iter();
        media
            .find(|media| media.advertised == peer)
            .map(|media| media.local)
    }

    /// What clients call this address of ours.
    pub(super) fn advertised_of(&self, local: SocketAddr) -> SocketAddr {
        let mut media = self.media.iter();
        media
            .find(|media| media.local == local)
            .map_or(local, |media| media.advertised)
    }

    /// What is granted to a client who asks for this: it within bounds (RFC 8656 section 7.2).
    pub(super) fn lifetime(&self, asked_s: Option<u32>) -> Duration {
        let asked = asked_s.map(|s| Duration::from_secs(s.into()));
        asked
            .unwrap_or_default()
            .min(self.max_lifetime)
            .max(self.lifetime)
    }
}

/// When and for whom a message is handled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) now: Instant,
    pub(super) unix_s: u64,
    /// The client's address as we see it.
    pub(super) client: SocketAddr,
}
