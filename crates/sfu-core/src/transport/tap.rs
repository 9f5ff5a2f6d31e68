//! The keys that a DTLS handshake ends with. str0m keeps them to itself; its DTLS library gives
//! them through a trait, which is wrapped here.
//!
//! SCTP's packets pass here in the clear, so that what is lost can be probed for. str0m gives the
//! instance time only when it has asked for it, or has just sent.

use super::sctp_probe::SctpProbe;
use super::sender::Material;
use super::srtp::LateSrtp;
use std::cell::RefCell;
use std::sync::{Arc, OnceLock};
use std::time::Instant;
use str0m::config::DtlsVersion;
use str0m::crypto::dtls::{DtlsCert, DtlsImplError, DtlsInstance, DtlsOutput};
use str0m::crypto::dtls::{DtlsProvider, ProtocolVersion, SrtpProfile};
use str0m::crypto::{CryptoError, CryptoProvider};

/// Filled when the handshake ends; stays empty with a cipher that only str0m speaks.
pub(super) type Tap = Arc<OnceLock<Material>>;

thread_local! {
    /// A provider is one for the whole process, and is not told for which connection it makes an
    /// instance; but the one that asks for it waits.
    static NEWEST: RefCell<Tap> = RefCell::default();
}

/// str0m's cryptography, with a tap on each connection.
pub(super) fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    let provider = PROVIDER.get_or_init(|| {
        Arc::new(CryptoProvider {
            dtls_provider: &TappedDtls,
            srtp_provider: &LateSrtp,
            ..installed().clone()
        })
    });
    provider.clone()
}

/// The tap of the connection that this thread has made last.
pub(super) fn newest() -> Tap {
    NEWEST.take()
}

pub(super) fn installed() -> &'static CryptoProvider {
    static OURS: OnceLock<CryptoProvider> = OnceLock::new();
    let installed = CryptoProvider::get_default();
    installed.unwrap_or_else(|| OURS.get_or_init(str0m::crypto::from_feature_flags))
}

#[derive(Debug)]
struct TappedDtls;

impl DtlsProvider for TappedDtls {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        installed().dtls_provider.generate_certificate()
    }

    fn new_dtls(
        &self,
        certificate: &DtlsCert,
        now: Instant,
        version: DtlsVersion,
        mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        let provider = installed().dtls_provider;
        let instance = provider.new_dtls(certificate, now, version, mtu)?;
        let tap = Tap::default();
        NEWEST.replace(tap.clone());
        Ok(Box::new(Tapped {
            instance,
            tap,
            probe: SctpProbe::new(now),
        }))
    }
}

#[derive(Debug)]
struct Tapped {
    instance: Box<dyn DtlsInstance>,
    tap: Tap,
    probe: SctpProbe,
}

impl DtlsInstance for Tapped {
    fn set_active(&mut self, active: bool) {
        self.instance.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        self.instance.handle_packet(packet)
    }

    fn poll_output<'a>(&mut self, buffer: &'a mut [u8]) -> DtlsOutput<'a> {
        let is_client = self.instance.is_active();
        let mut output = self.instance.poll_output(buffer);
        match &mut output {
            DtlsOutput::KeyingMaterial(material, profile) => {
                if let Some(key_bytes) = key_bytes(*profile) {
                    // A second handshake does not happen on a connection.
                    let _ = self.tap.set(Material {
                        bytes: material.to_vec(),
                        key_bytes,
                        is_client,
                    });
                }
            }
            DtlsOutput::ApplicationData(packet) => self.probe.received(packet),
            DtlsOutput::Timeout(due) => {
                *due = self
                    .probe
                    .next_deadline()
                    .map_or(*due, |probe| probe.min(*due));
            }
            _ => {}
        }
        output
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.instance.handle_timeout(now)?;
        if let Some(packet) = self.probe.handle_timeout(now)
            && !self.instance.is_closing()
        {
            self.instance.send_application_data(packet)?;
        }
        Ok(())
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<usize, DtlsImplError> {
        let accepted = self.instance.send_application_data(data)?;
        if accepted == data.len() {
            self.probe.sent(data);
        }
        Ok(accepted)
    }

    fn is_active(&self) -> bool {
        self.instance.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.instance.protocol_version()
    }

    fn is_closing(&self) -> bool {
        self.instance.is_closing()
    }

    fn is_closed(&self) -> bool {
        self.instance.is_closed()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.instance.close()
    }
}

/// Of the profiles that our sender speaks.
fn key_bytes(profile: SrtpProfile) -> Option<usize> {
    match profile {
        SrtpProfile::AEAD_AES_128_GCM => Some(16),
        SrtpProfile::AEAD_AES_256_GCM => Some(32),
        _ => None,
    }
}
