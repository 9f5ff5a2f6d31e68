//! A datagram and where it came from and went to.

use bytes::Bytes;
use std::net::SocketAddr;
use std::time::Instant;

/// How a datagram travelled, as ICE sees it. What comes through the TURN relay is `Udp`: the
/// relayed address is a UDP address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Proto {
    Udp,
    Tcp,
}

/// A received datagram, borrowed from the socket's buffer.
#[derive(Clone, Copy, Debug)]
pub struct Datagram<'a> {
    pub proto: Proto,
    pub source: SocketAddr,
    /// The address of ours that it was sent to: never a wildcard.
    pub destination: SocketAddr,
    pub bytes: &'a [u8],
    pub at: Instant,
}

impl Datagram<'_> {
    /// Copies the datagram, to hand it to another thread.
    pub fn to_inbound(&self) -> Inbound {
        Inbound {
            proto: self.proto,
            source: self.source,
            destination: self.destination,
            bytes: Bytes::copy_from_slice(self.bytes),
            at: self.at,
        }
    }
}

/// A datagram that owns its bytes: from a TCP connection, the TURN relay or another shard.
#[derive(Clone, Debug)]
pub struct Inbound {
    pub proto: Proto,
    pub source: SocketAddr,
    pub destination: SocketAddr,
    pub bytes: Bytes,
    pub at: Instant,
}

impl Inbound {
    pub fn as_datagram(&self) -> Datagram<'_> {
        Datagram {
            proto: self.proto,
            source: self.source,
            destination: self.destination,
            bytes: &self.bytes,
            at: self.at,
        }
    }
}
