//! Single scenes, where it is known packet by packet what has to happen.

use super::super::{
    Forwarder, Ingress, Layer, PacketMeta, Parsed, Payload, Rewritten, Start, Verdict,
};
use super::encoder::Kind;
use super::world::World;
use super::{assert_reached_top, judged};
use base::clock::OsClock;
use base::media::Codec;
use std::time::{Duration, Instant};

const BASE: Layer = Layer {
    spatial: 0,
    temporal: 0,
};

/// A subscriber of a track whose packets are made by hand.
struct Scene {
    ingress: Ingress,
    forwarder: Forwarder,
    begin: Instant,
}

impl Scene {
    fn new(codec: Codec, simulcast: bool) -> Self {
        Self {
            ingress: Ingress::new(codec, false),
            forwarder: Forwarder::new(codec, simulcast, Start::fresh()),
            begin: OsClock.now(),
        }
    }

    /// Stream `stream` sends packet `seq`, captured and arriving at `ms`.
    fn packet(&mut self, stream: u8, seq: u64, ms: u64, payload: &[u8]) -> (Parsed, PacketMeta) {
        let meta = PacketMeta {
            ssrc: 1 + u32::from(stream),
            seq,
            timestamp: 1_000_000 * u32::from(stream) + ms as u32 * 90,
            marker: true,
            arrival: self.begin + Duration::from_millis(ms),
        };
        let parsed = self.ingress.parse(stream, &meta, payload, None).unwrap();
        (parsed, meta)
    }

    fn send(&mut self, stream: u8, seq: u64, ms: u64, payload: &[u8]) -> Option<Rewritten> {
        let (parsed, meta) = self.packet(stream, seq, ms, payload);
        match self.forwarder.handle(&parsed, &meta) {
            Verdict::Drop => None,
            Verdict::Forward(out) => Some(out),
        }
    }
}

const H264_KEY: &[u8] = &[0x65, 0];
const H264_DELTA: &[u8] = &[0x41, 0];

#[test]
fn video_begins_with_a_key_frame_and_audio_at_once() {
    let mut video = Scene::new(Codec::H264, false);
    assert_eq!(
        video.forwarder.wants_key_frame(),
        None,
        "nobody wants anything yet"
    );
    video.forwarder.set_target(Some(BASE));
    assert_eq!(video.forwarder.wants_key_frame(), Some(0));
    assert_eq!(video.send(0, 70_000, 0, H264_DELTA), None);
    assert_eq!(video.send(0, 70_001, 33, H264_KEY).unwrap().seq, 1);
    assert_eq!(video.forwarder.wants_key_frame(), None);
    let mut audio = Scene::new(Codec::Opus, false);
    audio.forwarder.set_target(Some(BASE));
    assert_eq!(audio.forwarder.wants_key_frame(), None);
    assert_eq!(audio.send(0, 70_000, 0, &[0x78]).unwrap().seq, 1);
}

#[test]
fn the_lower_stream_goes_on_until_the_higher_one_has_a_key_frame() {
    let mut scene = Scene::new(Codec::H264, true);
    scene.forwarder.set_target(Some(BASE));
    let first = scene.send(0, 10, 0, H264_KEY).unwrap();
    scene.forwarder.set_target(Some(Layer {
        spatial: 2,
        temporal: 0,
    }));
    assert_eq!(scene.forwarder.wants_key_frame(), Some(2));
    assert_eq!(scene.send(2, 500, 33, H264_DELTA), None);
    assert!(scene.send(0, 11, 33, H264_DELTA).is_some());
    // A layer between is better than the lowest.
    let between = scene.send(1, 90, 66, H264_KEY).unwrap();
    assert_eq!(scene.forwarder.current().unwrap().spatial, 1);
    assert_eq!(scene.forwarder.wants_key_frame(), Some(2));
    assert_eq!(scene.send(0, 12, 66, H264_DELTA), None);
    let top = scene.send(2, 501, 99, H264_KEY).unwrap();
    assert_eq!([first.seq, between.seq, top.seq], [1, 3, 4]);
    // Without sender reports, time goes on as packets arrive.
    assert_eq!(between.timestamp - first.timestamp, 66 * 90);
    assert_eq!(top.timestamp - between.timestamp, 33 * 90);
    assert_eq!(scene.forwarder.current().unwrap().spatial, 2);
}

