//! The relay's rules, on a clock of the test's own.

use super::MediaAddress;
use super::credentials::{self, mint};
use super::message::{Message, Writer, attribute, method};
use super::nonce::Nonces;
use super::rules::{Moment, Rules};
use super::session::{Discard, Family, LeaseError, Output, Relays, Session};
use crate::demux::StunClass;
use base::Redacted;
use base::clock::OsClock;
use base::rng::Rng;
use bytes::BytesMut;
use proptest::prelude::*;
use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

const REALM: &str = "stoa.test";
const START_S: u64 = 1_800_000_000;
const CREDENTIAL_S: u64 = 60;
const CHANNEL: u16 = 0x4001;

fn media() -> SocketAddr {
    "192.0.2.10:7882".parse().unwrap()
}

/// The same address behind its router.
fn local() -> SocketAddr {
    "10.0.0.5:7882".parse().unwrap()
}

fn media_v6() -> SocketAddr {
    "[2001:db8::10]:7882".parse().unwrap()
}

#[test]
fn a_permission_ends_after_five_minutes_and_then_nothing_passes_either_way() {
    let mut client = Client::allocated();
    assert_eq!(client.permit(media()), None);
    assert!(client.sends(media()));
    client.wait(299);
    assert!(client.sends(media()) && client.gets(local()).is_ok());
    client.wait(1);
    assert!(!client.sends(media()));
    assert_eq!(client.gets(local()), Err(Discard::NoPermission));
    assert_eq!(client.permit(media()), None);
    assert!(client.sends(media()));
}

#[test]
fn a_channel_needs_its_permission_and_outlives_it() {
    let mut client = Client::allocated();
    assert_eq!(client.refresh(Some(3_600)), None);
    assert_eq!(client.bind(CHANNEL, media()), None);
    assert!(client.sends_channel(CHANNEL));
    client.wait(300);
    assert!(!client.sends_channel(CHANNEL));
    assert_eq!(client.permit(media()), None);
    assert!(client.sends_channel(CHANNEL));
    assert_eq!(client.gets(local()).unwrap()[..2], CHANNEL.to_be_bytes());
    client.wait(300);
    assert_eq!(client.permit(media()), None);
    assert!(!client.sends_channel(CHANNEL), "the channel has run out");
    assert_ne!(client.gets(local()).unwrap()[..2], CHANNEL.to_be_bytes());
}

#[test]
fn an_allocation_that_is_not_refreshed_ends_and_gives_its_address_back() {
    let mut client = Client::allocated();
    client.wait(599);
    assert_eq!(client.refresh(None), None);
    client.wait(599);
    assert_eq!(
        (client.relays.leased.get(), client.permit(media())),
        (1, None)
    );
    client.wait(1);
    assert_eq!(client.permit(media()), Some(437));
    assert_eq!(client.relays.leased.get(), 0);
    assert_eq!(client.refresh(None), Some(437));
}

#[test]
fn who_is_in_a_call_stays_in_it_when_his_credentials_expire() {
    let mut client = Client::allocated();
    client.wait(CREDENTIAL_S + 1);
    assert_eq!(client.refresh(Some(1_200)), None);
    assert_eq!(client.permit(media()), None);
    assert_eq!(client.refresh(Some(0)), None);
    assert_eq!(client.allocate(), Some(401), "but he cannot begin another");
}

#[test]
fn lifetimes_are_kept_within_bounds() {
    let mut client = Client::allocated();
    for (asked, granted) in [(1, 600), (1_000, 1_000), (u32::MAX, 3_600)] {
        assert_eq!(client.refresh(Some(asked)), None);
        client.wait(granted - 1);
        client.renew_nonce();
        assert_eq!(client.permit(media()), None, "{asked}");
    }
    client.wait(1);
    assert_eq!(client.permit(media()), Some(437));
}

#[test]
fn a_nonce_that_has_become_stale_is_replaced() {
    let mut client = Client::allocated();
    assert_eq!(client.refresh(Some(3_600)), None);
    client.wait(3_599);
    assert_eq!(client.refresh(Some(3_600)), None);
    client.wait(1);
    assert_eq!(client.permit(media()), Some(438));
    client.nonce = client
        .rules
        .nonces
        .make(client.at.unix_s, client.at.client.ip());
    assert_eq!(client.permit(media()), None);
}

