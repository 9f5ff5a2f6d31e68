//! ICE over TCP on loopback, with a client made of bytes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use bytes::{Bytes, BytesMut};
use common::{FakeShards, check_for, within};
use net::tcp::framing::put_frame;
use net::{IceTcp, Outlets, Proto, Sent, Shard, TcpCounters, TcpOptions};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

struct Server {
    address: SocketAddr,
    shards: FakeShards,
    outlets: Outlets,
    counters: Arc<TcpCounters>,
    _running: tokio::task::JoinHandle<()>,
}

async fn server(options: TcpOptions) -> Server {
    let listener = IceTcp::bind("127.0.0.1:0".parse().unwrap(), options)
        .await
        .unwrap();
    let (shards, inlet) = FakeShards::new(2);
    let outlets = Outlets::default();
    Server {
        address: listener.local_addr().unwrap(),
        shards,
        outlets: outlets.clone(),
        counters: listener.counters(),
        _running: tokio::spawn(listener.run(inlet, outlets)),
    }
}

fn framed(packets: &[&[u8]]) -> BytesMut {
    let mut stream = BytesMut::new();
    packets
        .iter()
        .for_each(|packet| assert!(put_frame(&mut stream, packet)));
    stream
}

async fn read_frame(stream: &mut (impl AsyncRead + Unpin)) -> Bytes {
    let length = stream.read_u16().await.unwrap();
    let mut frame = vec![0; usize::from(length)];
    stream.read_exact(&mut frame).await.unwrap();
    frame.into()
}

async fn is_cut(client: &mut TcpStream) -> bool {
    let mut rest = Vec::new();
    within(client.read_to_end(&mut rest))
        .await
        .map_or(true, |_| rest.is_empty())
}

#[tokio::test]
async fn a_client_meets_his_shard_and_gets_its_answers() {
    let mut server = server(TcpOptions::default()).await;
    let mut client = TcpStream::connect(server.address).await.unwrap();
    let me = client.local_addr().unwrap();
    let check = check_for(Shard(1));
    client
        .write_all(&framed(&[&check, &[22; 40]]))
        .await
        .unwrap();
    for expected in [&check[..], &[22; 40]] {
        let (shard, packet) = within(server.shards.next()).await;
        assert_eq!((shard, packet.proto), (Shard(1), Proto::Tcp));
        assert_eq!((packet.source, packet.destination), (me, server.address));
        assert_eq!(packet.bytes, expected);
    }
    let answer = Bytes::from_static(b"an answer");
    let sent = server
        .outlets
        .send(Proto::Tcp, server.address, me, answer.clone());
    assert_eq!(sent, Sent::Queued);
    assert_eq!(within(read_frame(&mut client)).await, answer);
    drop(client);
    within(async {
        while !server.outlets.is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn frames_that_come_in_pieces_are_put_together() {
    let mut server = server(TcpOptions::default()).await;
    let mut client = TcpStream::connect(server.address).await.unwrap();
    client.set_nodelay(true).unwrap();
    let check = check_for(Shard(0));
    let packets: [&[u8]; 4] = [&check, b"one", &[5; 1_200], b"two"];
    for piece in framed(&packets).chunks(7) {
        client.write_all(piece).await.unwrap();
        tokio::task::yield_now().await;
    }
    for expected in packets {
        assert_eq!(within(server.shards.next()).await.1.bytes, expected);
    }
}

#[tokio::test]
async fn whoever_does_not_ask_for_somebody_we_know_is_cut() {
    let server = server(TcpOptions::default()).await;
    let elsewhere = check_for(Shard(99));
    let http = BytesMut::from(&b"GET / HTTP/1.1\r\n\r\n"[..]);
    for first_words in [framed(&[&elsewhere]), framed(&[&[22; 40]]), http] {
        let mut client = TcpStream::connect(server.address).await.unwrap();
        client.write_all(&first_words).await.unwrap();
        assert!(is_cut(&mut client).await);
    }
    assert_eq!(server.counters.cut_stranger.count(), 2);
    assert_eq!(server.counters.cut_malformed.count(), 1);
}

#[tokio::test]
async fn the_silent_and_the_unanswered_are_cut() {
    let server = server(TcpOptions {
        handshake: Duration::from_millis(500),
        ..TcpOptions::default()
    })
    .await;
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    assert!(is_cut(&mut silent).await);
    let mut unanswered = TcpStream::connect(server.address).await.unwrap();
    unanswered
        .write_all(&framed(&[&check_for(Shard(0))]))
        .await
        .unwrap();
    assert!(is_cut(&mut unanswered).await);
    assert_eq!(server.counters.cut_handshake.count(), 2);
}

#[tokio::test]
async fn too_many_connections_are_turned_away_and_the_first_stay() {
    let mut server = server(TcpOptions {
        max_connections_per_ip: 2,
        ..TcpOptions::default()
    })
    .await;
    let mut first = TcpStream::connect(server.address).await.unwrap();
    let _second = TcpStream::connect(server.address).await.unwrap();
    let mut third = TcpStream::connect(server.address).await.unwrap();
    assert!(is_cut(&mut third).await);
    first
        .write_all(&framed(&[&check_for(Shard(0))]))
        .await
        .unwrap();
    within(server.shards.next()).await;
    assert_eq!(server.counters.refused.count(), 1);
}

#[tokio::test]
async fn who_does_not_read_is_cut_and_holds_nothing_up() {
    let mut server = server(TcpOptions {
        write_stall: Duration::from_secs(1),
        ..TcpOptions::default()
    })
    .await;
    let mut client = TcpStream::connect(server.address).await.unwrap();
    let me = client.local_addr().unwrap();
    client
        .write_all(&framed(&[&check_for(Shard(0))]))
        .await
        .unwrap();
    within(server.shards.next()).await;
    let mut dropped = 0;
    // Until the kernel's buffers and the queue are full, and the connection is cut.
    within(async {
        loop {
            let media = Bytes::from(vec![0x80; 1_200]);
            match server.outlets.send(Proto::Tcp, server.address, me, media) {
                Sent::Queued => {}
                Sent::DroppedOldest => dropped += 1,
                Sent::Gone => break,
            }
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(dropped > 0);
    assert_eq!(server.counters.cut_slow.count(), 1);
}

#[tokio::test]
async fn both_families_are_served_side_by_side_on_one_port() {
    let first = IceTcp::bind("0.0.0.0:0".parse().unwrap(), TcpOptions::default())
        .await
        .unwrap();
    let port = first.local_addr().unwrap().port();
    let second = SocketAddr::from((std::net::Ipv6Addr::UNSPECIFIED, port));
    let second = IceTcp::bind(second, TcpOptions::default()).await.unwrap();
    let (mut shards, inlet) = FakeShards::new(1);
    let outlets = Outlets::default();
    let _running = [first, second].map(|l| tokio::spawn(l.run(inlet.clone(), outlets.clone())));
    for ip in ["127.0.0.1", "::1"] {
        let address = SocketAddr::new(ip.parse().unwrap(), port);
        let mut client = TcpStream::connect(address).await.unwrap();
        client
            .write_all(&framed(&[&check_for(Shard(0))]))
            .await
            .unwrap();
        let (_, packet) = within(shards.next()).await;
        assert_eq!(packet.destination, address);
        assert_eq!(packet.source, client.local_addr().unwrap());
    }
}
