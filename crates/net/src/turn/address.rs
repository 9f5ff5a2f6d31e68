//! XOR-…-ADDRESS attributes (RFC 8489 section 14.2).

use super::message::Transaction;
use smallvec::SmallVec;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

pub(super) const FAMILY_V4: u8 = 1;
pub(super) const FAMILY_V6: u8 = 2;
const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];

pub(super) fn xor_address(value: &[u8], transaction: &Transaction) -> Option<SocketAddr> {
    let mask = mask(transaction);
    let (head, ip) = value.split_at_checked(4)?;
    let port = u16::from_be_bytes([head[2] ^ mask[0], head[3] ^ mask[1]]);
    match head[1] {
        FAMILY_V4 => {
            let ip: [u8; 4] = ip.try_into().ok()?;
            let ip = Ipv4Addr::from(std::array::from_fn(|at| ip[at] ^ mask[at]));
            Some((ip, port).into())
        }
        FAMILY_V6 => {
            let ip: [u8; 16] = ip.try_into().ok()?;
            let ip: [u8; 16] = std::array::from_fn(|at| ip[at] ^ mask[at]);
            Some((Ipv6Addr::from(ip), port).into())
        }
        _ => None,
    }
}

pub(super) fn put_xor_address(
    address: SocketAddr,
    transaction: &Transaction,
) -> SmallVec<[u8; 20]> {
    let mask = mask(transaction);
    let port = address.port().to_be_bytes();
    let (family, ip): (u8, SmallVec<[u8; 16]>) = match address {
        SocketAddr::V4(v4) => (FAMILY_V4, v4.ip().octets().into_iter().collect()),
        SocketAddr::V6(v6) => (FAMILY_V6, v6.ip().octets().into_iter().collect()),
    };
    let head = [0, family, port[0] ^ mask[0], port[1] ^ mask[1]];
    let ip = ip.iter().zip(mask).map(|(byte, mask)| byte ^ mask);
    head.into_iter().chain(ip).collect()
}

fn mask(transaction: &Transaction) -> [u8; 16] {
    let mut mask = [0; 16];
    mask[..4].copy_from_slice(&MAGIC_COOKIE);
    mask[4..].copy_from_slice(transaction);
    mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_survive_the_disguise() {
        for text in ["192.0.2.1:7882", "[2001:db8::7]:443"] {
            let address: SocketAddr = text.parse().unwrap();
            let value = put_xor_address(address, &[3; 12]);
            assert_eq!(xor_address(&value, &[3; 12]), Some(address));
            assert_eq!(xor_address(&value[..value.len() - 1], &[3; 12]), None);
        }
    }
}