#[test]
fn a_repeated_request_is_the_same_allocation_and_a_new_one_is_refused() {
    let mut client = Client::new("ann");
    client.freeze_transaction = true;
    assert_eq!((client.allocate(), client.allocate()), (None, None));
    client.freeze_transaction = false;
    assert_eq!(client.allocate(), Some(437));
    assert_eq!(client.relays.leased.get(), 1);
}

#[test]
fn another_user_cannot_take_over_an_allocation() {
    let mut client = Client::allocated();
    client.username = mint(&client.rules.secret, "bob", START_S + 60).username;
    for outcome in [
        client.permit(media()),
        client.refresh(Some(0)),
        client.allocate(),
    ] {
        assert_eq!(outcome, Some(441));
    }
    assert_eq!(client.relays.leased.get(), 1);
}

#[test]
fn each_family_has_its_own_peers() {
    let mut client = Client::new("ann");
    client.family = Some(2);
    assert_eq!(client.allocate(), None);
    assert_eq!(client.permit(media()), Some(443));
    assert_eq!(client.permit(media_v6()), None);
    assert!(client.sends(media_v6()));
    let mut other = Client::new("ann");
    other.family = Some(7);
    assert_eq!(other.allocate(), Some(440));
}

#[test]
fn requests_that_cannot_be_met_are_refused_by_their_code() {
    let mut client = Client::allocated();
    assert_eq!(client.ask(method::CREATE_PERMISSION, |w| w), Some(400));
    assert_eq!(
        client.ask(method::CREATE_PERMISSION, |w| w.put(0x7fff, b"?")),
        Some(420)
    );
    assert_eq!(client.bind(0x3fff, media()), Some(400));
    assert_eq!(client.bind(0x5000, media()), Some(400));
    assert_eq!(client.bind(CHANNEL, media()), None);
    assert_eq!(
        client.bind(CHANNEL + 1, media()),
        Some(400),
        "the peer has a channel"
    );
    assert_eq!(client.ask(0x00a, |w| w), Some(400), "Connect, of TURN-TCP");
    let mut other = Client::new("ann");
    let tcp = |w: Writer| w.put(attribute::REQUESTED_TRANSPORT, &[6, 0, 0, 0]);
    assert_eq!(other.ask(method::ALLOCATE, tcp), Some(442));
    assert_eq!(other.ask(method::ALLOCATE, |w| w), Some(400));
    other.relays.refuse = Some(LeaseError::Quota);
    assert_eq!(other.allocate(), Some(486));
}

#[test]
fn a_permission_without_a_port_opens_the_media_port_and_no_other() {
    let mut client = Client::allocated();
    assert_eq!(client.permit(SocketAddr::new(media().ip(), 0)), None);
    assert!(client.sends(media()));
    assert!(!client.sends(SocketAddr::new(media().ip(), 22)));
    assert_eq!(client.permit("198.51.100.1:0".parse().unwrap()), Some(403));
}

#[test]
fn an_allocation_carries_no_more_than_its_rate() {
    let mut client = Client::new("ann");
    client.rules.bytes_per_second = Some(1_000);
    assert_eq!((client.allocate(), client.permit(media())), (None, None));
    let carried = (0..100).filter(|_| client.sends(media())).count();
    let got = (0..100).filter(|_| client.gets(local()).is_ok()).count();
    assert_eq!((carried, got), (10, 10), "of 100 bytes each");
    client.wait(1);
    assert!(client.sends(media()));
}

#[test]
fn without_an_allocation_nothing_passes() {
    let mut client = Client::new("ann");
    assert!(!client.sends(media()) && !client.sends_channel(CHANNEL));
    assert_eq!(client.gets(local()), Err(Discard::NoAllocation));
    for outcome in [
        client.permit(media()),
        client.bind(CHANNEL, media()),
        client.refresh(None),
    ] {
        assert_eq!(outcome, Some(437));
    }
}

#[test]
fn behind_a_router_the_client_sees_the_advertised_address_and_the_shard_its_own() {
    let mut client = Client::allocated();
    assert_eq!(client.permit(local()), Some(403));
    assert_eq!(client.permit(media()), None);
    assert!(client.sends(media()));
    assert_eq!(client.reached, [local()]);
    let indication = client.gets(local()).unwrap();
    let indication = Message::parse(&indication).unwrap();
    assert_eq!(indication.peers[..], [media()]);
}

