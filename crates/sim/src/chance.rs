//! The chance inside the transport, taken from a world's seed.
//!
//! SSRCs, ICE credentials, transaction ids and the order of DTLS messages come from generators of
//! str0m and dimpl that begin with the operating system's. Drawn from the seed instead, a world
//! that breaks breaks again, and can be looked into. What is secret stays the cryptography library's:
//! keys differ from run to run, and by a byte or two the size of a certificate.

use crate::dtls::Provider;
use base::rng::Rng;
use str0m::crypto::CryptoProvider;

/// From here on, transports that are made on this thread draw from `rng`.
pub(crate) fn seed_transports(rng: &mut Rng) {
    fastrand::seed(rng.next_u64());
    let provider = CryptoProvider {
        dtls_provider: &Provider,
        ..str0m::crypto::from_feature_flags()
    };
    provider.install_process_default();
}
