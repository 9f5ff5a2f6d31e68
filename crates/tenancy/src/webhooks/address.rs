//! Where a webhook may lead: to the world, not into the network that this server stands in.

use crate::Refusal;
use base::Redacted;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const MAX_URL_BYTES: usize = 2_000;

/// As far as the text goes; where a name leads is known only when it is looked up
/// ([`is_public`]).
pub(super) fn checked(url: &str) -> Result<Redacted<String>, Refusal> {
    let wrong = |why| Refusal::Invalid { field: "url", why };
    if url.len() > MAX_URL_BYTES {
        return Err(wrong("is too long"));
    }
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let rest = rest.ok_or(wrong("must begin with https:// or http://"))?;
    let plain = url.chars().all(|c| c.is_ascii_graphic());
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if !plain || authority.is_empty() || authority.starts_with(':') {
        return Err(wrong("must name a host, in ASCII"));
    }
    if authority.contains('@') {
        return Err(wrong(
            "must not hold a password; the signature shows who we are",
        ));
    }
    Ok(Redacted::new(url.to_owned()))
}

/// Whether an address lies in the public internet (IANA special-purpose registries).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public_v4(v4),
            None => is_public_v6(v6),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let benchmark = a == 198 && (18..20).contains(&b);
    let protocol = a == 192 && b == 0 && address.octets()[2] == 0;
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || shared
        || benchmark
        || protocol)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let first = address.segments()[0];
    // Only 2000::/3 is handed out; of it documentation and 6to4 and Teredo, which hide an IPv4.
    first & 0xe000 == 0x2000
        && first != 0x2002
        && !(first == 0x2001 && address.segments()[1] <= 0x0db8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inside_is_not_public() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "2002:7f00:1::",
            "2001:db8::1",
            "64:ff9b::7f00:1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in [
            "1.1.1.1",
            "203.119.1.1",
            "2606:4700:4700::1111",
            "2400:3200::1",
        ] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn only_web_addresses_are_taken() {
        for wrong in [
            "",
            "ftp://a.example",
            "https://",
            "https:///x",
            "http://:80/",
            "https://a b.example",
            "https://user:pass@a.example/",
            "file:///etc/passwd",
            "https://例子.example",
        ] {
            assert!(checked(wrong).is_err(), "{wrong}");
        }
        assert!(checked("https://hooks.example.com/stoa?x=1").is_ok());
        assert!(checked("http://[::1]:9/").is_ok());
    }
}
