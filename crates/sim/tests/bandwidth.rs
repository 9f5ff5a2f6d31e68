//! A subscriber's link: one that becomes narrow and wide again, and ones that stay as they are.

use base::media::{PcMode, Source};
use base::{Bitrate, PeerId, TrackId};
use sim::fall::{Fall, fall};
use sim::net::Path;
use sim::steady::steady;
use sim::world::{CAMERA, World};
use std::time::Duration;

const WIDE: Path = Path {
    rate: Some(Bitrate::kbps(3_000)),
    ..Path::GOOD
};

const NARROW: Path = Path {
    rate: Some(Bitrate::kbps(300)),
    ..WIDE
};

struct Call {
    world: World,
    ben: PeerId,
    camera: TrackId,
}

/// Anna sends her camera and her voice, Ben looks and listens over a link of 3 Mbps.
fn call(seed: u64, jitter: Duration) -> Call {
    let mut world = World::new(seed, 1);
    let anna = world.join(
        PcMode::Single,
        Path {
            jitter,
            ..Path::GOOD
        },
    );
    world.publish_audio(anna);
    let camera = world.publish_video(anna, Source::Camera, &CAMERA);
    let ben = world.join(PcMode::Single, Path { jitter, ..WIDE });
    world
        .run(Duration::from_secs(12))
        .expect("the invariants hold");
    Call { world, ben, camera }
}

impl Call {
    fn seen(&self) -> &sim::bot::Seen {
        self.world
            .seen(self.ben, self.camera)
            .expect("it has been seen")
    }

    fn report(&self, what: &str) {
        let rate = self.seen().bitrate(self.world.now);
        let stream = (self.seen().last_stream(), self.seen().last_arrived());
        let at = self.world.now - self.world.epoch;
        println!("{at:?} {what}: shown and coming {stream:?}, {rate}");
    }
}

/// What a wireless link adds to each packet, and the seeds that froze for seconds with it.
const JITTERS_MS: [u64; 5] = [0, 1, 2, 4, 8];
const SEEDS: [u64; 3] = [1, 3, 5];

#[test]
fn a_link_that_falls_and_recovers_is_followed_both_ways() {
    for (jitter, seed) in JITTERS_MS.iter().flat_map(|j| SEEDS.map(|seed| (*j, seed))) {
        let jitter = Duration::from_millis(jitter);
        let mut call = call(seed, jitter);
        let [wide, narrow] = [WIDE, NARROW].map(|path| Path { jitter, ..path });
        call.report("wide");
        assert_eq!(
            call.seen().last_stream(),
            Some(2),
            "seed {seed}, jitter {jitter:?}: 3 Mbps carry everything"
        );

        let fell = call.world.now;
        call.world.set_down(call.ben, narrow);
        for _ in 0..8 {
            call.world
                .run(Duration::from_millis(250))
                .expect("the invariants hold");
            call.report("falling");
        }
        assert_eq!(
            call.seen().last_stream(),
            Some(0),
            "seed {seed}, jitter {jitter:?}: fits within 2 s"
        );
        call.world
            .run(Duration::from_secs(8))
            .expect("the invariants hold");
        call.report("narrow");
        let frozen = call.seen().longest_freeze(fell, call.world.now);
        assert!(
            frozen <= Duration::from_secs(1),
            "seed {seed}, jitter {jitter:?}: froze for {frozen:?}"
        );

        let recovered = call.world.now;
        call.world.set_down(call.ben, wide);
        for _ in 0..10 {
            call.world
                .run(Duration::from_secs(1))
                .expect("the invariants hold");
            call.report("recovering");
        }
        let back = call.seen().first_of(2, recovered).map(|at| at - recovered);
        println!("seed {seed}, jitter {jitter:?}: froze for {frozen:?}, back after {back:?}");
        assert!(
            back.is_some(),
            "seed {seed}, jitter {jitter:?}: not back within 10 s"
        );
        call.world.check().expect("the invariants hold");
    }
}

#[test]
fn a_fall_is_followed_whatever_queue_is_before_the_bottleneck() {
    for (queue_ms, jitter_ms) in [20, 60, 150].iter().flat_map(|q| [0, 4].map(|j| (*q, j))) {
        for seed in 1..=2 {
            let link = Fall {
                queue: Duration::from_millis(queue_ms),
                jitter: Duration::from_millis(jitter_ms),
            };
            let seeing = fall(seed, link).expect("the invariants hold");
            println!("seed {seed}, {link:?}: {seeing:?}");
            let in_time = |after: Duration| after <= Duration::from_secs(2);
            assert!(seeing.was_whole, "seed {seed}, {link:?}");
            assert!(
                seeing.fits_after.is_some_and(in_time),
                "seed {seed}, {link:?}"
            );
            assert!(
                seeing.frozen <= Duration::from_secs(1),
                "seed {seed}, {link:?}"
            );
            assert!(seeing.back_after.is_some(), "seed {seed}, {link:?}");
        }
    }
}

#[test]
fn on_a_link_that_stays_as_it_is_the_picture_does() {
    // Its rate, queue and loss; the size of the picture that it carries; and what its losses may cost:
    // switches a minute, and the longest freeze. A packet that is lost twice is waited for in vain, and a
    // key frame comes half a second later.
    let links = [
        (1_500, 100, 0.0, 2, 0.0, 300),
        (1_500, 40, 0.02, 2, 2.0, 1_000),
        (800, 60, 0.0, 1, 0.0, 300),
        (400, 300, 0.0, 0, 0.0, 300),
        (3_000, 300, 0.05, 2, 3.0, 1_500),
        (3_000, 100, 0.1, 2, 6.0, 2_000),
    ];
    for (kbps, queue_ms, loss, size, switches, frozen_ms) in links {
        let path = Path {
            rate: Some(Bitrate::kbps(kbps)),
            queue: Duration::from_millis(queue_ms),
            jitter: Duration::from_millis(2),
            loss,
            ..Path::GOOD
        };
        for seed in 1..=3 {
            let seen = steady(seed, path, Duration::from_secs(40)).expect("the invariants hold");
            let what = format!("seed {seed}, {path:?}: {seen:?}");
            println!("{what}");
            assert!(seen.shown[size] >= 0.8, "{what}");
            assert!(seen.frozen <= Duration::from_millis(frozen_ms), "{what}");
            assert!(seen.switches_a_minute <= switches, "{what}");
        }
    }
}
