//! The way from a shard to TCP connections and the TURN relay: a table from the peer's address to
//! the bounded queue of whatever carries his packets.
//!
//! A shard asks [`Outlets::covers`] (no lock) for each destination; what is not covered goes to
//! the UDP socket. A shard that sends much to one address keeps the [`Outlet`] it found.

use crate::Proto;
use crate::demux::{Kind, demux};
use bytes::Bytes;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// The addresses that relayed addresses are made of. No socket of anybody's has them, so what
/// comes from the wire with such a source is forged, and what goes there goes to an [`Outlet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelayAddresses {
    pub v4: Ipv4Addr,
    pub v6: Ipv6Addr,
}

impl Default for RelayAddresses {
    /// 192.0.0.8, the IPv4 dummy address (RFC 7600), and an address of the IPv6 discard-only block
    /// (RFC 6666): valid in a candidate, assigned to no host, routed nowhere.
    fn default() -> Self {
        Self {
            v4: Ipv4Addr::new(192, 0, 0, 8),
            v6: Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 8),
        }
    }
}

impl RelayAddresses {
    pub fn contains(&self, ip: IpAddr) -> bool {
        match ip {
            IpAddr::V4(v4) => v4 == self.v4,
            IpAddr::V6(v6) => v6 == self.v6,
        }
    }
}

/// What became of a packet given to an [`Outlet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    Queued,
    /// Queued, and an older packet was dropped for it.
    DroppedOldest,
    /// The connection or allocation is gone: the packet was dropped.
    Gone,
}

/// From address to outlet. Clones share one table.
#[derive(Clone, Debug, Default)]
pub struct Outlets {
    relay: RelayAddresses,
    table: Arc<RwLock<HashMap<(Proto, SocketAddr), Outlet>>>,
    next_id: Arc<AtomicU64>,
}

impl Outlets {
    pub fn new(relay: RelayAddresses) -> Self {
        Self {
            relay,
            ..Self::default()
        }
    }

    /// Whether packets for this destination go through an outlet rather than the UDP socket.
    pub fn covers(&self, proto: Proto, destination: SocketAddr) -> bool {
        proto == Proto::Tcp || self.relay.contains(destination.ip())
    }

    pub fn relay_addresses(&self) -> RelayAddresses {
        self.relay
    }