proptest! {
    /// Whatever a client with good credentials asks for, in whatever order, nothing ever goes to
    /// an address that is not ours.
    #[test]
    fn it_is_never_an_open_relay(seed in any::<u64>()) {
        let mut rng = Rng::from_seed(seed);
        let mut client = Client::new("mallory");
        client.username = mint(&client.rules.secret, "mallory", u64::MAX).username;
        for _ in 0..200 {
            let peer = any_peer(&mut rng);
            let channel = 0x4000 + rng.below(3) as u16;
            match rng.below(8) {
                0 => drop(client.allocate()),
                1 => drop(client.permit(peer)),
                2 => drop(client.bind(channel, peer)),
                3 => drop(client.refresh(Some(rng.below(900) as u32))),
                4 => client.wait(rng.below(120)),
                5 => drop(client.ask(method::CREATE_PERMISSION, |w| {
                    w.put_address(attribute::XOR_PEER_ADDRESS, media())
                        .put_address(attribute::XOR_PEER_ADDRESS, peer)
                })),
                6 => drop(client.sends(peer)),
                _ => drop(client.sends_channel(channel)),
            }
            client.renew_nonce();
            for reached in client.reached.drain(..) {
                prop_assert!([local(), media_v6()].contains(&reached), "{}", reached);
            }
        }
    }

    #[test]
    fn noise_is_neither_answered_with_data_nor_fatal(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        first in prop::sample::select(vec![0_u8, 1, 0x40, 0x41]),
    ) {
        let mut client = Client::allocated();
        let mut bytes = bytes;
        if let Some(byte) = bytes.first_mut() {
            *byte = first;
        }
        let dropped = matches!(client.handle(&bytes), Output::Dropped(_));
        prop_assert!(dropped);
    }
}

fn any_peer(rng: &mut Rng) -> SocketAddr {
    let peers = [
        "192.0.2.10:7882",
        "192.0.2.10:7881",
        "192.0.2.10:0",
        "192.0.2.11:7882",
        "127.0.0.1:22",
        "127.0.0.1:7882",
        "169.254.169.254:80",
        "0.0.0.0:7882",
        "[2001:db8::10]:7882",
        "[::1]:22",
        "[::ffff:192.0.2.10]:7882",
        "10.0.0.5:7882",
        "255.255.255.255:7882",
    ];
    peers[rng.below(peers.len() as u64) as usize]
        .parse()
        .unwrap()
}

struct FakeRelays {
    leased: Rc<Cell<usize>>,
    refuse: Option<LeaseError>,
}

#[derive(Debug)]
struct FakeLease(Rc<Cell<usize>>);

impl Drop for FakeLease {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

impl Relays for FakeRelays {
    type Lease = FakeLease;

    fn lease(&self, _: &str, family: Family) -> Result<(SocketAddr, FakeLease), LeaseError> {
        if let Some(error) = self.refuse {
            return Err(error);
        }
        self.leased.set(self.leased.get() + 1);
        let relayed = match family {
            Family::V4 => "192.0.0.8:5000",
            Family::V6 => "[100::8]:5000",
        };
        Ok((relayed.parse().unwrap(), FakeLease(self.leased.clone())))
    }
}

struct Client {
    session: Session<FakeLease>,
    rules: Rules,
    relays: FakeRelays,
    at: Moment,
    username: String,
    nonce: String,
    family: Option<u8>,
    requests: u8,
    freeze_transaction: bool,
    /// Where packets have gone.
    reached: Vec<SocketAddr>,
}

impl Client {
    fn new(name: &str) -> Self {
        let secret = Redacted::new("secret".to_owned());
        let rules = Rules {
            realm: REALM.into(),
            nonces: Nonces::new(),
            media: vec![
                MediaAddress {
                    advertised: media(),
                    local: local(),
                },
                MediaAddress {
                    advertised: media_v6(),
                    local: media_v6(),
                },
            ],
            lifetime: Duration::from_secs(600),
            max_lifetime: Duration::from_secs(3_600),
            bytes_per_second: None,
            secret: secret.clone(),
        };
        let client = "203.0.113.5:40000".parse().unwrap();
        Self {
            session: Session::new(),
            relays: FakeRelays {
                leased: Rc::default(),
                refuse: None,
            },
            at: Moment {
                now: now(),
                unix_s: START_S,
                client,
            },
            username: mint(&secret, name, START_S + CREDENTIAL_S).username,
            nonce: rules.nonces.make(START_S, client.ip()),
            rules,
            family: None,
            requests: 0,
            freeze_transaction: false,
            reached: Vec::new(),
        }
    }

