//! Data through the engine: nothing is lost, nothing piles up.

use crate::world::World;
use base::PeerId;
use base::media::{Command, Credit, DataChannelKind, Event, PcMode};
use base::rng::Rng;
use std::time::Duration;

const RELIABLE: DataChannelKind = DataChannelKind::Reliable;

fn two(mode: PcMode) -> World {
    let mut world = World::new(1);
    world.join(1, mode);
    world.join(2, mode);
    world.until_connected(1);
    world.until_connected(2);
    world.run(Duration::from_secs(1));
    world
}

/// Sends `total` bytes in messages of 15 kB, as clients send streams, and returns what came.
fn transfer(world: &mut World, from: u64, to: u64, total: usize) -> (Vec<u8>, Vec<u8>) {
    let mut rng = Rng::from_seed(from);
    let all: Vec<u8> = (0..total).map(|_| rng.next_u32() as u8).collect();
    let mut rest = all.chunks(15_000).peekable();
    world.data_to.insert(PeerId(from), vec![PeerId(to)]);
    let mut got = Vec::new();
    let end = world.now + Duration::from_secs(120);
    while got.len() < total {
        assert!(world.now < end, "{} of {total} came", got.len());
        while let Some(chunk) = rest.peek() {
            if !world.client(from).send_data(RELIABLE, chunk) {
                break;
            }
            rest.next();
        }
        world.step();
        for (kind, bytes) in world.client(to).messages.drain(..) {
            assert_eq!(kind, RELIABLE);
            got.extend(bytes);
        }
    }
    (all, got)
}

#[test]
fn a_large_stream_arrives_whole() {
    for mode in [PcMode::Single, PcMode::Dual] {
        let mut world = two(mode);
        let (sent, got) = transfer(&mut world, 1, 2, 3_000_000);
        assert!(sent == got, "{mode:?}");
    }
}

#[test]
fn a_large_stream_arrives_whole_over_a_lossy_link() {
    let mut world = two(PcMode::Single);
    world.loss = 0.02;
    let (sent, got) = transfer(&mut world, 1, 2, 300_000);
    assert!(sent == got);
}

#[test]
fn a_sender_is_held_back_while_the_room_does_not_take_his_messages() {
    let mut world = two(PcMode::Single);
    world.keeps_data = true;
    let message = vec![7; 15_000];
    let mut sent = 0;
    for _ in 0..20_000 {
        while world.client(1).send_data(RELIABLE, &message) {
            sent += message.len();
        }
        world.step();
    }
    let kept: usize = world.kept.iter().map(|(bytes, _)| bytes.len()).sum();
    assert!(kept >= 4 << 20, "{kept}");
    assert!(kept < 8 << 20, "his credit bounds what is inside: {kept}");
    assert!(sent > kept);
    world.kept.clear();
    world.keeps_data = false;
    world.data_to.insert(PeerId(1), vec![PeerId(2)]);
    for _ in 0..5_000 {
        while world.client(1).send_data(RELIABLE, &message) {}
        world.step();
    }
    let got = world.client(2).messages.len();
    assert!(got > 100, "he goes on: {got}");
}

#[test]
fn a_reader_who_is_gone_is_reported_and_his_queue_is_his_own() {
    let mut world = two(PcMode::Single);
    world.silent.push(2);
    for _ in 0..100 {
        world.command(Command::SendData {
            peers: vec![PeerId(2)],
            channel: RELIABLE,
            bytes: vec![1; 15_000].into(),
            credit: Credit::free(),
        });
    }
    world.run(Duration::from_secs(12));
    let slow = |e: &Event| matches!(e, Event::SlowReader { peer } if peer.0 == 2);
    assert_eq!(world.events.iter().filter(|e| slow(e)).count(), 1);
}
