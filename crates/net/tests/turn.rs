//! TURN conversations over UDP, TCP and TLS on loopback, with a client written on another
//! implementation of STUN (`stun-proto`, `turn-types`).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use base::Redacted;
use base::clock::OsClock;
use bytes::Bytes;
use common::{FakeShards, check_for, within};
use net::turn::{TurnUdp, mint};
use net::{
    MediaAddress, Outlets, Proto, Sent, Shard, TcpOptions, Turn, TurnLimits, TurnOptions,
    UdpOptions,
};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use stun_proto::types::attribute::{ErrorCode, Nonce, Realm, Username, XorMappedAddress};
use stun_proto::types::message::{
    BINDING, IntegrityAlgorithm, LongTermKeyCredentials, Message, MessageIntegrityCredentials,
    MessageWriteVec, Method,
};
use stun_proto::types::prelude::*;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use turn_types::attribute::{
    ChannelNumber, Data, Lifetime, RequestedTransport, XorPeerAddress, XorRelayedAddress,
};
use turn_types::message::{ALLOCATE, CHANNEL_BIND, CREATE_PERMISSION, REFRESH, SEND};

const REALM: &str = "stoa.test";
const MEDIA: &str = "192.0.2.10:7882";
const CHANNEL: u16 = 0x4001;

struct World {
    turn: Turn,
    shards: FakeShards,
    outlets: Outlets,
}

fn world(limits: TurnLimits) -> World {
    let (shards, inlet) = FakeShards::new(2);
    let outlets = Outlets::default();
    let options = TurnOptions {
        realm: REALM.into(),
        secret: secret(),
        media: vec![MediaAddress {
            advertised: media(),
            local: media(),
        }],
        limits,
        tcp: TcpOptions::default(),
        udp: UdpOptions::default(),
    };
    World {
        turn: Turn::new(options, inlet, outlets.clone()),
        shards,
        outlets,
    }
}

fn secret() -> Redacted<String> {
    Redacted::new("the secret of this test".into())
}

fn media() -> SocketAddr {
    MEDIA.parse().unwrap()
}

#[tokio::test]
async fn a_call_goes_through_the_relay_over_udp() {
    let mut world = world(TurnLimits::default());
    let server = world.turn.listen_udp(localhost()).unwrap();
    let link = udp_link(&server).await;
    talk(&mut world, Client::new(link, "ann")).await;
}

#[tokio::test]
async fn a_call_goes_through_the_relay_over_a_wildcard_udp_socket() {
    let mut world = world(TurnLimits::default());
    let server = world.turn.listen_udp("0.0.0.0:0".parse().unwrap()).unwrap();
    let link = udp_link(&server).await;
    talk(&mut world, Client::new(link, "ann")).await;
}

#[tokio::test]
async fn a_call_goes_through_the_relay_over_tcp() {
    let mut world = world(TurnLimits::default());
    let (address, _running) = listen_tcp(&world).await;
    let stream = TcpStream::connect(address).await.unwrap();
    talk(
        &mut world,
        Client::new(Link::Stream(Box::new(stream)), "ann"),
    )
    .await;
}

#[tokio::test]
async fn a_call_goes_through_the_relay_over_tls() {
    let mut world = world(TurnLimits::default());
    let (server, connector) = tls();
    let listener = world.turn.listen_tls(localhost(), server).await.unwrap();
    let address = listener.local_addr().unwrap();
    let _running = tokio::spawn(listener.run());
    let stream = TcpStream::connect(address).await.unwrap();
    let stream = connector
        .connect("localhost".try_into().unwrap(), stream)
        .await
        .unwrap();
    talk(
        &mut world,
        Client::new(Link::Stream(Box::new(stream)), "ann"),
    )
    .await;
}

