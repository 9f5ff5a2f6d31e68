//! Receiving sections: asked for, given, recycled.

use crate::world::World;
use base::media::{Command, Event, Kind, PcMode};
use base::{PeerId, TrackId};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

fn unsubscribe(world: &mut World, number: u64, track: TrackId) {
    world.command(Command::Unsubscribe {
        peer: PeerId(number),
        track,
    });
}

/// 1 publishes so many microphones; 2 is there.
pub(crate) fn world(mode: PcMode, tracks: u64) -> (World, Vec<TrackId>) {
    let mut world = World::new(1);
    world.join(1, PcMode::Single);
    world.join(2, mode);
    world.until_connected(1);
    world.until_connected(2);
    let tracks = (0..tracks).map(|n| {
        let track = world.publish(1, 100 + n, Kind::Audio);
        world.run(SECOND / 10);
        track
    });
    let tracks = tracks.collect();
    (world, tracks)
}

/// All microphones speak; the tracks that 2 hears.
pub(crate) fn heard(world: &mut World, tracks: &[TrackId]) -> Vec<TrackId> {
    world.run(SECOND / 2);
    world.client(2).heard.clear();
    for _ in 0..30 {
        let now = world.now;
        for track in tracks {
            world.client(1).speak(&format!("cid{track}"), now, &[9; 40]);
        }
        world.run(Duration::from_millis(20));
    }
    let client = world.client(2);
    let by_name = client.tracks_heard();
    let mut heard: Vec<TrackId> = tracks
        .iter()
        .copied()
        .filter(|track| by_name.contains(format!("TR_{track}").as_str()))
        .collect();
    heard.sort();
    heard
}

#[test]
fn a_single_mode_client_is_asked_for_what_is_missing_at_once() {
    let (mut world, tracks) = world(PcMode::Single, 4);
    for track in &tracks {
        let settings = base::media::SubscriptionSettings::default();
        let peer = PeerId(2);
        // All in one turn, as a room does for one who enters.
        world.engines[0].handle(
            world.now,
            sfu_core::Input::Command(Command::Subscribe(base::media::Subscribe {
                peer,
                track: *track,
                settings,
            })),
        );
    }
    assert_eq!(heard(&mut world, &tracks), tracks);
    assert_eq!(world.client(2).sections_asked, [(3, 0)], "it had one");
}

fn sections_are_recycled(mode: PcMode) {
    let (mut world, tracks) = world(mode, 6);
    for track in &tracks {
        world.subscribe(2, *track);
        assert_eq!(heard(&mut world, &tracks), [*track]);
        unsubscribe(&mut world, 2, *track);
        assert_eq!(heard(&mut world, &tracks), []);
    }
    let sections = world.client(2).audio_sections();
    assert!(sections <= 2, "{sections} sections for one track at a time");
}

#[test]
fn a_section_serves_one_track_after_another() {
    sections_are_recycled(PcMode::Single);
    sections_are_recycled(PcMode::Dual);
}

#[test]
fn a_dual_mode_client_gets_many_tracks_in_few_offers() {
    let (mut world, tracks) = world(PcMode::Dual, 5);
    let offers = |world: &World| {
        let is_offer = |e: &&Event| matches!(e, Event::Offer { .. });
        world.events.iter().filter(is_offer).count()
    };
    let before = offers(&world);
    for track in &tracks {
        world.subscribe(2, *track);
    }
    assert_eq!(heard(&mut world, &tracks), tracks);
    assert_eq!(offers(&world), before + 1);
}

#[test]
fn a_subscribing_connection_survives_a_restart_of_ice() {
    let (mut world, tracks) = world(PcMode::Dual, 1);
    world.subscribe(2, tracks[0]);
    assert_eq!(heard(&mut world, &tracks), tracks);
    world.command(Command::RestartIce { peer: PeerId(2) });
    assert_eq!(heard(&mut world, &tracks), tracks);
    world.run(3 * SECOND);
    assert_eq!(heard(&mut world, &tracks), tracks);
}

#[test]
fn everybody_who_leaves_is_forgotten() {
    let (mut world, tracks) = world(PcMode::Single, 2);
    world.subscribe(2, tracks[0]);
    assert_eq!(heard(&mut world, &tracks), [tracks[0]]);
    for number in [1, 2] {
        world.command(Command::Close {
            peer: PeerId(number),
        });
    }
    world.run(SECOND);
    assert_eq!(world.engines[0].census(), (0, 0));
    assert_eq!(world.engines[0].next_deadline(), None);
}
