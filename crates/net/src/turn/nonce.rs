//! Nonces that need not be remembered: the time of making, signed together with the client's
//! address. A stranger's request costs no memory.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use std::net::IpAddr;

/// RFC 8489 section 9.2.4 leaves it to the server; at each end of it a client needs one more
/// round trip.
const LIFETIME_S: u64 = 3_600;
const TAG_BYTES: usize = 12;

#[derive(Debug)]
pub(super) struct Nonces(hmac::Key);

impl Nonces {
    /// # Panics
    /// If the system has no random numbers: nothing safe can be done on such a machine.
    pub(super) fn new() -> Self {
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new())
            .expect("the operating system has random numbers");
        Self(key)
    }

    pub(super) fn make(&self, unix_s: u64, client: IpAddr) -> String {
        format!("{unix_s:016x}{}", self.tag(unix_s, client))
    }

    /// Whether we made it for this client, not too long ago.
    pub(super) fn is_fresh(&self, nonce: &str, unix_s: u64, client: IpAddr) -> bool {
        let Some((made, tag)) = nonce.split_at_checked(16) else {
            return false;
        };
        let Ok(made) = u64::from_str_radix(made, 16) else {
            return false;
        };
        // A nonce is no secret; its comparison need not take constant time.
        made <= unix_s && unix_s - made < LIFETIME_S && tag == self.tag(made, client)
    }

    fn tag(&self, unix_s: u64, client: IpAddr) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(&unix_s.to_be_bytes());
        match client {
            IpAddr::V4(v4) => context.update(&v4.octets()),
            IpAddr::V6(v6) => context.update(&v6.octets()),
        }
        let tag = context.sign();
        tag.as_ref()[..TAG_BYTES]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_good_for_its_client_and_its_time() {
        let nonces = Nonces::new();
        let [client, other] = [1, 2].map(|last| IpAddr::from([192, 0, 2, last]));
        let nonce = nonces.make(1_000, client);
        assert!(nonces.is_fresh(&nonce, 1_000, client));
        assert!(nonces.is_fresh(&nonce, 1_000 + LIFETIME_S - 1, client));
        assert!(!nonces.is_fresh(&nonce, 1_000 + LIFETIME_S, client));
        assert!(!nonces.is_fresh(&nonce, 999, client));
        assert!(!nonces.is_fresh(&nonce, 1_000, other));
        assert!(!Nonces::new().is_fresh(&nonce, 1_000, client));
        for forged in ["", "x", "00000000000003e8", "éééééééééééé"] {
            assert!(!nonces.is_fresh(forged, 1_000, client), "{forged}");
        }
    }
}