/// Allocation, permission, indications, a channel, and the end.
async fn talk(world: &mut World, mut client: Client) {
    let relayed = client.allocate().await.unwrap();
    assert!(world.outlets.covers(Proto::Udp, relayed));
    assert_eq!(client.permit(media()).await, Ok(()));

    let check = check_for(Shard(1));
    client.send_indication(media(), &check).await;
    let (shard, packet) = within(world.shards.next()).await;
    assert_eq!(
        (shard, packet.source, packet.destination),
        (Shard(1), relayed, media())
    );
    assert_eq!(packet.bytes, check);

    let answer = Bytes::from_static(b"an answer of odd length");
    let sent = world
        .outlets
        .send(Proto::Udp, media(), relayed, answer.clone());
    assert_eq!(sent, Sent::Queued);
    assert_eq!(client.data_indication().await, (media(), answer.to_vec()));

    assert_eq!(client.bind(CHANNEL, media()).await, Ok(()));
    for length in [1, 2, 3, 4, 1_200] {
        client.send_channel(CHANNEL, &vec![0x80; length]).await;
        let (shard, packet) = within(world.shards.next()).await;
        assert_eq!((shard, packet.source), (Shard(1), relayed));
        assert_eq!(packet.bytes, vec![0x80; length]);
        let down = Bytes::from(vec![0x90; length]);
        world
            .outlets
            .send(Proto::Udp, media(), relayed, down.clone());
        assert_eq!(client.channel_data().await, (CHANNEL, down.to_vec()));
    }

    assert_eq!(client.give_up().await, Ok(()));
    assert!(world.outlets.is_empty());
    assert_eq!(world.turn.allocations(), 0);
    assert_eq!(world.turn.counters().allocations.count(), 1);
}

#[tokio::test]
async fn nobody_else_can_be_reached_through_it() {
    let mut world = world(TurnLimits::default());
    let server = world.turn.listen_udp(localhost()).unwrap();
    let victim = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let mut client = Client::new(udp_link(&server).await, "mallory");
    client.allocate().await.unwrap();
    assert_eq!(client.permit(media()).await, Ok(()));
    let strangers = [
        "198.51.100.7:9".parse().unwrap(),
        "127.0.0.1:22".parse().unwrap(),
        "169.254.169.254:80".parse().unwrap(),
        "192.0.2.10:22".parse().unwrap(),
        server.local_addr(),
        victim.local_addr().unwrap(),
    ];
    for stranger in strangers {
        assert_eq!(client.permit(stranger).await, Err(403), "{stranger}");
        assert_eq!(client.bind(CHANNEL, stranger).await, Err(403), "{stranger}");
        client.send_indication(stranger, b"let me out").await;
    }
    // The next answer shows that the server has seen all of it.
    assert_eq!(client.permit(media()).await, Ok(()));
    assert!(world.shards.0.try_recv().is_err());
    assert!(victim.try_recv(&mut [0; 100]).is_err());
    assert_eq!(world.turn.counters().forbidden.count(), 12);
    assert_eq!(world.turn.counters().dropped_no_permission.count(), 6);
}

#[tokio::test]
async fn forged_expired_and_foreign_credentials_get_nothing() {
    let world = world(TurnLimits::default());
    let server = world.turn.listen_udp(localhost()).unwrap();
    let now_s = OsClock.unix_ms() / 1_000;
    let expired = mint(&secret(), "ann", now_s - 1);
    let foreign = mint(&Redacted::new("another secret".into()), "ann", now_s + 600);
    let mut prolonged = mint(&secret(), "ann", now_s - 1);
    prolonged.username = format!("{}:ann", now_s + 600);
    for credentials in [expired, foreign, prolonged] {
        let mut client = Client::new(udp_link(&server).await, "ann");
        client.username = credentials.username;
        client.password = credentials.password.expose().clone();
        assert_eq!(client.allocate().await, Err(401));
    }
    assert_eq!(world.turn.allocations(), 0);
}

#[tokio::test]
async fn one_user_cannot_take_all_allocations() {
    let world = world(TurnLimits {
        max_allocations: 3,
        max_allocations_per_user: 2,
        ..TurnLimits::default()
    });
    let server = world.turn.listen_udp(localhost()).unwrap();
    let mut clients = Vec::new();
    let mut outcome = Vec::new();
    for name in ["ann", "ann", "ann", "bob", "eve"] {
        let mut client = Client::new(udp_link(&server).await, name);
        outcome.push(client.allocate().await.map(|_| ()));
        clients.push(client);
    }
    assert_eq!(outcome, [Ok(()), Ok(()), Err(486), Ok(()), Err(508)]);
}

#[tokio::test]
async fn a_client_learns_his_address_without_credentials() {
    let world = world(TurnLimits::default());
    let server = world.turn.listen_udp(localhost()).unwrap();
    let mut client = Client::new(udp_link(&server).await, "ann");
    let Link::Udp(socket) = &client.link else {
        panic!("a UDP client");
    };
    let me = socket.local_addr().unwrap();
    let request = Message::builder_request(BINDING, MessageWriteVec::new()).finish();
    client.link.send(&request).await;
    let answer = client.link.receive().await;
    let answer = Message::from_bytes(&answer).unwrap();
    let mapped = answer.attribute::<XorMappedAddress>().unwrap();
    assert_eq!(mapped.addr(answer.transaction_id()), me);
}

