//! Every invariant can fail: each test breaks one thing on purpose and sees it found.

use base::PeerId;
use base::media::Source::Camera;
use base::media::{PcMode, SubscriptionSettings};
use sim::bot::{Fault, Sabotage};
use sim::invariant::Broken;
use sim::media::Violation;
use sim::net::Path;
use sim::world::{SMALL_CAMERA, World};
use std::time::Duration;

/// Anna sends, Ben receives; both have been in for some seconds.
fn call() -> (World, PeerId, PeerId) {
    let mut world = World::new(5, 1);
    let anna = world.join(PcMode::Single, Path::GOOD);
    world.publish_audio(anna);
    world.publish_video(anna, Camera, &SMALL_CAMERA);
    let ben = world.join(PcMode::Dual, Path::GOOD);
    world
        .run(Duration::from_secs(4))
        .expect("nothing is broken yet");
    world
        .check_everybody_sees_everything()
        .expect("all is well so far");
    (world, anna, ben)
}

/// What comes of a fault on Ben's side within some seconds.
fn sabotaged(fault: Fault) -> Result<(), Broken> {
    let (mut world, _, ben) = call();
    world.sabotage(ben, Sabotage::with(fault));
    let from = world.now;
    world.run(Duration::from_secs(8))?;
    world.check()?;
    world.check_audio(ben, from, Duration::from_secs(1))
}

#[test]
fn a_hidden_gap_in_video_is_found() {
    let found = sabotaged(Fault::HideVideo).unwrap_err();
    let Broken::Media(_, violation) = &found else {
        panic!("{found}");
    };
    let is_gap = matches!(
        violation,
        Violation::HiddenGap(_) | Violation::TornFrame(..)
    );
    assert!(is_gap, "{found}");
}

#[test]
fn a_hidden_gap_in_audio_is_found() {
    let found = sabotaged(Fault::HideAudio).unwrap_err();
    let is_gap = matches!(found, Broken::Media(_, Violation::AudioLeftOut(..)));
    assert!(is_gap, "{found}");
}

#[test]
fn audio_that_stops_is_found() {
    let found = sabotaged(Fault::StarveAudio).unwrap_err();
    assert!(matches!(found, Broken::AudioStarved(..)), "{found}");
}

#[test]
fn audio_announced_as_paused_is_found() {
    let (mut world, anna, ben) = call();
    let audio = world.room.tracks_of(anna)[0].id;
    let bot = world.bots.get_mut(&ben).expect("the invariants hold");
    bot.seen.get_mut(&audio).unwrap().is_paused = true;
    let found = world.check().unwrap_err();
    assert!(matches!(found, Broken::AudioPaused(..)), "{found}");
}

#[test]
fn a_subscription_that_the_room_forgot_is_found() {
    let (mut world, anna, ben) = call();
    let camera = world.room.tracks_of(anna)[1].id;
    let hidden = SubscriptionSettings {
        enabled: false,
        ..SubscriptionSettings::default()
    };
    world.configure(ben, camera, hidden);
    world
        .run(Duration::from_secs(4))
        .expect("nothing is broken yet");
    let found = world.check_everybody_sees_everything().unwrap_err();
    assert_eq!(found, Broken::Unseen(ben, camera));
}

#[test]
fn media_that_waits_too_long_in_a_queue_is_found() {
    let (mut world, _, ben) = call();
    let far = Path {
        delay: Duration::from_secs(5),
        ..Path::GOOD
    };
    world.set_down(ben, far);
    world
        .run(Duration::from_secs(8))
        .expect("the invariants hold");
    let found = world.check().unwrap_err();
    assert!(matches!(found, Broken::Stale(..)), "{found}");
}

#[test]
fn a_burst_without_bound_is_found() {
    let (mut world, _, _) = call();
    world.most_outputs = 1_000_000;
    assert_eq!(world.check(), Err(Broken::OutputsUnbounded(1_000_000)));
}

#[test]
fn a_participant_whom_nobody_gives_up_is_found() {
    let (mut world, anna, ben) = call();
    world.leave(anna);
    let session = world.vanish(ben).expect("he had a signal connection");
    world
        .run(Duration::from_secs(5))
        .expect("the invariants hold");
    let found = world.check_nothing_is_left().unwrap_err();
    // Once in the room, once on his shard.
    let (peers, tracks) = (2, 0);
    assert_eq!(found, Broken::Leak { peers, tracks });
    world.forget(session);
    world
        .run(Duration::from_secs(25))
        .expect("the invariants hold");
    world.check_nothing_is_left().expect("the invariants hold");
}
