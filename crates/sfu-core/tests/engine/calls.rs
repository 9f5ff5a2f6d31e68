//! Whole calls through the engine, in simulated time.

use crate::world::World;
use crate::world::client::{is_key_frame, picture_id};
use base::PeerId;
use base::media::{Command, DataChannelKind, Event, Kind, PcMode, PcTarget};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

/// Both publish a microphone and a camera and subscribe to each other's.
fn call(world: &mut World, modes: [PcMode; 2]) {
    world.join(1, modes[0]);
    world.join(2, modes[1]);
    for number in [1, 2] {
        world.publish(number, number * 10, Kind::Audio);
        world.publish(number, number * 10 + 1, Kind::Video);
    }
    world.until_connected(1);
    world.until_connected(2);
    for (number, other) in [(1, 2), (2, 1)] {
        world.subscribe(number, base::TrackId(other * 10));
        world.subscribe(number, base::TrackId(other * 10 + 1));
    }
}

/// Everybody speaks and shows for a time.
fn live(world: &mut World, time: Duration) {
    let end = world.now + time;
    let mut at = 0_u64;
    while world.now < end {
        let now = world.now;
        for (number, client) in &mut world.clients {
            if at.is_multiple_of(20) {
                client.speak(&format!("cid{}", number * 10), now, &[1, 2, 3]);
            }
            if at.is_multiple_of(33) {
                let wants = !client.key_frames_asked.is_empty();
                client.key_frames_asked.clear();
                client.show(
                    &format!("cid{}", number * 10 + 1),
                    None,
                    now,
                    wants || at == 0,
                    500,
                );
            }
        }
        at += 1;
        world.step();
    }
}

fn assert_hears(world: &mut World, number: u64, other: u64) {
    let client = world.client(number);
    let audio = format!("TR_{}", other * 10);
    let video = format!("TR_{}", other * 10 + 1);
    assert_eq!(client.named[&audio], format!("PA_{other}|{audio}"));
    let packets = |track: &str| {
        let heard = client.heard.iter().filter(move |h| h.track == track);
        heard.collect::<Vec<_>>()
    };
    assert!(packets(&audio).len() > 50, "{}", packets(&audio).len());
    let frames = packets(&video);
    assert!(frames.len() > 30, "{}", frames.len());
    assert!(
        is_key_frame(&frames[0].payload),
        "it begins with a key frame"
    );
    for pair in frames.windows(2) {
        assert_eq!(pair[1].seq, pair[0].seq + 1);
        assert_eq!(
            picture_id(&pair[1].payload),
            picture_id(&pair[0].payload) + 1
        );
    }
}

fn two_hear_each_other(modes: [PcMode; 2], shards: u8) {
    let mut world = World::new(shards);
    call(&mut world, modes);
    live(&mut world, 3 * SECOND);
    assert_hears(&mut world, 1, 2);
    assert_hears(&mut world, 2, 1);
    for track in [10, 11, 20, 21] {
        assert!(world.is_live(base::TrackId(track)), "{track}");
    }
    assert!(world.has_event(|e| matches!(e, Event::Levels(l) if !l.loudness.is_empty())));
}

#[test]
fn two_single_mode_clients_hear_each_other() {
    two_hear_each_other([PcMode::Single; 2], 1);
}

#[test]
fn two_dual_mode_clients_hear_each_other() {
    two_hear_each_other([PcMode::Dual; 2], 1);
}

#[test]
fn clients_of_different_modes_hear_each_other() {
    two_hear_each_other([PcMode::Single, PcMode::Dual], 1);
}

#[test]
fn people_on_different_shards_hear_each_other() {
    two_hear_each_other([PcMode::Single, PcMode::Dual], 2);
    two_hear_each_other([PcMode::Single; 2], 4);
}

fn data_goes_both_ways(mode: PcMode, negotiated: bool) {
    let mut world = World::new(1);
    world.join_as(1, mode, negotiated);
    world.join_as(2, mode, negotiated);
    world.data_to.insert(PeerId(1), vec![PeerId(2)]);
    world.until_connected(1);
    world.until_connected(2);
    world.run(SECOND);
    for kind in DataChannelKind::ALL {
        assert!(world.client(1).send_data(kind, kind.label().as_bytes()));
        world.run(SECOND / 5);
        let got = world.client(2).messages.pop();
        assert_eq!(got, Some((kind, kind.label().as_bytes().to_vec())));
        world.send_data(1, kind, b"from the server");
        world.run(SECOND / 5);
        let got = world.client(1).messages.pop();
        assert_eq!(got, Some((kind, b"from the server".to_vec())));
    }
}

#[test]
fn data_goes_both_ways_in_each_mode() {
    data_goes_both_ways(PcMode::Single, false);
    data_goes_both_ways(PcMode::Single, true);
    data_goes_both_ways(PcMode::Dual, false);
}