#[tokio::test]
async fn a_flood_of_strangers_costs_no_memory_and_a_call_goes_on() {
    let mut world = world(TurnLimits::default());
    let server = world.turn.listen_udp(localhost()).unwrap();
    let mut client = Client::new(udp_link(&server).await, "ann");
    let relayed = client.allocate().await.unwrap();
    assert_eq!(client.permit(media()).await, Ok(()));
    let stranger = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    stranger.connect(server.local_addr()).await.unwrap();
    for number in 0..2_000_u32 {
        let _ = stranger
            .send(&[&[0x40, 0, 0, 4][..], &number.to_be_bytes()].concat())
            .await;
        let _ = stranger.send(&[0; 60]).await;
    }
    // A flood may push a packet out of the kernel's queue; clients repeat their checks.
    let packet = within(async {
        loop {
            client.send_indication(media(), &check_for(Shard(0))).await;
            let waited = Duration::from_millis(100);
            if let Ok((_, packet)) = tokio::time::timeout(waited, world.shards.next()).await {
                return packet;
            }
        }
    });
    assert_eq!(packet.await.source, relayed);
    let counters = world.turn.counters();
    assert!(counters.dropped_stranger.count() > 0 && counters.dropped_malformed.count() > 0);
    assert_eq!(world.turn.allocations(), 1);
}

