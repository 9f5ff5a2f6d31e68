//! How soon somebody who comes sees the others, in simulated time.

use base::Bitrate;
use base::media::{PcMode, Source};
use sim::media::VideoLayer;
use sim::net::Path;
use sim::world::World;
use std::time::Duration;

/// A camera that comes in one size, as many programs send it: more than is at first believed
/// of anybody's link.
const ONE_SIZE: [VideoLayer; 1] = [VideoLayer {
    width: 1280,
    height: 720,
    bitrate: Bitrate::kbps(1_500),
    fps: 30,
}];

/// More than a link is trusted with unseen.
const LARGE: [VideoLayer; 1] = [VideoLayer {
    width: 1920,
    height: 1080,
    bitrate: Bitrate::kbps(4_000),
    fps: 30,
}];

fn path(rate: Option<Bitrate>) -> Path {
    Path {
        rate,
        delay: Duration::from_millis(50),
        ..Path::GOOD
    }
}

/// From joining to the first picture, for five who come one after the other.
fn joins(seed: u64, mode: PcMode, layers: &[VideoLayer]) -> Vec<Duration> {
    let mut world = World::new(seed, 1);
    let anna = world.join(PcMode::Single, path(None));
    let camera = world.publish_video(anna, Source::Camera, layers);
    world
        .run(Duration::from_secs(3))
        .expect("the invariants hold");
    let mut took = Vec::new();
    for _ in 0..5 {
        let began = world.now;
        let viewer = world.join(mode, path(None));
        world
            .run(Duration::from_secs(5))
            .expect("the invariants hold");
        let seen = world
            .seen(viewer, camera)
            .and_then(|seen| seen.first_of(0, began));
        took.push(seen.expect("the camera is seen") - began);
        world.leave(viewer);
    }
    took
}

fn each_joins_within(bound: Duration, layers: &[VideoLayer]) {
    for mode in [PcMode::Single, PcMode::Dual] {
        for seed in 1..=3 {
            let took = joins(seed, mode, layers);
            println!("{mode:?}, seed {seed}: {took:?}");
            assert!(
                took.iter().all(|took| *took < bound),
                "{mode:?}, seed {seed}: {took:?} at 100 ms of round trip"
            );
        }
    }
}

#[test]
fn a_camera_of_one_size_is_seen_as_soon_as_the_connection_stands() {
    each_joins_within(Duration::from_millis(800), &ONE_SIZE);
}

#[test]
fn a_large_camera_of_one_size_is_seen_after_the_first_probe() {
    each_joins_within(Duration::from_millis(1_200), &LARGE);
}
