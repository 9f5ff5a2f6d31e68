//! Control messages (`cmsghdr`) of UDP sockets: which address of ours, how long a segment. Read
//! and written on bytes in the 64-bit Linux layout: length as usize, level and type as int, then
//! the data, padded to a word.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Room for one packet information of IPv6 (40) and one segment size (24), with some to spare.
pub(super) const CONTROL_BYTES: usize = 96;
const HEADER_BYTES: usize = size_of::<usize>() + 8;

/// What came with a received datagram.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Received {
    pub(super) destination: Option<IpAddr>,
    /// The datagram is a run of datagrams of this size each, the last maybe smaller (UDP_GRO).
    pub(super) segment_bytes: Option<usize>,
}

pub(super) fn read(mut bytes: &[u8]) -> Received {
    let mut received = Received::default();
    while let Some((level, kind, data, rest)) = next(bytes) {
        match (level, kind) {
            (libc::SOL_UDP, libc::UDP_GRO) => {
                received.segment_bytes = prefix(data)
                    .and_then(|size| usize::try_from(i32::from_ne_bytes(size)).ok())
                    .filter(|size| *size > 0);
            }
            // struct in_pktinfo: interface index, local address, destination in the header.
            (libc::IPPROTO_IP, libc::IP_PKTINFO) => {
                let address = data.get(8..).and_then(prefix::<4>);
                received.destination = address.map(|ip| Ipv4Addr::from(ip).into());
            }
            // struct in6_pktinfo: destination, interface index.
            (libc::IPPROTO_IPV6, libc::IPV6_PKTINFO) => {
                received.destination = prefix::<16>(data).map(|ip| Ipv6Addr::from(ip).into());
            }
            _ => {}
        }
        bytes = rest;
    }
    received
}

/// Control messages to be sent with a packet. Aligned as the kernel's own structures are.
#[derive(Clone, Copy, Debug)]
#[repr(align(8))]
pub(super) struct Control {
    bytes: [u8; CONTROL_BYTES],
    length: usize,
}

impl Control {
    pub(super) fn new(source: Option<IpAddr>, segment_bytes: Option<u16>) -> Self {
        let mut control = Self {
            bytes: [0; CONTROL_BYTES],
            length: 0,
        };
        match source {
            Some(IpAddr::V4(ip)) => {
                let mut information = [0; 12];
                information[4..8].copy_from_slice(&ip.octets());
                control.push(libc::IPPROTO_IP, libc::IP_PKTINFO, &information);
            }
            Some(IpAddr::V6(ip)) => {
                let mut information = [0; 20];
                information[..16].copy_from_slice(&ip.octets());
                control.push(libc::IPPROTO_IPV6, libc::IPV6_PKTINFO, &information);
            }
            None => {}
        }
        if let Some(size) = segment_bytes {
            control.push(libc::SOL_UDP, libc::UDP_SEGMENT, &size.to_ne_bytes());
        }
        control
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    fn push(&mut self, level: i32, kind: i32, data: &[u8]) {
        let at = self.length;
        let length = HEADER_BYTES + data.len();
        self.bytes[at..at + 8].copy_from_slice(&length.to_ne_bytes());
        self.bytes[at + 8..at + 12].copy_from_slice(&level.to_ne_bytes());
        self.bytes[at + 12..at + 16].copy_from_slice(&kind.to_ne_bytes());
        self.bytes[at + HEADER_BYTES..at + length].copy_from_slice(data);
        self.length = at + length.next_multiple_of(size_of::<usize>());
    }
}

/// Level, type, data, and what follows.
fn next(bytes: &[u8]) -> Option<(i32, i32, &[u8], &[u8])> {
    let length = usize::from_ne_bytes(prefix(bytes)?);
    let level = i32::from_ne_bytes(prefix(bytes.get(8..)?)?);
    let kind = i32::from_ne_bytes(prefix(bytes.get(12..)?)?);
    let data = bytes.get(HEADER_BYTES..length)?;
    let next = length.next_multiple_of(size_of::<usize>()).min(bytes.len());
    Some((level, kind, data, &bytes[next..]))
}

fn prefix<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    bytes.first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    // The byte layout is that of 64-bit Linux; elsewhere this file must not compile silently.
    const _: () = assert!(size_of::<libc::cmsghdr>() == HEADER_BYTES);

    #[test]
    fn the_longest_control_message_fits() {
        let ip = IpAddr::V6(Ipv6Addr::LOCALHOST);
        let control = Control::new(Some(ip), Some(1_200));
        assert!(control.as_bytes().len() <= CONTROL_BYTES);
        assert_eq!(read(control.as_bytes()).destination, Some(ip));
    }

    #[test]
    fn a_segment_size_and_a_destination_are_read_in_any_order() {
        let mut control = Control::new(None, None);
        control.push(libc::SOL_UDP, libc::UDP_GRO, &1_200_i32.to_ne_bytes());
        let mut information = [0; 12];
        information[8..].copy_from_slice(&[192, 0, 2, 7]);
        control.push(libc::IPPROTO_IP, libc::IP_PKTINFO, &information);
        let received = read(control.as_bytes());
        assert_eq!(received.segment_bytes, Some(1_200));
        assert_eq!(received.destination, Some(IpAddr::from([192, 0, 2, 7])));
    }

    #[test]
    fn nonsense_is_read_as_nothing() {
        assert_eq!(read(&[0xff; 64]), Received::default());
        assert_eq!(read(&[0; 64]), Received::default());
        assert_eq!(read(&[1, 2, 3]), Received::default());
    }
}
