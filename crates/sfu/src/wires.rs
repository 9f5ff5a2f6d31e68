//! A shard's sockets, and the way of a datagram through them.

use crate::config::SfuConfig;
use crate::handle::StartError;
use net::{Outlets, Poller, Proto, UdpCounters, UdpSocket};
use sfu_core::{Datagram, Protocol};
use std::net::SocketAddr;

#[derive(Debug)]
pub(crate) struct Wires {
    sockets: Vec<Wire>,
    outlets: Outlets,
    /// Nobody listens at the other end any more.
    pub(crate) undeliverable: u64,
}

#[derive(Debug)]
struct Wire {
    socket: UdpSocket,
    token: u8,
    local: SocketAddr,
}

/// Datagrams read from one socket before others, timers and commands have their turn: at 10 µs
/// each (receive and fan-out to a few) this is 5 ms, the longest a tick should take.
const READ_BUDGET: usize = 512;

impl Wires {
    pub(crate) fn bind(config: &SfuConfig, poller: &mut Poller) -> Result<Self, StartError> {
        let mut sockets = Vec::new();
        for address in &config.udp {
            let failed = |source| StartError::Bind {
                address: *address,
                source,
            };
            let socket = UdpSocket::bind(*address, config.udp_options).map_err(failed)?;
            let token = poller.add(&socket).map_err(failed)?;
            let local = socket.local_addr();
            sockets.push(Wire {
                socket,
                token,
                local,
            });
        }
        Ok(Self {
            sockets,
            outlets: config.outlets.clone(),
            undeliverable: 0,
        })
    }

    /// Reads what the poller found, each socket within its budget.
    pub(crate) fn read(
        &mut self,
        ready: net::Ready,
        mut each: impl FnMut(net::Datagram<'_>),
    ) -> std::io::Result<()> {
        for wire in &mut self.sockets {
            if ready.is_readable(wire.token) {
                wire.socket.recv(READ_BUDGET, &mut each)?;
            }
        }
        Ok(())
    }

    /// Queues a datagram; it leaves with the next flush.
    pub(crate) fn queue(&mut self, datagram: Datagram) {
        let proto = proto(datagram.protocol);
        let (source, destination) = (datagram.source, datagram.destination);
        if self.outlets.covers(proto, destination) {
            let bytes = datagram.bytes.into();
            if self.outlets.send(proto, source, destination, bytes) == net::Sent::Gone {
                self.undeliverable += 1;
            }
            return;
        }
        let Some(wire) = self.sockets.iter_mut().find(|w| w.carries(source)) else {
            self.undeliverable += 1;
            return;
        };
        let is_wildcard = wire.local.ip().is_unspecified();
        let source = is_wildcard.then(|| source.ip());
        wire.socket.queue(destination, source, &datagram.bytes);
    }

    pub(crate) fn flush(&mut self) {
        for wire in &mut self.sockets {
            wire.socket.flush();
        }
    }

    pub(crate) fn counters(&self) -> impl Iterator<Item = UdpCounters> + '_ {
        self.sockets.iter().map(|wire| wire.socket.counters())
    }
}

impl Wire {
    fn carries(&self, source: SocketAddr) -> bool {
        let same_family = source.is_ipv4() == self.local.is_ipv4();
        let same_ip = self.local.ip().is_unspecified() || self.local.ip() == source.ip();
        same_family && same_ip && self.local.port() == source.port()
    }
}

pub(crate) fn proto(protocol: Protocol) -> Proto {
    match protocol {
        Protocol::Udp => Proto::Udp,
        Protocol::Tcp => Proto::Tcp,
    }
}

pub(crate) fn protocol(proto: Proto) -> Protocol {
    match proto {
        Proto::Udp => Protocol::Udp,
        Proto::Tcp => Protocol::Tcp,
    }
}
