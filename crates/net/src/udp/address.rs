//! Socket addresses as the kernel lays them out: family (native order), port and address (network
//! order). Done on bytes, so that no pointer is cast.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

/// A `sockaddr_in6`, the larger of the two.
pub(crate) const ADDRESS_BYTES: usize = 28;
const V4_BYTES: usize = 16;

/// A socket address for the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Encoded {
    pub(crate) bytes: [u8; ADDRESS_BYTES],
    pub(crate) length: usize,
}

pub(crate) fn encode(address: SocketAddr) -> Encoded {
    let mut bytes = [0; ADDRESS_BYTES];
    bytes[2..4].copy_from_slice(&address.port().to_be_bytes());
    let (family, length) = match address {
        SocketAddr::V4(v4) => {
            bytes[4..8].copy_from_slice(&v4.ip().octets());
            (libc::AF_INET, V4_BYTES)
        }
        SocketAddr::V6(v6) => {
            bytes[4..8].copy_from_slice(&v6.flowinfo().to_ne_bytes());
            bytes[8..24].copy_from_slice(&v6.ip().octets());
            bytes[24..28].copy_from_slice(&v6.scope_id().to_ne_bytes());
            (libc::AF_INET6, ADDRESS_BYTES)
        }
    };
    bytes[..2].copy_from_slice(&(family as u16).to_ne_bytes());
    Encoded { bytes, length }
}

/// Flow information is left out: two datagrams of one peer may differ in it.
pub(crate) fn decode(bytes: &[u8]) -> Option<SocketAddr> {
    let family = i32::from(u16::from_ne_bytes(field(bytes, 0)?));
    let port = u16::from_be_bytes(field(bytes, 2)?);
    match family {
        libc::AF_INET => Some((Ipv4Addr::from(field::<4>(bytes, 4)?), port).into()),
        libc::AF_INET6 => {
            let ip = Ipv6Addr::from(field::<16>(bytes, 8)?);
            let scope = u32::from_ne_bytes(field(bytes, 24)?);
            Some(SocketAddrV6::new(ip, port, 0, scope).into())
        }
        _ => None,
    }
}

fn field<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_survive_the_way_to_the_kernel_and_back() {
        for text in ["192.0.2.1:7882", "[2001:db8::1]:443", "[fe80::1%3]:9"] {
            let address: SocketAddr = text.parse().unwrap();
            let encoded = encode(address);
            assert_eq!(decode(&encoded.bytes[..encoded.length]), Some(address));
            assert_eq!(decode(&encoded.bytes[..7]), None);
        }
    }
}
