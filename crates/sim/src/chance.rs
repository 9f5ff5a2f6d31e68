//! The chance inside the transport, taken from a world's seed.
//!
//! SSRCs, ICE credentials, transaction ids and the order of DTLS messages come from generators of
//! str0m and dimpl that begin with the operating system's. Drawn from the seed instead, a world
//! that breaks breaks again, and can be looked into. What is secret stays the cryptography library's:
//! keys differ from run to run, and by a byte or two the size of a certificate.

use base::rng::Rng;
use std::sync::Arc;
use std::time::Instant;
use str0m::config::DtlsVersion;
use str0m::crypto::dtls::{DtlsCert, DtlsImplError, DtlsInstance, DtlsOutput};
use str0m::crypto::dtls::{DtlsProvider, ProtocolVersion};
use str0m::crypto::{CryptoError, CryptoProvider};

/// From here on, transports that are made on this thread draw from `rng`.
pub(crate) fn seed_transports(rng: &mut Rng) {
    fastrand::seed(rng.next_u64());
    let provider = CryptoProvider {
        dtls_provider: &SeededDtls,
        ..str0m::crypto::from_feature_flags()
    };
    provider.install_process_default();
}

/// dimpl as str0m sets it up, but for its seed.
#[derive(Debug)]
struct SeededDtls;

impl DtlsProvider for SeededDtls {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        dimpl::certificate::generate_self_signed_certificate().ok()
    }

    fn new_dtls(
        &self,
        certificate: &DtlsCert,
        now: Instant,
        version: DtlsVersion,
        mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        let mut config = dimpl::Config::builder()
            .use_server_cookie(false)
            .dangerously_set_rng_seed(fastrand::u64(..));
        if let Some(mtu) = mtu {
            config = config.mtu(mtu);
        }
        let config = config.build();
        let config = config.map_err(|error| CryptoError::Other(error.to_string()))?;
        let (config, certificate) = (Arc::new(config), certificate.clone());
        let dtls = match version {
            DtlsVersion::Dtls13 => dimpl::Dtls::new_13(config, certificate, now),
            DtlsVersion::Auto => dimpl::Dtls::new_auto(config, certificate, now),
            // The one that there is beside them, and str0m's default.
            _ => dimpl::Dtls::new_12(config, certificate, now),
        };
        Ok(Box::new(Dtls(dtls)))
    }
}

#[derive(Debug)]
struct Dtls(dimpl::Dtls);

impl DtlsInstance for Dtls {
    fn set_active(&mut self, active: bool) {
        self.0.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        self.0.handle_packet(packet)
    }

    fn poll_output<'a>(&mut self, buffer: &'a mut [u8]) -> DtlsOutput<'a> {
        self.0.poll_output(buffer)
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.0.handle_timeout(now)
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<usize, DtlsImplError> {
        self.0.send_application_data(data)
    }

    fn is_active(&self) -> bool {
        self.0.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.0.protocol_version()
    }

    fn is_closing(&self) -> bool {
        self.0.is_closing()
    }

    fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.0.close()
    }
}
