//! A shard's UDP socket: batches in (`recvmmsg`, GRO) and out (`sendmmsg`, GSO).

#![expect(
    unsafe_code,
    reason = "batched and segmented UDP has no safe interface in std"
)]

pub(crate) mod address;
mod control;
mod receive;
mod send;

use crate::{Datagram, RelayAddresses};
use base::clock::OsClock;
use receive::Receiver;
use send::Batch;
use socket2::{Domain, Protocol, SockAddr, Socket, Type};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::{AsRawFd, RawFd};

/// How a [`UdpSocket`] is made.
#[derive(Clone, Copy, Debug)]
pub struct UdpOptions {
    /// Asked of the kernel for each direction; it gives at most `net.core.{r,w}mem_max`.
    pub buffer_bytes: usize,
    /// Whether to send runs of packets as one (UDP_SEGMENT). It is tried, and given up if the
    /// kernel or the interface cannot.
    pub segmentation: bool,
    /// Whether further sockets may bind the same address (SO_REUSEPORT). Bind once without, to
    /// learn whether another process has the port: sharing it would take its packets.
    pub shared: bool,
    /// What claims to come from these never came over a wire: it is dropped.
    pub relay: RelayAddresses,
}

impl Default for UdpOptions {
    fn default() -> Self {
        Self {
            // A tenth of a second of 300 Mbit/s: what a shard may be late on a busy machine.
            buffer_bytes: 4 << 20,
            segmentation: true,
            shared: true,
            relay: RelayAddresses::default(),
        }
    }
}

/// What a socket has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UdpCounters {
    pub received: u64,
    pub received_bytes: u64,
    /// With one of our relayed addresses as its source: dropped.
    pub forged: u64,
    /// Calls of the kernel that brought something; with `received`, how well batching works.
    pub receive_calls: u64,
    /// Larger than any UDP datagram, or without a readable source: dropped.
    pub unreadable: u64,
    pub sent: u64,
    pub sent_bytes: u64,
    pub send_calls: u64,
    /// Runs that the kernel did not take as one and that were sent packet by packet.
    pub segmentation_refused: u64,
    /// Dropped because the kernel's buffer or the interface's queue was full.
    pub dropped_full: u64,
    /// Dropped because the kernel had no route, or a rule forbade it.
    pub dropped_unreachable: u64,
    /// Dropped because no datagram can be that large.
    pub dropped_oversized: u64,
}

/// One UDP socket of one shard. Several shards may bind the same address (SO_REUSEPORT); the
/// kernel then spreads the peers over them.
#[derive(Debug)]
pub struct UdpSocket {
    socket: Socket,
    local: SocketAddr,
    receiver: Receiver,
    batch: Batch,
    counters: UdpCounters,
}

impl UdpSocket {
    /// An IPv6 socket takes IPv6 only: bind one of each to serve both.
    ///
    /// # Errors
    /// As of `bind`: the address is not ours, or is taken and not shared by both.
    pub fn bind(address: SocketAddr, options: UdpOptions) -> io::Result<Self> {
        let domain = Domain::for_address(address);
        let socket = Socket::new(domain, Type::DGRAM.nonblocking(), Some(Protocol::UDP))?;
        // Asked for any port, the kernel would take one that is shared already for free: so it is
        // shared only afterwards.
        let any_port = address.port() == 0;
        socket.set_reuse_port(options.shared && !any_port)?;
        if address.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        // The kernel caps the sizes silently; `stoa doctor` tells about it.
        socket.set_recv_buffer_size(options.buffer_bytes)?;
        socket.set_send_buffer_size(options.buffer_bytes)?;
        let wildcard = address.ip().is_unspecified();
        if wildcard {
            ask_for_destinations(&socket, address.ip())?;
        }
        // Without GRO each datagram comes by itself, which is slower but not wrong.
        let coalesced = set_option(&socket, libc::SOL_UDP, libc::UDP_GRO, 1).is_ok();
        let segmentation = options.segmentation
            && set_option(&socket, libc::SOL_UDP, libc::UDP_SEGMENT, 0).is_ok();
        socket.bind(&SockAddr::from(address))?;
        socket.set_reuse_port(options.shared)?;
        let local = socket
            .local_addr()?
            .as_socket()
            .ok_or(io::ErrorKind::Unsupported)?;
        Ok(Self {
            socket,
            local,
            receiver: Receiver::new(coalesced, options.relay),
            batch: Batch::new(segmentation),
            counters: UdpCounters::default(),
        })
    }

    /// The bound address; its IP is unspecified when bound to a wildcard.
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// Reads what is there, at most about `budget` datagrams (it finishes the batch in which the
    /// budget ends), and gives each to `each`. Returns their number; 0 means that nothing is left.
    ///
    /// # Errors
    /// Only those of a broken socket.
    pub fn recv(&mut self, budget: usize, mut each: impl FnMut(Datagram<'_>)) -> io::Result<usize> {
        let mut total = 0;
        while total < budget {
            let filled = self.receiver.fill(self.socket.as_raw_fd())?;
            if filled == 0 {
                break;
            }
            let now = OsClock.now();
            self.counters.receive_calls += 1;
            total += self
                .receiver
                .each(filled, self.local, now, &mut self.counters, &mut each);
        }
        Ok(total)
    }

    /// Copies a packet into the batch. `source`: the address of ours to send from, for a socket
    /// that is bound to a wildcard. A full batch is flushed.
    pub fn queue(&mut self, destination: SocketAddr, source: Option<IpAddr>, bytes: &[u8]) {
        if !self.batch.has_room(bytes.len()) {
            self.flush();
        }
        if !self.batch.push(destination, source, bytes) {
            self.counters.dropped_oversized += 1;
        }
    }

    /// Sends the batch. Never blocks: what the kernel does not take is dropped and counted.
    pub fn flush(&mut self) {
        self.batch
            .flush(self.socket.as_raw_fd(), &mut self.counters);
    }

    pub fn counters(&self) -> UdpCounters {
        self.counters
    }
}

impl AsRawFd for UdpSocket {
    fn as_raw_fd(&self) -> RawFd {
        self.socket.as_raw_fd()
    }
}

fn ask_for_destinations(socket: &Socket, ip: IpAddr) -> io::Result<()> {
    match ip {
        IpAddr::V4(_) => set_option(socket, libc::IPPROTO_IP, libc::IP_PKTINFO, 1),
        IpAddr::V6(_) => set_option(socket, libc::IPPROTO_IPV6, libc::IPV6_RECVPKTINFO, 1),
    }
}

fn set_option(socket: &Socket, level: i32, name: i32, value: libc::c_int) -> io::Result<()> {
    // SAFETY: the kernel reads one live int, whose size is given.
    let result = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            level,
            name,
            (&raw const value).cast(),
            size_of::<libc::c_int>() as libc::socklen_t,
        )
    };
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}
