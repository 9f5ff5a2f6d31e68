//! dimpl as str0m sets it up, but for its seed, and with a say in what cipher a handshake ends with.
//!
//! dimpl offers and takes every profile, AES-256-GCM first. A connection of [`Cipher::Cm`] gives out what
//! the same handshake would have given after AES-CM had been chosen: with DTLS 1.2 the keying material
//! of one profile is the beginning of that of any longer one (RFC 5764 section 4.2, RFC 5705 section 4:
//! neither the profile nor the length goes into it).

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;
use str0m::config::{DtlsVersion, KeyingMaterial};
use str0m::crypto::CryptoError;
use str0m::crypto::dtls::{DtlsCert, DtlsImplError, DtlsInstance, DtlsOutput};
use str0m::crypto::dtls::{DtlsProvider, ProtocolVersion, SrtpProfile};

/// How media is encrypted on a connection. Decides who sends it in the server: its own sender speaks
/// GCM, str0m's both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cipher {
    /// As browsers of today and all native clients.
    #[default]
    Gcm,
    /// As older clients, which know nothing else.
    Cm,
}

thread_local! {
    /// Of the client whose connections are made.
    static NEXT: Cell<Cipher> = Cell::default();
    /// Handshakes with a client that knows AES-CM only, by the random bytes of their first message: that
    /// is what both ends know of them.
    static OF_CM: RefCell<BTreeSet<Random>> = RefCell::default();
}

type Random = [u8; 32];

impl Cipher {
    /// The client's connections that `make` makes on this thread have this cipher, and so has the
    /// server's end of each.
    pub(crate) fn during<T>(self, make: impl FnOnce() -> T) -> T {
        let before = NEXT.replace(self);
        let made = make();
        NEXT.set(before);
        made
    }
}

/// The random bytes in a datagram that begins with a ClientHello (RFC 6347 section 4.2.2): headers of a
/// record and of a message, and the version, come before.
fn hello_random(datagram: &[u8]) -> Option<Random> {
    const HANDSHAKE: u8 = 22;
    const CLIENT_HELLO: u8 = 1;
    const AT: usize = 13 + 12 + 2;
    let is_hello = datagram.first() == Some(&HANDSHAKE) && datagram.get(13) == Some(&CLIENT_HELLO);
    let random = datagram.get(AT..AT + size_of::<Random>())?;
    random.try_into().ok().filter(|_| is_hello)
}

#[derive(Debug)]
pub(crate) struct Provider;

impl DtlsProvider for Provider {
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
        let cipher = NEXT.get();
        Ok(Box::new(Dtls {
            dtls,
            cipher,
            hello: None,
        }))
    }
}

#[derive(Debug)]
struct Dtls {
    dtls: dimpl::Dtls,
    cipher: Cipher,
    hello: Option<Random>,
}

/// Remembers which handshake it is.
fn notice(datagram: &[u8], hello: &mut Option<Random>, cipher: Cipher) {
    if let Some(random) = hello_random(datagram) {
        *hello = Some(random);
        if cipher == Cipher::Cm {
            OF_CM.with_borrow_mut(|handshakes| handshakes.insert(random));
        }
    }
}

fn is_of_cm(hello: Option<Random>) -> bool {
    hello.is_some_and(|random| OF_CM.with_borrow(|handshakes| handshakes.contains(&random)))
}

impl DtlsInstance for Dtls {
    fn set_active(&mut self, active: bool) {
        self.dtls.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        notice(packet, &mut self.hello, self.cipher);
        self.dtls.handle_packet(packet)
    }

    fn poll_output<'a>(&mut self, buffer: &'a mut [u8]) -> DtlsOutput<'a> {
        match self.dtls.poll_output(buffer) {
            DtlsOutput::Packet(packet) => {
                notice(packet, &mut self.hello, self.cipher);
                DtlsOutput::Packet(packet)
            }
            DtlsOutput::KeyingMaterial(material, _) if is_of_cm(self.hello) => {
                let profile = SrtpProfile::AES128_CM_SHA1_80;
                let bytes = &material[..profile.keying_material_len()];
                DtlsOutput::KeyingMaterial(KeyingMaterial::new(bytes), profile)
            }
            other => other,
        }
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.dtls.handle_timeout(now)
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<usize, DtlsImplError> {
        self.dtls.send_application_data(data)
    }

    fn is_active(&self) -> bool {
        self.dtls.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.dtls.protocol_version()
    }

    fn is_closing(&self) -> bool {
        self.dtls.is_closing()
    }

    fn is_closed(&self) -> bool {
        self.dtls.is_closed()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.dtls.close()
    }
}
