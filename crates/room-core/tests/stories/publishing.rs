//! Tracks are published, received, muted and withdrawn.

use crate::harness::*;
use base::media::{Command, Event, Kind, PcMode, Source};
use room_core::model::RoomConfig;
use room_core::model::{LayerMode, RequestReason, SimulcastCodec};
use room_core::{
    ClientCommand, Join, Limits, Request, ServerMessage, Settings, SubscriptionUpdate,
};

#[test]
fn a_publisher_learns_the_sid_at_once_and_the_others_when_packets_come() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    story.forget_all();
    let spec = story.announces(&anna, microphone());
    let told = story.told(&anna);
    let [ServerMessage::TrackPublished { cid, track }] = &told[..] else {
        panic!("only the announcement: {told:?}");
    };
    assert_eq!((cid.as_str(), &track.sid), ("mic", &spec.sid));
    assert!(track.sid.as_str().starts_with("TR_AM"));
    assert_eq!(track.stream, "camera");
    assert!(story.told_nothing(&ben));
    story.packets_come(&spec);
    assert_eq!(sids(&story.news_of(&ben, &anna)[0]), vec![spec.sid]);
    assert_eq!(story.subscriptions(&ben), [spec.id]);
    assert_eq!(story.subscriptions(&anna), [], "nobody hears himself");
    assert_eq!(story.event_names(), ["track published"]);
}

#[test]
fn a_late_joiner_sees_the_stage() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    let mic = story.publishes(&anna, microphone());
    let cam = story.publishes(&anna, camera());
    let ben = story.joins("ben");
    assert_eq!(sids(&story.joined(&ben).others[0]), [mic.sid, cam.sid]);
    assert_eq!(story.subscriptions(&ben), [mic.id, cam.id]);
}

#[test]
fn tracks_and_subscriptions_reach_the_media_plane_before_the_first_offer() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    story.publishes(&anna, microphone());
    story.media.clear();
    let mut join = Join::new("ben".into(), PcMode::Single);
    join.add_tracks = vec![camera()];
    join.offer = Some((7, "v=0".to_owned()));
    let ben = story.enters(join);
    let order: Vec<_> = story
        .media
        .iter()
        .map(|command| match command {
            Command::Open(_) => "open",
            Command::Publish(_) => "publish",
            Command::Subscribe(_) => "subscribe",
            Command::Offer { id: 7, .. } => "offer",
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(order, ["open", "publish", "subscribe", "offer"]);
    let told = story.told(&ben);
    assert!(matches!(told[0], ServerMessage::Joined(_)));
    assert!(matches!(told[1], ServerMessage::TrackPublished { .. }));
}

#[test]
fn the_answer_and_its_sections_reach_the_client() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    story.forget_all();
    story.does(
        &anna,
        ClientCommand::Offer {
            id: 3,
            sdp: "offer".to_owned(),
        },
    );
    assert!(matches!(&story.media[..], [Command::Offer { id: 3, .. }]));
    let mids = vec![("4".to_owned(), "TR_x".into())];
    let (peer, sdp) = (anna.peer, "answer".to_owned());
    story.media_says(Event::Answer {
        peer,
        id: 3,
        sdp: sdp.clone(),
        mids: mids.clone(),
    });
    assert_eq!(
        story.told(&anna),
        [ServerMessage::Answer { id: 3, sdp, mids }]
    );
}

#[test]
fn who_may_not_publish_is_told_so() {
    let mut story = Story::new();
    let mut join = Join::new("anna".into(), PcMode::Single);
    join.permission.can_publish_sources = vec![Source::Microphone];
    let anna = story.enters(join);
    story.forget_all();
    story.does(&anna, ClientCommand::AddTrack(camera()));
    let told = story.told(&anna);
    let [ServerMessage::RequestResponse(response)] = &told[..] else {
        panic!("{told:?}");
    };
    assert_eq!(response.reason, RequestReason::NotAllowed);
    assert!(matches!(&response.request, Request::AddTrack(track) if track.cid == "cam"));
    assert!(story.media.is_empty());
    story.publishes(&anna, microphone());
}

#[test]
fn a_participant_publishes_no_more_tracks_than_the_limit() {
    let limits = Limits {
        tracks_per_participant: 1,
        ..Limits::default()
    };
    let mut story = Story::with(
        Settings {
            limits,
            ..Settings::default()
        },
        RoomConfig::default(),
    );
    let anna = story.joins("anna");
    story.announces(&anna, microphone());
    story.forget_all();
    story.does(&anna, ClientCommand::AddTrack(camera()));
    assert!(matches!(
        &story.told(&anna)[..],
        [ServerMessage::RequestResponse(r)] if r.reason == RequestReason::LimitExceeded
    ));
}

#[test]
fn muting_is_seen_by_all_and_stops_the_media() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    let mic = story.publishes(&anna, microphone());
    story.forget_all();
    story.does(
        &anna,
        ClientCommand::Mute {
            track: mic.sid.clone(),
            muted: true,
        },
    );
    assert!(story.news_of(&ben, &anna)[0].tracks[0].muted);
    assert!(matches!(
        &story.media[..],
        [Command::Mute { muted: true, .. }]
    ));
    story.forget_all();
    story.does(
        &anna,
        ClientCommand::Mute {
            track: mic.sid,
            muted: true,
        },
    );
    assert!(story.told_nothing(&ben), "nothing has changed");
}

