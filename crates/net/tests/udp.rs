//! UDP sockets on loopback: what is sent arrives, whole and alone, whatever the kernel made of it
//! on the way.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use base::clock::OsClock;
use base::rng::Rng;
use net::{Poller, RelayAddresses, UdpOptions, UdpSocket};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

const V4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);

fn socket(ip: IpAddr) -> UdpSocket {
    UdpSocket::bind((ip, 0).into(), UdpOptions::default()).unwrap()
}

#[test]
fn packets_of_all_sizes_arrive_as_they_were_sent() {
    for (ip, segmentation) in [(V4, true), (V4, false), (V6, true), (V6, false)] {
        let options = UdpOptions {
            segmentation,
            ..UdpOptions::default()
        };
        let mut sender = UdpSocket::bind((ip, 0).into(), options).unwrap();
        let mut receiver = socket(ip);
        let mut rng = Rng::from_seed(42);
        for _ in 0..20 {
            let sent = mixed_packets(&mut rng);
            for packet in &sent {
                sender.queue(receiver.local_addr(), None, packet);
            }
            sender.flush();
            let got = receive(&mut receiver, sent.len());
            assert_eq!(got.len(), sent.len());
            assert!(got == sent, "changed on the way");
        }
        assert_eq!(receiver.counters().received, sender.counters().sent);
        assert_eq!(
            receiver.counters().received_bytes,
            sender.counters().sent_bytes
        );
    }
}

#[test]
fn a_frame_of_many_packets_is_one_send_and_one_receive() {
    let (mut sender, mut receiver) = (socket(V4), socket(V4));
    for _ in 0..40 {
        sender.queue(receiver.local_addr(), None, &[7; 1_200]);
    }
    sender.queue(receiver.local_addr(), None, &[8; 300]);
    sender.flush();
    assert_eq!(receive(&mut receiver, 41).len(), 41);
    let (sent, received) = (sender.counters(), receiver.counters());
    assert_eq!((sent.sent, sent.send_calls), (41, 1));
    assert_eq!(sent.segmentation_refused, 0);
    assert!(received.receive_calls <= 2, "{received:?}");
}

