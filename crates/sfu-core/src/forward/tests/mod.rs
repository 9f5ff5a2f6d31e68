//! Stories of a publisher, a network and a subscriber, told from seeds.

mod encoder;
mod receiver;
mod world;

mod stories;

use super::Payload;
use encoder::Kind;
use receiver::{Outcome, judge};
use world::{Network, World};

const KINDS: [Kind; 6] = [
    Kind::Vp8Simulcast,
    Kind::H264Simulcast,
    Kind::Svc,
    Kind::KeySvc,
    Kind::Vp9Svc,
    Kind::Opus,
];
/// Enough to reach every branch many times; search for more is for the fuzz target.
const SEEDS: u64 = 60;

/// Random targets, now and then none; at the end the top layer on a perfect network.
fn random_walk(world: &mut World) {
    for _ in 0..12 {
        let target = (!world.rng.chance(0.15)).then(|| world.random_layer());
        world.forwarder.set_target(target);
        let pictures = 1 + world.rng.below(25) as u32;
        world.run(pictures);
    }
    let top = world.top();
    world.forwarder.set_target(Some(top));
    world.settle(5);
    // Whatever the subscriber misses for good, a key frame makes up for.
    world.encode_key_frames();
    world.settle(40);
}

fn assert_reached_top(world: &World, outcome: &Outcome, story: &str) {
    let top = world.top();
    assert_eq!(world.forwarder.current(), Some(top), "{story}");
    assert_eq!(world.forwarder.wants_key_frame(), None, "{story}");
    let frames = world.frames();
    let last = frames[frames.len() - 1].picture;
    for temporal in 0..=top.temporal {
        let seen = outcome.decoded.iter().any(|id| {
            let frame = &frames[*id as usize];
            frame.spatial == top.spatial && frame.temporal == temporal && frame.picture + 5 > last
        });
        assert!(seen, "{story}: no late frame of temporal layer {temporal}");
    }
}

fn judged(world: &World) -> Outcome {
    judge(world.kind, world.frames(), world.received())
}

#[test]
fn on_a_perfect_network_every_forwarded_frame_is_decoded() {
    for kind in KINDS {
        for seed in 0..SEEDS {
            let mut world = World::new(kind, seed);
            world.reports = seed % 2 == 0;
            random_walk(&mut world);
            let story = format!("{kind:?} seed {seed}");
            let outcome = judged(&world);
            assert!(outcome.wrong.is_empty(), "{story}: {:?}", outcome.wrong);
            assert_eq!(outcome.undecodable, 0, "{story}");
            assert!(outcome.holes.is_empty(), "{story}: {:?}", outcome.holes);
            assert_reached_top(&world, &outcome, &story);
        }
    }
}

#[test]
fn loss_and_disorder_never_make_a_decoder_go_wrong() {
    for kind in KINDS {
        for seed in 0..SEEDS {
            let mut world = World::new(kind, seed);
            world.network = Network {
                loss: 0.05,
                repaired: 0.7,
                jitter_pictures: if seed % 3 == 0 { 0.0 } else { 1.5 },
            };
            random_walk(&mut world);
            let story = format!("{kind:?} seed {seed}");
            let outcome = judged(&world);
            assert!(outcome.wrong.is_empty(), "{story}: {:?}", outcome.wrong);
            assert_reached_top(&world, &outcome, &story);
        }
    }
}

/// What a careless forwarder would do, and what the model has to say about it.
#[test]
fn the_model_sees_each_mistake() {
    let lossless: &[(Kind, &str, world::Mutation)] = &[
        (
            Kind::Vp8Simulcast,
            "picture ids are not renumbered",
            |out, _| {
                out.payload = Payload::Unchanged;
            },
        ),
        (
            Kind::Vp8Simulcast,
            "base layer indices are not renumbered",
            |out, _| {
                if let Payload::Vp8(rewrite) = &mut out.payload {
                    rewrite.tl0_pic_idx = rewrite.tl0_pic_idx.map(|v| v ^ 0x40);
                }
            },
        ),
        (
            Kind::H264Simulcast,
            "sequence numbers keep their gaps",
            |out, seq| {
                out.seq += seq / 50;
            },
        ),
        (
            Kind::H264Simulcast,
            "a packet is lost on purpose",
            |out, seq| {
                if seq % 97 == 0 {
                    out.seq = 0;
                }
            },
        ),
        (Kind::KeySvc, "every frame carries the marker", |out, _| {
            out.marker = true
        }),
        (Kind::KeySvc, "frame numbers are off", |out, seq| {
            if let Some(descriptor) = &mut out.dependency_descriptor {
                let shift = (seq / 100) as u8;
                descriptor[2] = descriptor[2].wrapping_add(shift);
            }
        }),
        (Kind::Vp9Svc, "timestamps go back", |out, seq| {
            out.timestamp = out.timestamp.wrapping_sub((seq / 64) as u32 * 9_000);
        }),
    ];
    for (kind, mistake, mutation) in lossless {
        let caught = (0..10).any(|seed| {
            let mut world = World::new(*kind, seed);
            world.mutation = Some(*mutation);
            random_walk(&mut world);
            let outcome = judged(&world);
            let unharmed =
                outcome.wrong.is_empty() && outcome.undecodable == 0 && outcome.holes.is_empty();
            !unharmed
        });
        assert!(caught, "{kind:?}: {mistake}");
    }
}