#[test]
fn a_key_frame_that_was_overtaken_is_not_begun_with() {
    let mut scene = Scene::new(Codec::H264, true);
    scene.forwarder.set_target(Some(BASE));
    scene.send(0, 10, 0, H264_KEY).unwrap();
    scene.forwarder.set_target(Some(Layer {
        spatial: 1,
        temporal: 0,
    }));
    // Its second packet comes first, and nobody can know yet what it belongs to.
    assert_eq!(scene.send(1, 91, 33, &[0x7c, 0x45, 0]), None);
    assert_eq!(scene.send(1, 90, 33, &[0x7c, 0x85, 0]), None);
    assert!(
        scene.send(0, 11, 33, H264_DELTA).is_some(),
        "the present one goes on"
    );
    assert_eq!(scene.forwarder.wants_key_frame(), Some(1));
    assert!(scene.send(1, 92, 66, H264_KEY).is_some());
}

#[test]
fn sender_reports_place_frames_better_than_arrivals() {
    let mut scene = Scene::new(Codec::H264, true);
    let epoch = Duration::from_secs(3_900_000_000);
    for stream in 0..2 {
        let (_, meta) = scene.packet(stream, 1, 0, &[]);
        scene.ingress.sender_report(stream, epoch, meta.timestamp);
    }
    scene.forwarder.set_target(Some(BASE));
    let first = scene.send(0, 10, 0, H264_KEY).unwrap();
    scene.forwarder.set_target(Some(Layer {
        spatial: 1,
        temporal: 0,
    }));
    let (parsed, meta) = scene.packet(1, 90, 33, H264_KEY);
    // A large key frame, captured at 33 ms, takes 200 ms to arrive.
    let late = PacketMeta {
        arrival: meta.arrival + Duration::from_millis(200),
        ..meta
    };
    let Verdict::Forward(second) = scene.forwarder.handle(&parsed, &late) else {
        panic!("a key frame of the target passes");
    };
    assert_eq!(second.timestamp - first.timestamp, 33 * 90);
}

#[test]
fn a_report_beyond_belief_is_not_believed() {
    let mut scene = Scene::new(Codec::H264, true);
    for stream in 0..2u8 {
        let (_, meta) = scene.packet(stream, 1, 0, &[]);
        let ntp = Duration::from_secs(1_000 * (1 + u64::from(stream)));
        scene.ingress.sender_report(stream, ntp, meta.timestamp);
    }
    scene.forwarder.set_target(Some(BASE));
    let first = scene.send(0, 10, 0, H264_KEY).unwrap();
    scene.forwarder.set_target(Some(Layer {
        spatial: 1,
        temporal: 0,
    }));
    let second = scene.send(1, 90, 40, H264_KEY).unwrap();
    assert_eq!(second.timestamp - first.timestamp, 40 * 90);
}

#[test]
fn what_is_lost_stays_a_gap_and_duplicates_are_dropped() {
    let mut scene = Scene::new(Codec::H264, false);
    scene.forwarder.set_target(Some(BASE));
    scene.send(0, 10, 0, H264_KEY).unwrap();
    assert_eq!(scene.send(0, 12, 33, H264_DELTA).unwrap().seq, 3);
    assert_eq!(scene.send(0, 12, 33, H264_DELTA), None, "a duplicate");
    assert_eq!(
        scene.send(0, 11, 20, H264_DELTA).unwrap().seq,
        2,
        "repaired"
    );
    assert_eq!(
        scene.send(0, 9, 0, H264_DELTA),
        None,
        "before the beginning"
    );
}

#[test]
fn probing_packets_take_no_number() {
    let mut scene = Scene::new(Codec::H264, false);
    scene.forwarder.set_target(Some(BASE));
    scene.send(0, 10, 0, H264_KEY).unwrap();
    assert_eq!(scene.send(0, 11, 5, &[]), None);
    assert_eq!(scene.send(0, 13, 33, H264_DELTA).unwrap().seq, 3);
    let filled = scene.send(0, 12, 34, &[]).unwrap();
    assert_eq!((filled.seq, filled.payload), (2, Payload::Empty));
}

#[test]
fn a_late_packet_of_the_stream_that_was_left_fills_its_number_with_nothing() {
    let mut scene = Scene::new(Codec::H264, true);
    scene.forwarder.set_target(Some(BASE));
    scene.send(0, 10, 0, H264_KEY).unwrap();
    scene.send(0, 12, 33, H264_DELTA).unwrap();
    scene.forwarder.set_target(Some(Layer {
        spatial: 1,
        temporal: 0,
    }));
    assert_eq!(scene.send(1, 90, 66, H264_KEY).unwrap().seq, 4);
    let late = scene.send(0, 11, 33, H264_DELTA).unwrap();
    assert_eq!((late.seq, late.payload), (2, Payload::Empty));
    assert_eq!(scene.send(0, 11, 33, H264_DELTA), None, "once");
    assert_eq!(scene.send(0, 13, 66, H264_DELTA), None);
}