    pub fn find(&self, proto: Proto, destination: SocketAddr) -> Option<Outlet> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        table.get(&(proto, destination)).cloned()
    }

    /// Queues a packet from our address `source` to the peer's address `destination`.
    pub fn send(
        &self,
        proto: Proto,
        source: SocketAddr,
        destination: SocketAddr,
        bytes: Bytes,
    ) -> Sent {
        self.find(proto, destination)
            .map_or(Sent::Gone, |outlet| outlet.send(source, bytes))
    }

    pub fn len(&self) -> usize {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        table.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Enters an address. `wake` is called when the queue ceases to be empty; it must not block.
    /// `None` if the address is taken.
    pub(crate) fn open(
        &self,
        proto: Proto,
        address: SocketAddr,
        capacity_packets: usize,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Option<OutletReader> {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        if table.contains_key(&(proto, address)) {
            return None;
        }
        let outlet = Outlet(Arc::new(Shared {
            id: self.next_id.fetch_add(1, Ordering::Relaxed),
            queue: Mutex::default(),
            capacity_packets,
            closed: AtomicBool::new(false),
            dropped: AtomicU64::new(0),
            wake: Box::new(wake),
        }));
        table.insert((proto, address), outlet.clone());
        Some(OutletReader {
            outlet,
            key: (proto, address),
            outlets: self.clone(),
        })
    }
}

/// The sending end of one connection's or allocation's queue.
#[derive(Clone, Debug)]
pub struct Outlet(Arc<Shared>);

impl Outlet {
    /// Queues a packet. When the queue is full the oldest media packet gives way: old media is
    /// worthless, and DTLS and STUN repeat themselves only slowly.
    pub fn send(&self, source: SocketAddr, bytes: Bytes) -> Sent {
        if self.is_closed() {
            return Sent::Gone;
        }
        let mut queue = self.0.lock();
        let was_empty = queue.is_empty();
        let full = queue.len() >= self.0.capacity_packets;
        if full {
            let media = queue.iter().position(|packet| packet.is_media());
            queue.remove(media.unwrap_or(0));
            self.0.dropped.fetch_add(1, Ordering::Relaxed);
        }
        queue.push_back(Outbound { source, bytes });
        drop(queue);
        if was_empty {
            (self.0.wake)();
        }
        if full {
            Sent::DroppedOldest
        } else {
            Sent::Queued
        }
    }

    pub fn is_closed(&self) -> bool {
        self.0.closed.load(Ordering::Acquire)
    }

    /// Packets that gave way to younger ones.
    pub fn dropped(&self) -> u64 {
        self.0.dropped.load(Ordering::Relaxed)
    }
}

struct Shared {
    id: u64,
    queue: Mutex<VecDeque<Outbound>>,
    capacity_packets: usize,
    closed: AtomicBool,
    dropped: AtomicU64,
    wake: Box<dyn Fn() + Send + Sync>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Outbound>> {
        // A thread that panicked with the lock held left a queue of whole packets.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outlet")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A packet on its way to a peer, from our media address `source`.
#[derive(Debug)]
pub(crate) struct Outbound {
    pub(crate) source: SocketAddr,
    pub(crate) bytes: Bytes,
}

impl Outbound {
    fn is_media(&self) -> bool {
        demux(&self.bytes) == Kind::Rtp
    }
}

/// The receiving end; dropping it takes the address out of the table.
#[derive(Debug)]
pub(crate) struct OutletReader {
    outlet: Outlet,
    key: (Proto, SocketAddr),
    outlets: Outlets,
}

impl OutletReader {
    pub(crate) fn pop(&self) -> Option<Outbound> {
        self.outlet.0.lock().pop_front()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.outlet.0.lock().is_empty()
    }
}

impl Drop for OutletReader {
    fn drop(&mut self) {
        self.outlet.0.closed.store(true, Ordering::Release);
        let table = &self.outlets.table;
        table
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    fn address(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], port))
    }

    fn rtp(number: u8) -> Bytes {
        let mut bytes = vec![0; 20];
        (bytes[0], bytes[1], bytes[3]) = (0x80, 111, number);
        bytes.into()
    }

    #[test]
    fn the_oldest_media_gives_way_and_the_handshake_does_not() {
        let outlets = Outlets::default();
        let reader = outlets.open(Proto::Tcp, address(1), 3, || ()).unwrap();
        let outlet = outlets.find(Proto::Tcp, address(1)).unwrap();
        let handshake = Bytes::from_static(&[22; 30]);
        assert_eq!(outlet.send(address(9), handshake.clone()), Sent::Queued);
        assert_eq!(outlet.send(address(9), rtp(1)), Sent::Queued);
        assert_eq!(outlet.send(address(9), rtp(2)), Sent::Queued);
        assert_eq!(outlet.send(address(9), rtp(3)), Sent::DroppedOldest);
        let left: Vec<_> = std::iter::from_fn(|| reader.pop())
            .map(|p| p.bytes)
            .collect();
        assert_eq!(left, [handshake, rtp(2), rtp(3)]);
        assert_eq!(outlet.dropped(), 1);
    }

    #[test]
    fn a_closed_outlet_is_gone_from_the_table_and_for_those_who_kept_it() {
        let outlets = Outlets::default();
        let reader = outlets.open(Proto::Tcp, address(1), 3, || ()).unwrap();
        assert!(outlets.open(Proto::Tcp, address(1), 3, || ()).is_none());
        let kept = outlets.find(Proto::Tcp, address(1)).unwrap();
        drop(reader);
        assert!(outlets.is_empty());
        assert_eq!(kept.send(address(9), rtp(1)), Sent::Gone);
        let gone = outlets.send(Proto::Tcp, address(9), address(1), rtp(1));
        assert_eq!(gone, Sent::Gone);
    }

    #[test]
    fn the_reader_is_woken_once_for_a_burst() {
        let wakes = Arc::new(AtomicUsize::new(0));
        let counted = wakes.clone();
        let wake = move || {
            counted.fetch_add(1, Ordering::Relaxed);
        };
        let outlets = Outlets::default();
        let reader = outlets.open(Proto::Udp, address(1), 8, wake).unwrap();
        for number in 0..5 {
            outlets.send(Proto::Udp, address(9), address(1), rtp(number));
        }
        assert_eq!(wakes.load(Ordering::Relaxed), 1);
        while reader.pop().is_some() {}
        outlets.send(Proto::Udp, address(9), address(1), rtp(9));
        assert_eq!(wakes.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn only_tcp_and_relayed_addresses_are_covered() {
        let outlets = Outlets::default();
        assert!(outlets.covers(Proto::Tcp, address(1)));
        assert!(!outlets.covers(Proto::Udp, address(1)));
        assert!(outlets.covers(Proto::Udp, SocketAddr::from(([192, 0, 0, 8], 5))));
    }
}
