//! Speakers, connection quality, adaptive stream and dynacast.

use crate::harness::*;
use base::media::{Codec, Command, Event, PcMode, PeerQuality, Quality};
use room_core::{
    ClientCommand, ConnectionQuality, Join, Scenario, ServerMessage, StreamState, SubscribedCodec,
    TrackSettings,
};
use std::time::Duration;

fn speakers(story: &mut Story, person: &Person) -> Vec<(String, bool)> {
    story
        .told(person)
        .into_iter()
        .filter_map(|message| match message {
            ServerMessage::Speakers(speakers) => Some(speakers),
            _ => None,
        })
        .flat_map(|speakers| speakers.to_vec())
        .map(|speaker| (speaker.participant.as_str().to_owned(), speaker.active))
        .collect()
}

#[test]
fn all_learn_who_speaks_and_who_has_stopped() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    story.forget_all();
    story.speaks(&[(&anna, 0.4)]);
    let anna_speaks = (anna.sid.as_str().to_owned(), true);
    assert_eq!(speakers(&mut story, &ben), vec![anna_speaks.clone()]);
    story.speaks(&[(&anna, 0.41)]);
    assert!(story.told_nothing(&ben), "too little has changed");
    let cleo = story.joins("cleo");
    assert_eq!(
        speakers(&mut story, &cleo),
        [anna_speaks],
        "a late joiner knows"
    );
    story.after(Duration::from_secs(2));
    assert_eq!(
        speakers(&mut story, &ben),
        [(anna.sid.as_str().to_owned(), false)]
    );
}

#[test]
fn who_is_muted_has_stopped_speaking() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    let mic = story.publishes(&anna, microphone());
    story.speaks(&[(&anna, 0.4)]);
    story.told(&ben);
    story.does(
        &anna,
        ClientCommand::Mute {
            track: mic.sid,
            muted: true,
        },
    );
    assert_eq!(
        speakers(&mut story, &ben),
        [(anna.sid.as_str().to_owned(), false)]
    );
}

#[test]
fn a_speaker_can_be_pretended() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    story.forget_all();
    story.does(
        &anna,
        ClientCommand::Simulate(Scenario::SpeakerUpdate { seconds: 3 }),
    );
    assert_eq!(
        speakers(&mut story, &anna),
        [(anna.sid.as_str().to_owned(), true)]
    );
    story.after(Duration::from_secs(3));
    assert_eq!(
        speakers(&mut story, &anna),
        [(anna.sid.as_str().to_owned(), false)]
    );
}

fn qualities(story: &mut Story, person: &Person) -> Vec<ConnectionQuality> {
    story
        .told(person)
        .into_iter()
        .filter_map(|message| match message {
            ServerMessage::ConnectionQuality(infos) => Some(infos),
            _ => None,
        })
        .flat_map(|infos| infos.iter().map(|info| info.quality).collect::<Vec<_>>())
        .collect()
}

fn quality(story: &mut Story, person: &Person, score: f32, lost: bool) {
    let peer = person.peer;
    story.media_says(Event::Quality(PeerQuality { peer, score, lost }));
}

#[test]
fn connection_quality_is_told_in_batches_and_only_when_it_changes() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    quality(&mut story, &anna, 4.5, false);
    quality(&mut story, &ben, 3.5, false);
    assert_eq!(qualities(&mut story, &ben), []);
    story.after(Duration::from_secs(5));
    let told = qualities(&mut story, &ben);
    assert_eq!(
        told,
        [ConnectionQuality::Excellent, ConnectionQuality::Good]
    );
    quality(&mut story, &anna, 4.6, false);
    quality(&mut story, &ben, 2.0, false);
    story.after(Duration::from_secs(5));
    assert_eq!(
        qualities(&mut story, &anna),
        [
            ConnectionQuality::Excellent,
            ConnectionQuality::Good,
            ConnectionQuality::Poor
        ]
    );
}

#[test]
fn a_participant_is_never_told_that_he_himself_is_lost() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    quality(&mut story, &anna, 1.0, true);
    story.after(Duration::from_secs(5));
    assert_eq!(qualities(&mut story, &ben), [ConnectionQuality::Lost]);
    assert_eq!(qualities(&mut story, &anna), [ConnectionQuality::Poor]);
}

