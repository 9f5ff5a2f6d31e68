//! People who come while a picture is live.

use crate::world::World;
use crate::world::client::{FRAME, is_key_frame, picture_id};
use base::TrackId;
use base::media::{Kind, PcMode};

const TRACK: TrackId = TrackId(11);
const VIEWERS: std::ops::RangeInclusive<u64> = 2..=12;

/// The publisher's camera runs, with a key frame where he is asked for one; how often he was.
fn show(world: &mut World, frames: u32) -> usize {
    let mut key_frames = 0;
    for _ in 0..frames {
        let asked = std::mem::take(&mut world.client(1).key_frames_asked);
        key_frames += usize::from(!asked.is_empty());
        let now = world.now;
        let client = world.client(1);
        client.show("cid11", None, now, !asked.is_empty(), 500);
        world.run(FRAME);
    }
    key_frames
}

#[test]
fn late_joiners_see_a_picture_at_once_and_share_key_frames() {
    let mut world = World::new(1);
    world.join(1, PcMode::Single);
    world.publish(1, TRACK.0, Kind::Video);
    world.until_connected(1);
    for viewer in VIEWERS {
        world.join(viewer, PcMode::Single);
        world.until_connected(viewer);
    }
    show(&mut world, 30);
    let mut key_frames = 0;
    let mut most_frames = 0;
    for viewer in VIEWERS {
        world.subscribe(viewer, TRACK);
        let mut frames = 0;
        while world.client(viewer).heard.is_empty() {
            key_frames += show(&mut world, 1);
            frames += 1;
        }
        most_frames = most_frames.max(frames);
    }
    assert!(most_frames <= 9, "{most_frames} frames without a picture");
    assert!(key_frames <= 4, "{key_frames} key frames");
    show(&mut world, 30);
    for viewer in VIEWERS {
        let heard = &world.client(viewer).heard;
        assert!(is_key_frame(&heard[0].payload));
        for pair in heard.windows(2) {
            assert_eq!(pair[1].seq, pair[0].seq + 1);
            let ids = [0, 1].map(|i| picture_id(&pair[i].payload));
            assert_eq!(ids[1], ids[0] + 1);
        }
    }
}