#[test]
fn nobody_mutes_the_track_of_another() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    let mic = story.publishes(&anna, microphone());
    story.forget_all();
    story.does(
        &ben,
        ClientCommand::Mute {
            track: mic.sid,
            muted: true,
        },
    );
    assert!(story.told_nothing(&anna) && story.media.is_empty());
}

#[test]
fn a_track_that_ends_disappears_everywhere() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    let mic = story.publishes(&anna, microphone());
    story.told(&ben);
    story.events.clear();
    story.media_says(Event::TrackEnded {
        peer: anna.peer,
        track: mic.id,
    });
    let info = &story.news_of(&ben, &anna)[0];
    assert!(info.tracks.is_empty() && !info.is_publisher);
    assert_eq!(story.subscriptions(&ben), []);
    assert_eq!(story.event_names(), ["track unpublished"]);
}

#[test]
fn a_track_is_published_again_under_the_same_client_id() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    let first = story.publishes(&anna, microphone());
    story.forget_all();
    story.does(&anna, ClientCommand::AddTrack(microphone()));
    assert!(matches!(
        &story.told(&anna)[..],
        [ServerMessage::RequestResponse(r)] if r.reason == RequestReason::Queued
    ));
    story.media_says(Event::TrackEnded {
        peer: anna.peer,
        track: first.id,
    });
    let told = story.told(&anna);
    let second = told.iter().find_map(|message| match message {
        ServerMessage::TrackPublished { track, .. } => Some(&track.sid),
        _ => None,
    });
    assert_ne!(
        second.expect("the second is announced when the first has ended"),
        &first.sid
    );
}

#[test]
fn a_backup_codec_joins_its_track() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    let codec = |codec: &str, cid: &str| SimulcastCodec {
        codec: codec.to_owned(),
        cid: cid.to_owned(),
        layers: Vec::new(),
        layer_mode: LayerMode::default(),
    };
    let mut request = camera();
    request.simulcast_codecs = vec![codec("vp9", "cam"), codec("vp8", "")];
    let spec = story.publishes(&anna, request.clone());
    assert_eq!(spec.codecs.len(), 2);
    request.sid = Some(spec.sid.clone());
    request.cid = "backup".to_owned();
    request.simulcast_codecs = vec![codec("vp8", "backup")];
    let again = story.announces(&anna, request);
    assert_eq!(again.id, spec.id);
    assert_eq!(again.codecs[1].cid, "backup");
    assert_eq!(again.codecs.len(), 2);
}

#[test]
fn encryption_is_seen_by_the_others_and_by_the_media_plane() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    story.forget_all();
    let mut request = microphone();
    request.encryption = room_core::model::Encryption::Gcm;
    let spec = story.publishes(&anna, request);
    assert!(spec.encrypted);
    let info = &story.news_of(&ben, &anna)[0].tracks[0];
    assert_eq!(info.encryption, room_core::model::Encryption::Gcm);
}

#[test]
fn who_does_not_want_everything_gets_what_he_asks_for() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    let mic = story.publishes(&anna, microphone());
    let cam = story.publishes(&anna, camera());
    let mut join = Join::new("ben".into(), PcMode::Single);
    join.settings.auto_subscribe = false;
    let ben = story.enters(join);
    assert_eq!(story.subscriptions(&ben), []);
    let wish = |subscribe| {
        let tracks = vec![cam.sid.clone()];
        ClientCommand::Subscription(SubscriptionUpdate { tracks, subscribe })
    };
    story.does(&ben, wish(true));
    assert_eq!(story.subscriptions(&ben), [cam.id]);
    story.does(&ben, wish(false));
    assert_eq!(story.subscriptions(&ben), []);
    let screen = story.publishes(&anna, screen());
    assert_eq!(story.subscriptions(&ben), []);
    assert!(![mic.id, cam.id].contains(&screen.id));
}

#[test]
fn unsubscribing_from_one_track_keeps_the_others() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    let mic = story.publishes(&anna, microphone());
    let cam = story.publishes(&anna, camera());
    let tracks = vec![cam.sid];
    let update = SubscriptionUpdate {
        tracks,
        subscribe: false,
    };
    story.does(&ben, ClientCommand::Subscription(update));
    assert_eq!(story.subscriptions(&ben), [mic.id]);
}

#[test]
fn asking_for_a_track_that_is_not_there_is_answered() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    story.forget_all();
    let update = SubscriptionUpdate {
        tracks: vec!["TR_nowhere".into()],
        subscribe: true,
    };
    story.does(&anna, ClientCommand::Subscription(update));
    assert!(matches!(
        &story.told(&anna)[..],
        [ServerMessage::SubscriptionResponse { track, .. }] if track.as_str() == "TR_nowhere"
    ));
}

#[test]
fn the_publisher_learns_once_that_somebody_receives_him() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    let mic = story.publishes(&anna, microphone());
    story.forget_all();
    for _ in 0..2 {
        story.media_says(Event::FirstForwarded {
            subscriber: ben.peer,
            track: mic.id,
            after: std::time::Duration::ZERO,
        });
    }
    let sid = mic.sid;
    assert_eq!(
        story.told(&anna),
        [ServerMessage::TrackSubscribed { track: sid }]
    );
}

#[test]
fn a_track_without_a_source_is_as_good_as_any() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    let spec = story.publishes(&anna, track("custom", Kind::Video, Source::Unknown));
    assert!(spec.sid.as_str().starts_with("TR_VU"));
    assert_eq!(story.subscriptions(&ben), [spec.id]);
}
