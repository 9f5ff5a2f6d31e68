//! A session to be tried with anything.

use super::MediaAddress;
use super::credentials::{self, mint};
use super::message::{Key, Writer, attribute, method};
use super::nonce::Nonces;
use super::rules::{Moment, Rules};
use super::session::{Family, LeaseError, Output, Relays, Session};
use super::stream::next_frame;
use crate::demux::StunClass;
use base::Redacted;
use base::clock::OsClock;
use bytes::{Bytes, BytesMut};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

const REALM: &str = "fuzz";
const UNIX_S: u64 = 1_800_000_000;
const LOCAL: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7_882);
const STUN_HEADER_BYTES: usize = 20;

#[derive(Debug)]
pub(crate) struct Bench {
    session: Session<()>,
    rules: Rules,
    at: Moment,
    username: String,
    nonce: String,
    key: Key,
}

struct OneRelay;

impl Relays for OneRelay {
    type Lease = ();

    fn lease(&self, _: &str, _: Family) -> Result<(SocketAddr, ()), LeaseError> {
        Ok((SocketAddr::from(([192, 0, 0, 8], 5_000)), ()))
    }
}

impl Bench {
    pub(crate) fn new() -> Self {
        let media = SocketAddr::from(([192, 0, 2, 10], 7_882));
        let client = SocketAddr::from(([203, 0, 113, 5], 40_000));
        let rules = Rules {
            realm: REALM.into(),
            secret: Redacted::new("secret".into()),
            nonces: Nonces::new(),
            media: vec![MediaAddress {
                advertised: media,
                local: LOCAL,
            }],
            lifetime: Duration::from_secs(600),
            max_lifetime: Duration::from_secs(3_600),
            bytes_per_second: None,
        };
        let username = mint(&rules.secret, "fuzz", u64::MAX).username;
        let mut bench = Self {
            session: Session::new(),
            at: Moment {
                now: OsClock.now(),
                unix_s: UNIX_S,
                client,
            },
            nonce: rules.nonces.make(UNIX_S, client.ip()),
            key: credentials::key(&rules.secret, &username, REALM),
            username,
            rules,
        };
        let allocate = Writer::new(StunClass::Request, method::ALLOCATE, &[1; 12])
            .put(attribute::REQUESTED_TRANSPORT, &[17, 0, 0, 0]);
        let bind = Writer::new(StunClass::Request, method::CHANNEL_BIND, &[2; 12])
            .put(attribute::CHANNEL_NUMBER, &[0x40, 1, 0, 0])
            .put_address(attribute::XOR_PEER_ADDRESS, media);
        for request in [allocate, bind] {
            let request = bench.sign(request);
            bench.handle(&request);
        }
        assert!(bench.session.lease().is_some(), "the bench stands");
        bench
    }

    pub(crate) fn next_frame(&self, input: &mut BytesMut) -> Option<Bytes> {
        next_frame(input).ok().flatten()
    }

    pub(crate) fn try_frame(&mut self, frame: &[u8]) {
        self.handle(frame);
        if frame.first().is_some_and(|first| *first <= 3) && frame.len() >= STUN_HEADER_BYTES {
            let signed = self.sign(Writer::resume(frame));
            self.handle(&signed);
        }
    }

    fn sign(&self, request: Writer) -> Vec<u8> {
        request
            .put(attribute::USERNAME, self.username.as_bytes())
            .put(attribute::REALM, REALM.as_bytes())
            .put(attribute::NONCE, self.nonce.as_bytes())
            .finish(Some(&self.key))
    }

    fn handle(&mut self, bytes: &[u8]) {
        match self.session.handle(self.at, bytes, &self.rules, &OneRelay) {
            Output::ToPeer { local, .. } => {
                assert_eq!(local, LOCAL, "relayed to a stranger");
            }
            Output::Reply { bytes, .. } => {
                assert!(
                    super::message::Message::parse(&bytes).is_some(),
                    "an unreadable answer"
                );
            }
            Output::Dropped(_) | Output::Nothing => {}
        }
    }
}