#[test]
fn a_muted_track_is_not_forwarded() {
    let mut world = World::new(1);
    call(&mut world, [PcMode::Single; 2]);
    live(&mut world, SECOND);
    world.command(Command::Mute {
        peer: PeerId(1),
        track: base::TrackId(11),
        muted: true,
    });
    world.run(SECOND / 10);
    world.client(2).heard.clear();
    live(&mut world, SECOND);
    assert!(!world.client(2).tracks_heard().contains("TR_11"));
    assert!(world.client(2).tracks_heard().contains("TR_10"));
    world.command(Command::Mute {
        peer: PeerId(1),
        track: base::TrackId(11),
        muted: false,
    });
    live(&mut world, SECOND);
    assert!(world.client(2).tracks_heard().contains("TR_11"));
}

#[test]
fn an_unpublished_track_ends_and_another_takes_its_place() {
    let mut world = World::new(1);
    call(&mut world, [PcMode::Single; 2]);
    live(&mut world, SECOND);
    world.client(1).unpublish("cid11");
    world.run(SECOND / 2);
    let ended = |e: &Event| matches!(e, Event::TrackEnded { track, .. } if track.0 == 11);
    assert!(world.has_event(ended));
    world.command(Command::Unpublish {
        peer: PeerId(1),
        track: base::TrackId(11),
    });
    world.run(SECOND);
    let again = world.publish(1, 12, Kind::Video);
    world.run(SECOND / 2);
    world.subscribe(2, again);
    for frame in 0..60_u32 {
        let now = world.now;
        let wants = !std::mem::take(&mut world.client(1).key_frames_asked).is_empty();
        world
            .client(1)
            .show("cid12", None, now, wants || frame == 0, 100);
        world.run(crate::world::client::FRAME);
    }
    assert!(world.client(2).tracks_heard().contains("TR_12"));
    assert_eq!(world.client(2).named["TR_12"], "PA_1|TR_12");
}

#[test]
fn a_client_that_changes_its_network_stays_in_the_call() {
    let mut world = World::new(1);
    call(&mut world, [PcMode::Single; 2]);
    live(&mut world, SECOND);
    world.client(1).move_to(19);
    live(&mut world, SECOND);
    world.client(2).heard.clear();
    world.client(1).heard.clear();
    live(&mut world, 2 * SECOND);
    assert!(
        world.client(2).tracks_heard().contains("TR_10"),
        "his voice"
    );
    assert!(world.client(1).tracks_heard().contains("TR_20"), "to him");
}

#[test]
fn who_copies_a_clients_packets_and_sends_them_from_elsewhere_gets_nothing_of_his() {
    let mut world = World::new(1);
    call(&mut world, [PcMode::Single; 2]);
    live(&mut world, SECOND);
    // All that he sends comes from a stranger, and is as authentic as ever: checks, reports, media.
    let address = world.client(1).address();
    world.copied = Some((address, ([203, 0, 113, 5], 9_999).into()));
    live(&mut world, 6 * SECOND);
    let (stun, other) = world.sent_to_copier;
    assert!(stun > 0, "he is asked who he is");
    assert_eq!(other, 0, "and as he cannot say, gets no media");
    world.copied = None;
    world.client(1).heard.clear();
    live(&mut world, SECOND);
    assert!(
        world.client(1).tracks_heard().contains("TR_20"),
        "as before"
    );
}

#[test]
fn rubbish_instead_of_an_offer_is_refused() {
    let mut world = World::new(1);
    world.join(1, PcMode::Single);
    for sdp in ["", "v=0", "hello", "m=audio 9 x 1\r\na=mid:0\r\n"] {
        world.command(Command::Offer {
            peer: PeerId(1),
            id: 9,
            sdp: sdp.to_owned(),
        });
        let refused = world.events.pop();
        assert!(
            matches!(refused, Some(Event::SdpRefused { .. })),
            "{refused:?}"
        );
    }
}

#[test]
fn a_silent_client_is_reported_and_his_return_too() {
    let mut world = World::new(1);
    world.join(1, PcMode::Single);
    world.until_connected(1);
    world.run(SECOND);
    world.silent.push(1);
    world.until("silence", |world| {
        world.has_event(|e| {
            matches!(
                e,
                Event::Disconnected {
                    target: PcTarget::Publisher,
                    ..
                }
            )
        })
    });
}

#[test]
fn a_sink_in_the_process_hears_what_a_person_would() {
    let mut world = World::new(1);
    call(&mut world, [PcMode::Single; 2]);
    live(&mut world, SECOND);
    world.tap(0, 1, base::TrackId(10));
    world.tap(0, 2, base::TrackId(11));
    world.tap(0, 3, base::TrackId(99));
    live(&mut world, SECOND);
    let of = |world: &World, tap: u64| {
        let packets = world.tapped.iter().filter(move |(id, _)| id.0 == tap);
        packets
            .map(|(_, packet)| packet.clone())
            .collect::<Vec<_>>()
    };
    let voice = of(&world, 1);
    assert!(voice.len() > 40 && voice.iter().all(|p| *p.payload == [1, 2, 3]));
    let video = of(&world, 2);
    assert!(video.len() > 15 && video[0].key_frame);
    assert!(video.windows(2).all(|p| p[1].sequence == p[0].sequence + 1));
    assert_eq!(world.ended_taps, [3], "nobody publishes that one");
    world.command(Command::Close { peer: PeerId(1) });
    world.step();
    assert_eq!(world.ended_taps.len(), 3);
}