#[test]
fn a_client_says_how_large_it_shows_a_track() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    let cam = story.publishes(&anna, camera());
    story.media.clear();
    let settings = TrackSettings {
        tracks: vec![cam.sid.clone(), "TR_other".into()],
        width: 640,
        height: 360,
        fps: 15,
        priority: 1,
        ..TrackSettings::default()
    };
    story.does(&ben, ClientCommand::TrackSettings(settings.clone()));
    let [Command::Configure { settings: told, .. }] = story.media[..] else {
        panic!("{:?}", story.media);
    };
    assert_eq!(told.dimensions, Some((640, 360)));
    assert_eq!((told.max_fps, told.enabled), (Some(15), true));
    let second = TrackSettings {
        priority: 2,
        ..settings.clone()
    };
    story.media.clear();
    story.does(&ben, ClientCommand::TrackSettings(second));
    let [
        Command::Configure {
            settings: after, ..
        },
    ] = story.media[..]
    else {
        panic!("{:?}", story.media);
    };
    assert!(
        told.priority > after.priority && after.priority > 0,
        "1 is the highest"
    );
    story.media.clear();
    let hidden = TrackSettings {
        disabled: true,
        priority: 2,
        ..settings
    };
    story.does(&ben, ClientCommand::TrackSettings(hidden.clone()));
    story.does(&ben, ClientCommand::TrackSettings(hidden));
    let [Command::Configure { settings, .. }] = story.media[..] else {
        panic!("once: {:?}", story.media);
    };
    assert!(!settings.enabled);
}

#[test]
fn until_it_says_so_an_adaptive_client_gets_the_smallest_picture() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    story.publishes(&anna, camera());
    story.publishes(&anna, microphone());
    let mut join = Join::new("ben".into(), PcMode::Single);
    join.settings.adaptive_stream = true;
    story.media.clear();
    story.enters(join);
    let first: Vec<_> = story
        .media
        .iter()
        .filter_map(|command| match command {
            Command::Subscribe(subscribe) => Some(subscribe.settings.max_quality),
            _ => None,
        })
        .collect();
    assert_eq!(first, [Quality::Low, Quality::High]);
}

#[test]
fn the_publisher_learns_what_is_wanted_of_his_track() {
    let mut story = Story::new();
    let (anna, _ben) = (story.joins("anna"), story.joins("ben"));
    let cam = story.publishes(&anna, camera());
    let mic = story.publishes(&anna, microphone());
    story.told(&anna);
    let (peer, track) = (anna.peer, cam.id);
    let codecs = vec![(Codec::Vp9, Some(Quality::Medium)), (Codec::Vp8, None)];
    story.media_says(Event::Wanted {
        peer,
        track,
        codecs,
    });
    let expected = ServerMessage::SubscribedQuality {
        track: cam.sid,
        codecs: vec![
            SubscribedCodec {
                codec: Codec::Vp9,
                max: Some(Quality::Medium),
            },
            SubscribedCodec {
                codec: Codec::Vp8,
                max: None,
            },
        ],
    };
    assert_eq!(story.told(&anna), [expected]);
    let codecs = vec![(Codec::Opus, None)];
    story.media_says(Event::Wanted {
        peer,
        track: mic.id,
        codecs,
    });
    let expected = ServerMessage::SubscribedAudioCodec {
        track: mic.sid,
        codecs: vec![(Codec::Opus, false)],
    };
    assert_eq!(story.told(&anna), [expected]);
}

#[test]
fn a_receiver_learns_what_was_paused_for_lack_of_bandwidth() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    let cam = story.publishes(&anna, camera());
    story.told(&ben);
    let paused = vec![(cam.id, true)];
    story.media_says(Event::StreamStates {
        peer: ben.peer,
        paused,
    });
    let state = StreamState {
        publisher: anna.sid,
        track: cam.sid,
        paused: true,
    };
    assert_eq!(
        story.told(&ben),
        [ServerMessage::StreamStates(vec![state.clone()])]
    );
    let ben = story.resumes(&ben);
    assert!(
        story
            .told(&ben)
            .contains(&ServerMessage::StreamStates(vec![state]))
    );
}

#[test]
fn late_news_of_the_media_plane_about_those_who_left_change_nothing() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    let cam = story.publishes(&ben, camera());
    story.leaves(&ben);
    story.forget_all();
    story.packets_come(&cam);
    quality(&mut story, &ben, 1.0, true);
    story.speaks(&[(&ben, 0.9)]);
    story.is_connected(&ben);
    let codecs = vec![(Codec::Vp8, None)];
    story.media_says(Event::Wanted {
        peer: ben.peer,
        track: cam.id,
        codecs,
    });
    story.media_says(Event::TrackEnded {
        peer: ben.peer,
        track: cam.id,
    });
    assert!(story.told_nothing(&anna) && story.media.is_empty() && story.events.is_empty());
}
