//! What goes over the network.

use std::net::SocketAddr;

/// How a datagram travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    Udp,
    /// ICE-TCP, each datagram framed as in RFC 4571; the shell does the framing.
    Tcp,
}

/// One datagram to a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datagram {
    pub protocol: Protocol,
    /// Our address, one of the local candidates.
    pub source: SocketAddr,
    pub destination: SocketAddr,
    pub bytes: Vec<u8>,
}

/// One datagram from a client, in the shell's buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received<'a> {
    pub protocol: Protocol,
    pub source: SocketAddr,
    /// Our address, one of the local candidates.
    pub destination: SocketAddr,
    pub bytes: &'a [u8],
}