#[tokio::test]
async fn a_closed_connection_takes_its_allocation_along() {
    let world = world(TurnLimits::default());
    let (address, _running) = listen_tcp(&world).await;
    let stream = TcpStream::connect(address).await.unwrap();
    let mut client = Client::new(Link::Stream(Box::new(stream)), "ann");
    client.allocate().await.unwrap();
    assert_eq!(world.outlets.len(), 1);
    drop(client);
    within(async {
        while world.turn.allocations() + world.outlets.len() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

enum Link {
    Udp(UdpSocket),
    Stream(Box<dyn Stream>),
}

impl Link {
    async fn send(&mut self, message: &[u8]) {
        match self {
            Self::Udp(socket) => {
                socket.send(message).await.unwrap();
            }
            Self::Stream(stream) => {
                let padding = message.len().next_multiple_of(4) - message.len();
                stream.write_all(message).await.unwrap();
                stream.write_all(&[0; 3][..padding]).await.unwrap();
                stream.flush().await.unwrap();
            }
        }
    }

    async fn receive(&mut self) -> Vec<u8> {
        within(self.receive_late()).await
    }

    async fn receive_late(&mut self) -> Vec<u8> {
        match self {
            Self::Udp(socket) => {
                let mut buffer = vec![0; 2_000];
                let length = socket.recv(&mut buffer).await.unwrap();
                buffer.truncate(length);
                buffer
            }
            Self::Stream(stream) => {
                let mut head = [0; 4];
                stream.read_exact(&mut head).await.unwrap();
                let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
                let is_channel = head[0] >= 0x40;
                let rest = if is_channel {
                    length.next_multiple_of(4)
                } else {
                    16 + length
                };
                let mut buffer = head.to_vec();
                buffer.resize(4 + rest, 0);
                stream.read_exact(&mut buffer[4..]).await.unwrap();
                buffer.truncate(if is_channel { 4 + length } else { 4 + rest });
                buffer
            }
        }
    }
}

struct Client {
    link: Link,
    username: String,
    password: String,
    nonce: String,
}

impl Client {
    fn new(link: Link, name: &str) -> Self {
        let expires_s = OsClock.unix_ms() / 1_000 + 600;
        let credentials = mint(&secret(), name, expires_s);
        Self {
            link,
            username: credentials.username,
            password: credentials.password.expose().clone(),
            nonce: String::new(),
        }
    }

    async fn allocate(&mut self) -> Result<SocketAddr, u16> {
        let request = Message::builder_request(ALLOCATE, MessageWriteVec::new()).finish();
        self.link.send(&request).await;
        let challenge = self.link.receive().await;
        let challenge = Message::from_bytes(&challenge).unwrap();
        assert_eq!(challenge.attribute::<ErrorCode>().unwrap().code(), 401);
        assert_eq!(challenge.attribute::<Realm>().unwrap().realm(), REALM);
        self.nonce = challenge.attribute::<Nonce>().unwrap().nonce().to_owned();
        let udp = RequestedTransport::new(17);
        let answer = self
            .ask(ALLOCATE, |m| m.add_attribute(&udp).unwrap())
            .await?;
        let answer = Message::from_bytes(&answer).unwrap();
        assert_eq!(answer.attribute::<Lifetime>().unwrap().seconds(), 600);
        let relayed = answer.attribute::<XorRelayedAddress>().unwrap();
        Ok(relayed.addr(answer.transaction_id()))
    }

    async fn permit(&mut self, peer: SocketAddr) -> Result<(), u16> {
        let add = |m: &mut MessageWriteVec| {
            let peer = XorPeerAddress::new(peer, m.transaction_id());
            m.add_attribute(&peer).unwrap();
        };
        self.ask(CREATE_PERMISSION, add).await.map(|_| ())
    }

    async fn bind(&mut self, channel: u16, peer: SocketAddr) -> Result<(), u16> {
        let add = |m: &mut MessageWriteVec| {
            m.add_attribute(&ChannelNumber::new(channel)).unwrap();
            let peer = XorPeerAddress::new(peer, m.transaction_id());
            m.add_attribute(&peer).unwrap();
        };
        self.ask(CHANNEL_BIND, add).await.map(|_| ())
    }

    async fn give_up(&mut self) -> Result<(), u16> {
        let add = |m: &mut MessageWriteVec| m.add_attribute(&Lifetime::new(0)).unwrap();
        self.ask(REFRESH, add).await.map(|_| ())
    }

    async fn send_indication(&mut self, peer: SocketAddr, bytes: &[u8]) {
        let mut message = Message::builder_indication(SEND, MessageWriteVec::new());
        let peer = XorPeerAddress::new(peer, message.transaction_id());
        message.add_attribute(&peer).unwrap();
        message.add_attribute(&Data::new(bytes)).unwrap();
        self.link.send(&message.finish()).await;
    }

    async fn data_indication(&mut self) -> (SocketAddr, Vec<u8>) {
        let message = self.link.receive().await;
        let message = Message::from_bytes(&message).unwrap();
        let peer = message.attribute::<XorPeerAddress>().unwrap();
        let data = message.attribute::<Data<'_>>().unwrap();
        (peer.addr(message.transaction_id()), data.data().to_vec())
    }

    async fn send_channel(&mut self, channel: u16, bytes: &[u8]) {
        let length = u16::try_from(bytes.len()).unwrap();
        let head = [channel.to_be_bytes(), length.to_be_bytes()].concat();
        self.link.send(&[&head, bytes].concat()).await;
    }

    async fn channel_data(&mut self) -> (u16, Vec<u8>) {
        let bytes = self.link.receive().await;
        let length = usize::from(u16::from_be_bytes([bytes[2], bytes[3]]));
        assert_eq!(bytes.len(), 4 + length);
        (
            u16::from_be_bytes([bytes[0], bytes[1]]),
            bytes[4..].to_vec(),
        )
    }

    /// A signed request; the answer is signed too. An error is its code.
    async fn ask(
        &mut self,
        method: Method,
        add: impl FnOnce(&mut MessageWriteVec),
    ) -> Result<Vec<u8>, u16> {
        let key: MessageIntegrityCredentials =
            LongTermKeyCredentials::new(self.username.clone(), self.password.clone(), REALM.into())
                .into();
        let mut request = Message::builder_request(method, MessageWriteVec::new());
        add(&mut request);
        request
            .add_attribute(&Username::new(&self.username).unwrap())
            .unwrap();
        request.add_attribute(&Realm::new(REALM).unwrap()).unwrap();
        request
            .add_attribute(&Nonce::new(&self.nonce).unwrap())
            .unwrap();
        request
            .add_message_integrity(&key, IntegrityAlgorithm::Sha1)
            .unwrap();
        let transaction = request.transaction_id();
        self.link.send(&request.finish()).await;
        let bytes = self.link.receive().await;
        let answer = Message::from_bytes(&bytes).unwrap();
        assert_eq!(answer.transaction_id(), transaction);
        if let Ok(error) = answer.attribute::<ErrorCode>() {
            return Err(error.code());
        }
        answer.validate_integrity(&key).unwrap();
        Ok(bytes)
    }
}

fn localhost() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

async fn udp_link(server: &TurnUdp) -> Link {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket
        .connect(("127.0.0.1", server.local_addr().port()))
        .await
        .unwrap();
    Link::Udp(socket)
}

async fn listen_tcp(world: &World) -> (SocketAddr, JoinHandle<()>) {
    let listener = world.turn.listen_tcp(localhost()).await.unwrap();
    let address = listener.local_addr().unwrap();
    (address, tokio::spawn(listener.run()))
}

fn tls() -> (Arc<rustls::ServerConfig>, TlsConnector) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let server = rustls::ServerConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate).unwrap();
    let client = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    (Arc::new(server), TlsConnector::from(Arc::new(client)))
}
