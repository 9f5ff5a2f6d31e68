//! What the server does rightly is not taken for a fault.

use base::PeerId;
use base::media::{PcMode, Source, SubscriptionSettings};
use sim::net::Path;
use sim::world::{SMALL_CAMERA, World};
use std::time::Duration;

const HOLD: &str = "the invariants hold";

/// Anna sends her voice and her camera over a long way, Ben receives.
fn call() -> (World, PeerId, PeerId) {
    let mut world = World::new(7, 1);
    let far = Path {
        delay: Duration::from_millis(300),
        ..Path::GOOD
    };
    let anna = world.join(PcMode::Single, far);
    world.publish_audio(anna);
    world.publish_video(anna, Source::Camera, &SMALL_CAMERA);
    let ben = world.join(PcMode::Single, Path::GOOD);
    world.run(Duration::from_secs(6)).expect(HOLD);
    world.check_everybody_sees_everything().expect(HOLD);
    (world, anna, ben)
}

#[test]
fn a_voice_muted_for_less_time_than_it_is_under_way_loses_what_comes_meanwhile() {
    let (mut world, anna, _) = call();
    let voice = world.room.tracks_of(anna)[0].id;
    for muted in [true, false, true, false] {
        world.mute(anna, voice, muted);
        world.run(Duration::from_millis(100)).expect(HOLD);
    }
    world.run(Duration::from_secs(3)).expect(HOLD);
    world.check_everybody_sees_everything().expect(HOLD);
}

#[test]
fn who_subscribes_to_what_he_has_keeps_his_settings_until_he_changes_them() {
    let (mut world, anna, ben) = call();
    let camera = world.room.tracks_of(anna)[1].id;
    let hidden = SubscriptionSettings {
        enabled: false,
        ..SubscriptionSettings::default()
    };
    world.configure(ben, camera, hidden);
    world.subscribe(ben, camera, true);
    world.run(Duration::from_secs(4)).expect(HOLD);
    let seen = world.check_everybody_sees_everything();
    assert!(seen.is_err(), "the camera is hidden");
    world.restore_all();
    world.run(Duration::from_secs(4)).expect(HOLD);
    world.check_everybody_sees_everything().expect(HOLD);
}