#[test]
fn after_a_mute_the_stream_goes_on_with_a_key_frame() {
    for kind in [
        Kind::Vp8Simulcast,
        Kind::H264Simulcast,
        Kind::KeySvc,
        Kind::Vp9Svc,
    ] {
        let mut world = World::new(kind, 11);
        let top = world.top();
        world.forwarder.set_target(Some(top));
        world.run(40);
        world.forwarder.stop();
        assert_eq!(world.forwarder.current(), None);
        assert!(world.forwarder.wants_key_frame().is_some());
        world.run(40);
        let outcome = judged(&world);
        let story = format!("{kind:?}");
        assert!(outcome.wrong.is_empty(), "{story}: {:?}", outcome.wrong);
        assert_eq!(
            (outcome.undecodable, outcome.holes.len()),
            (0, 0),
            "{story}"
        );
        assert_reached_top(&world, &outcome, &story);
    }
}

#[test]
fn a_publisher_who_restarts_his_encoder_is_followed() {
    for kind in [
        Kind::Vp8Simulcast,
        Kind::H264Simulcast,
        Kind::Svc,
        Kind::Vp9Svc,
        Kind::Opus,
    ] {
        for seed in 0..10 {
            let mut world = World::new(kind, seed);
            let top = world.top();
            world.forwarder.set_target(Some(top));
            world.run(40);
            world.restart_encoders();
            world.run(60);
            let outcome = judged(&world);
            let story = format!("{kind:?} seed {seed}");
            assert!(outcome.wrong.is_empty(), "{story}: {:?}", outcome.wrong);
            assert_eq!(
                (outcome.undecodable, outcome.holes.len()),
                (0, 0),
                "{story}"
            );
            assert_reached_top(&world, &outcome, &story);
        }
    }
}

#[test]
fn another_forwarder_goes_on_with_the_same_stream() {
    let mut scene = Scene::new(Codec::H264, false);
    scene.forwarder.set_target(Some(BASE));
    let first = scene.send(0, 10, 0, H264_KEY).unwrap();
    let start = scene.forwarder.next();
    scene.forwarder = Forwarder::new(Codec::H264, false, start);
    scene.forwarder.set_target(Some(BASE));
    scene.ingress = Ingress::new(Codec::H264, false);
    let second = scene.send(0, 40_000, 50, H264_KEY).unwrap();
    assert_eq!(second.seq, first.seq + 1);
    assert_eq!(second.timestamp - first.timestamp, 50 * 90);
}

#[test]
fn a_subscriber_short_of_bandwidth_is_relieved_before_the_key_frame_comes() {
    let mut world = World::new(Kind::KeySvc, 5);
    let top = world.top();
    world.forwarder.set_target(Some(top));
    world.run(20);
    assert_eq!(world.forwarder.current(), Some(top));
    // S1 has not been sent since the last key frame: until the next, S2 at its lowest rate.
    world.forwarder.set_target(Some(Layer {
        spatial: 1,
        temporal: 2,
    }));
    world.run(1);
    let relief = Layer { temporal: 0, ..top };
    assert_eq!(world.forwarder.current(), Some(relief));
    assert_eq!(world.forwarder.wants_key_frame(), Some(0));
    world.run(10);
    assert_eq!(
        world.forwarder.current(),
        Some(Layer {
            spatial: 1,
            temporal: 2
        })
    );
}

#[test]
fn in_full_svc_going_down_needs_no_key_frame() {
    let mut world = World::new(Kind::Svc, 5);
    let top = world.top();
    world.forwarder.set_target(Some(top));
    world.run(20);
    let low = Layer {
        spatial: 1,
        temporal: 1,
    };
    world.forwarder.set_target(Some(low));
    world.run(1);
    assert_eq!(world.forwarder.current(), Some(low));
    assert_eq!(world.forwarder.wants_key_frame(), None);
    world.run(10);
    let outcome = judged(&world);
    assert!(outcome.wrong.is_empty(), "{:?}", outcome.wrong);
    assert_eq!(outcome.undecodable, 0);
}

#[test]
fn the_receiver_is_told_which_decode_targets_are_left() {
    let mut world = World::new(Kind::Svc, 9);
    let low = Layer {
        spatial: 1,
        temporal: 1,
    };
    world.forwarder.set_target(Some(low));
    world.run(20);
    let mut reader = rtp::dependency::Reader::default();
    for packet in world.received() {
        reader
            .read(packet.dependency_descriptor.as_deref().unwrap())
            .unwrap();
        // Of the nine targets those with spatial and temporal layers 0 and 1.
        assert_eq!(reader.active_decode_targets(), 0b011_011);
    }
    world.forwarder.set_target(Some(BASE));
    world.run(20);
    for packet in world.received() {
        reader
            .read(packet.dependency_descriptor.as_deref().unwrap())
            .unwrap();
    }
    assert_eq!(reader.active_decode_targets(), 0b001);
}