#[test]
fn one_flush_serves_many_receivers_in_order() {
    let mut sender = socket(V4);
    let mut receivers: Vec<_> = (0..50).map(|_| socket(V4)).collect();
    for number in 0..10_u8 {
        for receiver in &receivers {
            sender.queue(receiver.local_addr(), None, &[number; 900]);
        }
    }
    sender.flush();
    for receiver in &mut receivers {
        let first_bytes: Vec<u8> = receive(receiver, 10).iter().map(|p| p[0]).collect();
        assert_eq!(first_bytes, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
}

#[test]
fn a_run_too_large_for_the_way_goes_packet_by_packet() {
    let (mut sender, mut receiver) = (socket(V4), socket(V4));
    // Loopback's MTU is 65,536: six of these make a run that fits a datagram, none fits another
    // interface, and the kernel may refuse or take the run; either way all of them arrive.
    for number in 0..6_u8 {
        sender.queue(receiver.local_addr(), None, &vec![number; 10_000]);
    }
    sender.flush();
    assert_eq!(receive(&mut receiver, 6).len(), 6);
}

#[test]
fn an_impossible_packet_is_counted_and_hinders_nobody() {
    let (mut sender, mut receiver) = (socket(V4), socket(V4));
    sender.queue(receiver.local_addr(), None, &vec![0; 70_000]);
    // 240.0.0.0/4 has no route, and from loopback nothing leaves the machine either.
    sender.queue("240.0.0.1:9".parse().unwrap(), Some(V4), b"lost");
    sender.queue(receiver.local_addr(), None, b"arrives");
    sender.flush();
    assert_eq!(receive(&mut receiver, 1), [b"arrives"]);
    let counters = sender.counters();
    assert_eq!(
        (counters.dropped_oversized, counters.dropped_unreachable),
        (1, 1)
    );
}

#[test]
fn a_wildcard_socket_tells_the_address_and_answers_from_it() {
    for (wildcard, ours) in [
        (
            IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            IpAddr::from([127, 0, 0, 7]),
        ),
        (IpAddr::V6(Ipv6Addr::UNSPECIFIED), V6),
    ] {
        let mut server = socket(wildcard);
        let mut client = socket(if ours.is_ipv4() { V4 } else { V6 });
        let at = SocketAddr::new(ours, server.local_addr().port());
        client.queue(at, None, b"to you");
        client.flush();
        let mut seen = None;
        poll(&mut server, |server| {
            server
                .recv(1, |d| seen = Some((d.source, d.destination)))
                .unwrap();
            seen.is_some()
        });
        assert_eq!(seen, Some((client.local_addr(), at)));
        server.queue(client.local_addr(), Some(ours), b"from me");
        server.flush();
        let mut source = None;
        poll(&mut client, |client| {
            client.recv(1, |d| source = Some(d.source)).unwrap();
            source.is_some()
        });
        assert_eq!(source, Some(at));
    }
}

#[test]
fn two_shards_share_a_port_and_each_peer_keeps_to_one() {
    let first = socket(V4);
    let address = first.local_addr();
    let second = UdpSocket::bind(address, UdpOptions::default()).unwrap();
    let mut shards = [first, second];
    let clients: Vec<_> = (0..64)
        .map(|_| std::net::UdpSocket::bind("127.0.0.1:0").unwrap())
        .collect();
    let mut shard_of = HashMap::new();
    for _ in 0..5 {
        for client in &clients {
            client.send_to(b"hello", address).unwrap();
        }
        let mut arrived = 0;
        for (number, shard) in shards.iter_mut().enumerate() {
            // Loopback delivers before `send_to` returns.
            arrived += shard
                .recv(1_000, |d| {
                    let known = *shard_of.entry(d.source).or_insert(number);
                    assert_eq!(known, number, "a peer changed its shard");
                })
                .unwrap();
        }
        assert_eq!(arrived, clients.len());
    }
    let on_first = shard_of.values().filter(|shard| **shard == 0).count();
    assert!(
        (1..64).contains(&on_first),
        "{on_first} of 64 on the first shard"
    );
}

#[test]
fn a_port_that_somebody_has_is_told_from_a_free_one() {
    let alone = UdpOptions {
        shared: false,
        ..UdpOptions::default()
    };
    let taken = socket(V4);
    let address = taken.local_addr();
    let refused = UdpSocket::bind(address, alone).unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::AddrInUse);
    drop(taken);
    drop(UdpSocket::bind(address, alone).unwrap());
    UdpSocket::bind(address, UdpOptions::default()).unwrap();
}

#[test]
fn a_budget_leaves_the_rest_for_later() {
    let options = UdpOptions {
        segmentation: false,
        ..UdpOptions::default()
    };
    let mut sender = UdpSocket::bind((V4, 0).into(), options).unwrap();
    let mut receiver = socket(V4);
    (0..200).for_each(|_| sender.queue(receiver.local_addr(), None, b"one of many"));
    sender.flush();
    let first = receiver.recv(10, |_| ()).unwrap();
    assert!((10..200).contains(&first), "{first}");
    let mut total = first;
    loop {
        match receiver.recv(10, |_| ()).unwrap() {
            0 => break,
            more => total += more,
        }
    }
    assert_eq!(total, 200);
}

#[test]
fn nobody_can_claim_a_relayed_address() {
    let options = UdpOptions {
        relay: RelayAddresses {
            v4: Ipv4Addr::new(127, 0, 0, 9),
            ..RelayAddresses::default()
        },
        ..UdpOptions::default()
    };
    let mut server = UdpSocket::bind((V4, 0).into(), options).unwrap();
    let forger = std::net::UdpSocket::bind("127.0.0.9:0").unwrap();
    let honest = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    forger.send_to(b"forged", server.local_addr()).unwrap();
    honest.send_to(b"honest", server.local_addr()).unwrap();
    assert_eq!(receive(&mut server, 1), [b"honest"]);
    assert_eq!(server.counters().forged, 1);
}

/// Runs of equal size with odd ones in between, as encoded frames are.
fn mixed_packets(rng: &mut Rng) -> Vec<Vec<u8>> {
    let mut packets = Vec::new();
    for _ in 0..8 {
        let size = 100 + rng.below(1_300) as usize;
        for _ in 0..=rng.below(9) {
            packets.push(vec![rng.next_u32() as u8; size]);
        }
        packets.push(vec![
            rng.next_u32() as u8;
            1 + rng.below(size as u64) as usize
        ]);
    }
    packets
}

fn receive(socket: &mut UdpSocket, count: usize) -> Vec<Vec<u8>> {
    let mut got = Vec::new();
    poll(socket, |socket| {
        socket.recv(1_000, |d| got.push(d.bytes.to_vec())).unwrap();
        got.len() >= count
    });
    got
}

/// Waits for the socket until `done`, or a time after which nothing comes any more.
fn poll(socket: &mut UdpSocket, mut done: impl FnMut(&mut UdpSocket) -> bool) {
    let mut poller = Poller::new().unwrap();
    let token = poller.add(socket).unwrap();
    while !done(socket) {
        let now = OsClock.now();
        let ready = poller
            .wait(now, Some(now + Duration::from_secs(5)))
            .unwrap();
        assert!(ready.is_readable(token), "nothing more came");
    }
}