    fn allocated() -> Self {
        let mut client = Self::new("ann");
        assert_eq!(client.allocate(), None);
        client
    }

    fn wait(&mut self, seconds: u64) {
        self.at.now += Duration::from_secs(seconds);
        self.at.unix_s += seconds;
    }

    fn renew_nonce(&mut self) {
        self.nonce = self.rules.nonces.make(self.at.unix_s, self.at.client.ip());
    }

    fn allocate(&mut self) -> Option<u16> {
        let family = self.family;
        self.ask(method::ALLOCATE, |writer| {
            let writer = writer.put(attribute::REQUESTED_TRANSPORT, &[17, 0, 0, 0]);
            match family {
                Some(family) => writer.put(attribute::REQUESTED_ADDRESS_FAMILY, &[family, 0, 0, 0]),
                None => writer,
            }
        })
    }

    fn refresh(&mut self, lifetime_s: Option<u32>) -> Option<u16> {
        self.ask(method::REFRESH, |writer| match lifetime_s {
            Some(lifetime) => writer.put(attribute::LIFETIME, &lifetime.to_be_bytes()),
            None => writer,
        })
    }

    fn permit(&mut self, peer: SocketAddr) -> Option<u16> {
        self.ask(method::CREATE_PERMISSION, |writer| {
            writer.put_address(attribute::XOR_PEER_ADDRESS, peer)
        })
    }

    fn bind(&mut self, channel: u16, peer: SocketAddr) -> Option<u16> {
        let number = [channel.to_be_bytes(), [0; 2]].concat();
        self.ask(method::CHANNEL_BIND, |writer| {
            writer
                .put(attribute::CHANNEL_NUMBER, &number)
                .put_address(attribute::XOR_PEER_ADDRESS, peer)
        })
    }

    /// Whether an indication of 100 bytes for `peer` gets there.
    fn sends(&mut self, peer: SocketAddr) -> bool {
        let bytes = Writer::new(StunClass::Indication, method::SEND, &[1; 12])
            .put_address(attribute::XOR_PEER_ADDRESS, peer)
            .put(attribute::DATA, &[0; 100])
            .finish(None);
        matches!(self.handle(&bytes), Output::ToPeer { .. })
    }

    fn sends_channel(&mut self, channel: u16) -> bool {
        let mut bytes = channel.to_be_bytes().to_vec();
        bytes.extend([0, 2, 7, 7]);
        matches!(self.handle(&bytes), Output::ToPeer { bytes: [7, 7], .. })
    }

    fn gets(&mut self, peer: SocketAddr) -> Result<Vec<u8>, Discard> {
        let mut output = BytesMut::new();
        let got = self.session.wrap_for_client(
            self.at.now,
            peer,
            &[0; 100],
            false,
            &self.rules,
            &mut output,
        );
        got.map(|()| output.to_vec())
    }

    /// A signed request; returns the error of its answer.
    fn ask(&mut self, method: u16, add: impl FnOnce(Writer) -> Writer) -> Option<u16> {
        if !self.freeze_transaction {
            self.requests = self.requests.wrapping_add(1);
        }
        let key = credentials::key(&self.rules.secret, &self.username, REALM);
        let request = Writer::new(StunClass::Request, method, &[self.requests; 12]);
        let request = add(request)
            .put(attribute::USERNAME, self.username.as_bytes())
            .put(attribute::REALM, REALM.as_bytes())
            .put(attribute::NONCE, self.nonce.as_bytes())
            .finish(Some(&key));
        let Output::Reply { bytes, error } = self.handle(&request) else {
            panic!("a request is always answered");
        };
        let answer = Message::parse(&bytes).expect("an answer can be read");
        assert_eq!(answer.class == StunClass::Error, error.is_some());
        error
    }

    fn handle<'a>(&mut self, bytes: &'a [u8]) -> Output<'a> {
        let output = self
            .session
            .handle(self.at, bytes, &self.rules, &self.relays);
        if let Output::ToPeer { local, .. } = output {
            self.reached.push(local);
        }
        output
    }
}

fn now() -> Instant {
    OsClock.now()
}
