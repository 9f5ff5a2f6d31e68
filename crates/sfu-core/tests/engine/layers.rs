//! Layered video through the engine: who gets which picture, and that it stays decodable.

use crate::world::client::{FRAME, is_key_frame, picture_id};
use crate::world::{World, spec};
use base::media::{Codec, Command, Event, Kind, LayerSpec, PcMode, Quality, SubscriptionSettings};
use base::{Bitrate, PeerId, TrackId};
use std::time::Duration;

const RIDS: [&str; 3] = ["q", "h", "f"];
const SIZES: [usize; 3] = [300, 700, 1_100];
const TRACK: TrackId = TrackId(11);

/// 1 publishes three layers of VP8; 2 subscribes.
fn world(shards: u8) -> World {
    let mut world = World::new(shards);
    world.join(1, PcMode::Single);
    world.join(2, PcMode::Single);
    let mut spec = spec(1, 11, Kind::Video);
    spec.codecs[0].codec = Some(Codec::Vp8);
    spec.codecs[0].layers = Quality::ALL
        .into_iter()
        .zip(RIDS)
        .map(|(quality, rid)| LayerSpec {
            quality,
            width: 320 << quality.index(),
            height: 180 << quality.index(),
            bitrate: Bitrate::kbps(100 << quality.index()),
            rid: Some(rid.to_owned()),
        })
        .collect();
    world.publish_as(1, spec, &["f", "h", "q"]);
    world.until_connected(1);
    world.until_connected(2);
    world.subscribe(2, TRACK);
    world
}

/// Publishes all layers for a time, with key frames when asked for.
fn show(world: &mut World, frames: u32) {
    for frame in 0..frames {
        let now = world.now;
        let asked = std::mem::take(&mut world.client(1).key_frames_asked);
        for (rid, size) in RIDS.into_iter().zip(SIZES) {
            let wants = frame == 0 || asked.iter().any(|a| a.as_deref() == Some(rid));
            world.client(1).show("cid11", Some(rid), now, wants, size);
        }
        world.run(FRAME);
    }
}

/// Which layer a packet is of, by its size.
fn layer(payload: &[u8]) -> usize {
    SIZES
        .iter()
        .rposition(|size| payload.len() > *size)
        .unwrap()
}

fn configure(world: &mut World, change: impl FnOnce(&mut SubscriptionSettings)) {
    let mut settings = SubscriptionSettings::default();
    change(&mut settings);
    world.command(Command::Configure {
        peer: PeerId(2),
        track: TRACK,
        settings,
    });
}

fn last_layer(world: &mut World) -> usize {
    layer(&world.client(2).heard.last().unwrap().payload)
}

/// One unbroken stream: numbers go up by one, and a change of the layer is a key frame.
fn assert_continuous(world: &mut World) {
    let heard = &world.client(2).heard;
    assert!(is_key_frame(&heard[0].payload));
    for pair in heard.windows(2) {
        assert_eq!(pair[1].seq, pair[0].seq + 1);
        let ids = [0, 1].map(|i| picture_id(&pair[i].payload));
        assert_eq!(ids[1], ids[0] + 1);
        assert!(pair[1].timestamp.wrapping_sub(pair[0].timestamp) < 90_000);
        if layer(&pair[0].payload) != layer(&pair[1].payload) {
            assert!(is_key_frame(&pair[1].payload), "decodable after the switch");
        }
    }
}

#[test]
fn a_subscriber_is_switched_between_layers_without_a_break() {
    let mut world = world(1);
    show(&mut world, 150);
    assert_eq!(last_layer(&mut world), 2, "the best picture at first");
    configure(&mut world, |settings| settings.max_quality = Quality::Low);
    show(&mut world, 60);
    assert_eq!(last_layer(&mut world), 0);
    configure(&mut world, |settings| {
        settings.dimensions = Some((640, 360))
    });
    show(&mut world, 60);
    assert_eq!(last_layer(&mut world), 1, "by the size shown");
    assert_continuous(&mut world);
}

#[test]
fn a_hidden_picture_costs_nothing_and_comes_back() {
    let mut world = world(1);
    show(&mut world, 60);
    configure(&mut world, |settings| settings.enabled = false);
    show(&mut world, 10);
    let before = world.client(2).heard.len();
    show(&mut world, 30);
    assert_eq!(world.client(2).heard.len(), before);
    configure(&mut world, |settings| settings.enabled = true);
    show(&mut world, 30);
    assert!(world.client(2).heard.len() > before);
    assert!(is_key_frame(&world.client(2).heard[before].payload));
}

#[test]
fn a_publisher_is_told_what_nobody_wants() {
    let mut world = world(1);
    show(&mut world, 30);
    configure(&mut world, |settings| settings.max_quality = Quality::Low);
    show(&mut world, 300);
    let wanted = world.events.iter().rev().find_map(|event| match event {
        Event::Wanted { codecs, .. } => Some(codecs.clone()),
        _ => None,
    });
    assert_eq!(wanted, Some(vec![(Codec::Vp8, Some(Quality::Low))]));
}

#[test]
fn another_shard_sees_the_same() {
    let mut worlds = [world(1), world(2)];
    for world in &mut worlds {
        show(world, 120);
        configure(world, |settings| settings.max_quality = Quality::Medium);
        show(world, 120);
        assert_continuous(world);
    }
    let [one, two] = &mut worlds;
    assert_eq!(last_layer(one), 1);
    assert_eq!(last_layer(two), 1);
    let frames = [one, two].map(|world| world.client(2).heard.len());
    assert!(frames[0].abs_diff(frames[1]) < 10, "{frames:?}");
}

/// Numbers that never came to 2, of ten seconds in which one packet in ten is lost.
fn holes_after_loss(world: &mut World) -> usize {
    show(world, 60);
    world.loss = 0.1;
    show(world, 300);
    world.loss = 0.0;
    let from = world.client(2).heard.len();
    world.run(Duration::from_millis(500));
    show(world, 60);
    let client = world.client(2);
    assert!(client.heard.len() >= from + 55);
    let mut seqs: Vec<u64> = client.heard.iter().map(|h| h.seq).collect();
    seqs.sort_unstable();
    let pairs = seqs.windows(2);
    pairs.filter(|pair| pair[1] != pair[0] + 1).count()
}

#[test]
fn loss_is_repaired_and_the_picture_goes_on() {
    let holes = holes_after_loss(&mut world(1));
    assert!(holes <= 3, "repair fills nearly all: {holes}");
}

#[test]
fn loss_is_repaired_in_a_section_that_served_another_track_before() {
    let mut world = world(1);
    show(&mut world, 30);
    let peer = PeerId(2);
    world.command(Command::Unsubscribe { peer, track: TRACK });
    world.run(Duration::from_millis(500));
    world.subscribe(2, TRACK);
    world.run(Duration::from_millis(500));
    world.client(2).heard.clear();
    let holes = holes_after_loss(&mut world);
    assert!(holes <= 3, "repair fills nearly all: {holes}");
}
