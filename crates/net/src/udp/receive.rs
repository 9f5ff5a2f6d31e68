//! A batch of received datagrams.

use super::UdpCounters;
use super::address::{self, ADDRESS_BYTES};
use super::control::{self, CONTROL_BYTES};
use crate::{Datagram, RelayAddresses};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::os::fd::RawFd;
use std::time::Instant;

/// Messages for each call. With GRO a message is a run of up to 64 datagrams, so that 16 are a
/// thousand; without, 16 are about where `recvmmsg` stops getting cheaper.
const MESSAGES: usize = 16;
/// A message with GRO is as large as the largest UDP datagram. Without, a packet fits the MTU, even
/// of jumbo frames; a larger one is cut short by the kernel and dropped by us.
const COALESCED_BYTES: usize = 65_536;
const SINGLE_BYTES: usize = 9_216;

#[derive(Debug)]
pub(super) struct Receiver {
    data: Box<[u8]>,
    bytes_per_message: usize,
    relay: RelayAddresses,
    slots: [Slot; MESSAGES],
}

/// What the kernel writes beside the data.
#[derive(Clone, Copy, Debug)]
#[repr(align(8))]
struct Slot {
    control: [u8; CONTROL_BYTES],
    source: [u8; ADDRESS_BYTES],
    source_length: usize,
    control_length: usize,
    length: usize,
    truncated: bool,
}

impl Receiver {
    pub(super) fn new(coalesced: bool, relay: RelayAddresses) -> Self {
        let bytes_per_message = if coalesced {
            COALESCED_BYTES
        } else {
            SINGLE_BYTES
        };
        Self {
            data: vec![0; MESSAGES * bytes_per_message].into_boxed_slice(),
            bytes_per_message,
            relay,
            slots: [Slot {
                control: [0; CONTROL_BYTES],
                source: [0; ADDRESS_BYTES],
                source_length: 0,
                control_length: 0,
                length: 0,
                truncated: false,
            }; MESSAGES],
        }
    }

    /// Takes what is there, up to one batch; returns the number of messages, 0 for none.
    pub(super) fn fill(&mut self, fd: RawFd) -> io::Result<usize> {
        // SAFETY: null pointers and zero lengths are valid values of these C structures.
        let mut headers: [libc::mmsghdr; MESSAGES] = unsafe { std::mem::zeroed() };
        // SAFETY: as above.
        let mut vectors: [libc::iovec; MESSAGES] = unsafe { std::mem::zeroed() };
        let buffers = self.data.chunks_exact_mut(self.bytes_per_message);
        for (((header, vector), slot), buffer) in headers
            .iter_mut()
            .zip(&mut vectors)
            .zip(&mut self.slots)
            .zip(buffers)
        {
            vector.iov_base = buffer.as_mut_ptr().cast();
            vector.iov_len = buffer.len();
            header.msg_hdr.msg_iov = vector;
            header.msg_hdr.msg_iovlen = 1;
            header.msg_hdr.msg_name = slot.source.as_mut_ptr().cast();
            header.msg_hdr.msg_namelen = ADDRESS_BYTES as libc::socklen_t;
            header.msg_hdr.msg_control = slot.control.as_mut_ptr().cast();
            header.msg_hdr.msg_controllen = CONTROL_BYTES as _;
        }
        // SAFETY: each header points to a buffer of its own with its true length, in `data`,
        // `slots` and `vectors`, none of which is touched or moved before the call returns.
        let count = unsafe {
            libc::recvmmsg(
                fd,
                headers.as_mut_ptr(),
                MESSAGES as libc::c_uint,
                libc::MSG_DONTWAIT,
                std::ptr::null_mut(),
            )
        };
        let Ok(count) = usize::try_from(count) else {
            let error = io::Error::last_os_error();
            return match error.kind() {
                // An ICMP error about an earlier packet says nothing about those to be read; it
                // comes back with the next wait.
                ErrorKind::WouldBlock | ErrorKind::Interrupted | ErrorKind::ConnectionRefused => {
                    Ok(0)
                }
                _ => Err(error),
            };
        };
        for (slot, header) in self.slots.iter_mut().zip(&headers[..count]) {
            slot.length = header.msg_len as usize;
            slot.source_length = (header.msg_hdr.msg_namelen as usize).min(ADDRESS_BYTES);
            slot.control_length = header.msg_hdr.msg_controllen.min(CONTROL_BYTES);
            slot.truncated = header.msg_hdr.msg_flags & libc::MSG_TRUNC != 0;
        }
        Ok(count)
    }

    /// Gives each datagram of the first `messages` messages to `each`; returns their number.
    pub(super) fn each(
        &self,
        messages: usize,
        local: SocketAddr,
        at: Instant,
        counters: &mut UdpCounters,
        each: &mut impl FnMut(Datagram<'_>),
    ) -> usize {
        let mut total = 0;
        let buffers = self.data.chunks_exact(self.bytes_per_message);
        for (slot, buffer) in self.slots[..messages].iter().zip(buffers) {
            let Some(source) = address::decode(&slot.source[..slot.source_length]) else {
                counters.unreadable += 1;
                continue;
            };
            if slot.truncated || slot.length == 0 {
                counters.unreadable += 1;
                continue;
            }
            if self.relay.contains(source.ip()) {
                counters.forged += 1;
                continue;
            }
            let received = control::read(&slot.control[..slot.control_length]);
            let ip = received.destination.unwrap_or(local.ip());
            let destination = SocketAddr::new(ip, local.port());
            let run = &buffer[..slot.length.min(buffer.len())];
            for bytes in run.chunks(received.segment_bytes.unwrap_or(run.len())) {
                total += 1;
                each(Datagram {
                    proto: crate::Proto::Udp,
                    source,
                    destination,
                    bytes,
                    at,
                });
            }
            counters.received_bytes += run.len() as u64;
        }
        counters.received += total as u64;
        total
    }
}
