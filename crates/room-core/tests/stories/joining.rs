//! People come and go.

use crate::harness::*;
use base::media::{Command, PcMode};
use room_core::model::{
    DisconnectReason, LeaveAction, ParticipantKind, ParticipantState, Permission, RoomConfig,
};
use room_core::{Join, JoinRefusal, Limits, ServerMessage, Settings};
use std::time::Duration;

#[test]
fn the_first_message_is_the_welcome() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    let joined = story.joined(&anna);
    assert_eq!(joined.participant.sid, anna.sid);
    assert_eq!(joined.participant.state, ParticipantState::Joined);
    assert!(joined.participant.permission.can_publish);
    assert!(joined.others.is_empty());
    assert_eq!(joined.room.num_participants, 1);
    assert!(!joined.publish_codecs.is_empty());
    assert!(
        !joined.subscriber_primary,
        "single mode has no subscribing connection"
    );
}

#[test]
fn two_meet() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    story.told(&anna);
    let ben = story.joins("ben");
    let joined = story.joined(&ben);
    assert_eq!(
        joined.others.iter().map(|p| &p.sid).collect::<Vec<_>>(),
        [&anna.sid]
    );
    let news = story.news_of(&anna, &ben);
    assert_eq!(news.len(), 1);
    assert_eq!(news[0].identity, ben.identity);
}

#[test]
fn a_client_of_the_old_mode_is_offered_its_subscriptions_first() {
    let mut story = Story::new();
    let anna = story.enters(Join::new("anna".into(), PcMode::Dual));
    let joined = story.joined(&anna);
    assert!(joined.subscriber_primary && joined.fast_publish);
    let mut listener_only = Join::new("ben".into(), PcMode::Dual);
    listener_only.permission.can_subscribe = false;
    let ben = story.enters(listener_only);
    assert!(
        !story.joined(&ben).subscriber_primary,
        "he has nothing to be offered"
    );
}

#[test]
fn a_participant_is_active_once_his_media_is_connected() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    story.forget_all();
    story.is_connected(&ben);
    let news = story.news_of(&anna, &ben);
    assert_eq!(news[0].state, ParticipantState::Active);
    assert_eq!(story.event_names(), ["joined"]);
    story.is_connected(&ben);
    assert_eq!(story.event_names(), ["joined"], "said once");
}

#[test]
fn who_leaves_is_reported_gone_with_his_reason() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    story.is_connected(&ben);
    story.forget_all();
    story.leaves(&ben);
    let news = story.news_of(&anna, &ben);
    assert_eq!(news[0].state, ParticipantState::Disconnected);
    assert_eq!(
        news[0].disconnect_reason,
        Some(DisconnectReason::ClientInitiated)
    );
    assert_eq!(story.event_names(), ["left"]);
    assert!(story.closed.contains(&ben.session));
    assert!(
        story
            .media
            .iter()
            .any(|c| matches!(c, Command::Close { peer } if *peer == ben.peer))
    );
}

#[test]
fn who_never_got_media_has_not_joined_for_the_outside() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    story.forget_all();
    story.leaves(&anna);
    assert_eq!(story.event_names(), ["aborted"]);
}

#[test]
fn versions_only_grow() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    story.is_connected(&ben);
    story.publishes(&ben, microphone());
    story.publishes(&ben, camera());
    story.leaves(&ben);
    let versions: Vec<_> = story
        .news_of(&anna, &ben)
        .iter()
        .map(|info| info.version)
        .collect();
    assert!(
        versions.len() >= 4 && versions.is_sorted_by(|a, b| a < b),
        "{versions:?}"
    );
}

#[test]
fn a_second_client_with_the_same_identity_replaces_the_first() {
    let mut story = Story::new();
    let (ben, old) = (story.joins("ben"), story.joins("anna"));
    story.told(&ben);
    let new = story.joins("anna");
    let leave = ServerMessage::Leave {
        action: LeaveAction::Disconnect,
        reason: DisconnectReason::DuplicateIdentity,
    };
    assert!(story.told(&old).contains(&leave));
    assert!(story.closed.contains(&old.session));
    assert_ne!(old.sid, new.sid);
    assert_eq!(
        story.joined(&new).others.len(),
        1,
        "he does not see his own past"
    );
    assert_eq!(story.room.participants().len(), 2);
}

#[test]
fn nobody_is_told_of_a_hidden_participant() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    story.told(&anna);
    let mut join = Join::new("auditor".into(), PcMode::Single);
    join.permission = Permission {
        hidden: true,
        ..Permission::default()
    };
    let auditor = story.enters(join);
    story.is_connected(&auditor);
    assert!(story.told_nothing(&anna));
    assert_eq!(story.joined(&auditor).others.len(), 1, "he sees the others");
    let ben = story.joins("ben");
    assert_eq!(story.joined(&ben).others.len(), 1);
    story.told(&anna);
    story.leaves(&auditor);
    assert!(story.told_nothing(&anna));
}

#[test]
fn a_full_room_lets_nobody_in_but_those_who_serve_it() {
    let config = RoomConfig {
        max_participants: Some(1),
        ..RoomConfig::default()
    };
    let mut story = Story::with(Settings::default(), config);
    story.joins("anna");
    let ben = Join::new("ben".into(), PcMode::Single);
    assert_eq!(
        story.tries_to_enter(ben.clone()).unwrap_err(),
        JoinRefusal::RoomFull
    );
    let agent = Join {
        kind: ParticipantKind::Agent,
        ..ben
    };
    story
        .tries_to_enter(agent)
        .expect("an agent takes nobody's place");
    story.joins("anna");
}

#[test]
fn what_is_too_large_is_refused_at_the_door() {
    let limits = Limits {
        metadata_bytes: 3,
        attributes_bytes: 3,
        name_bytes: 5,
        ..Limits::default()
    };
    let mut story = Story::with(
        Settings {
            limits,
            ..Settings::default()
        },
        RoomConfig::default(),
    );
    let anna = Join::new("anna".into(), PcMode::Single);
    let mut refusal = |join: Join| story.tries_to_enter(join).unwrap_err();
    let metadata = Join {
        metadata: "four".to_owned(),
        ..anna.clone()
    };
    assert_eq!(refusal(metadata), JoinRefusal::MetadataTooLarge);
    let attributes = [("ke".to_owned(), "ys".to_owned())].into();
    assert_eq!(
        refusal(Join {
            attributes,
            ..anna.clone()
        }),
        JoinRefusal::AttributesTooLarge
    );
    let name = "a long name".to_owned();
    assert_eq!(
        refusal(Join {
            name,
            ..anna.clone()
        }),
        JoinRefusal::NameTooLong
    );
    assert_eq!(
        refusal(Join {
            identity: "".into(),
            ..anna
        }),
        JoinRefusal::NoIdentity
    );
}

#[test]
fn a_room_that_nobody_enters_ends_after_the_empty_timeout() {
    let config = RoomConfig {
        empty_timeout: Some(Duration::from_secs(7)),
        ..RoomConfig::default()
    };
    let mut story = Story::with(Settings::default(), config);
    story.after(Duration::from_secs(6));
    assert!(!story.finished);
    story.after(Duration::from_secs(1));
    assert!(story.finished);
    assert_eq!(story.event_names(), ["room started", "room finished"]);
}

#[test]
fn a_room_that_all_have_left_ends_after_the_departure_timeout() {
    let config = RoomConfig {
        departure_timeout: Some(Duration::from_secs(5)),
        ..RoomConfig::default()
    };
    let mut story = Story::with(Settings::default(), config);
    let anna = story.joins("anna");
    story.after(Duration::from_secs(600));
    assert!(!story.finished, "somebody is there");
    story.leaves(&anna);
    story.after(Duration::from_secs(4));
    let anna = story.joins("anna");
    story.after(Duration::from_secs(60));
    assert!(!story.finished, "she came back in time");
    story.leaves(&anna);
    story.after(Duration::from_secs(5));
    assert!(story.finished);
}

#[test]
fn an_agent_alone_does_not_keep_a_room_open() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    let agent = story.enters(Join {
        kind: ParticipantKind::Agent,
        ..Join::new("agent".into(), PcMode::Single)
    });
    story.leaves(&anna);
    story.after(Duration::from_secs(20));
    assert!(story.finished);
    let leave = ServerMessage::Leave {
        action: LeaveAction::Disconnect,
        reason: DisconnectReason::RoomClosed,
    };
    assert!(story.told(&agent).contains(&leave));
}

#[test]
fn in_a_large_room_news_of_listeners_are_collected() {
    let settings = Settings {
        batch_above: 3,
        ..Settings::default()
    };
    let mut story = Story::with(settings, RoomConfig::default());
    let people: Vec<_> = ["a", "b", "c"].map(|name| story.joins(name)).into();
    story.forget_all();
    let d = story.joins("d");
    let e = story.joins("e");
    assert!(story.told_nothing(&people[0]));
    story.after(Duration::from_secs(3));
    let updates: Vec<_> = story
        .told(&people[0])
        .into_iter()
        .filter(|message| matches!(message, ServerMessage::Participants(_)))
        .collect();
    let [ServerMessage::Participants(infos)] = &updates[..] else {
        panic!("one update for both: {updates:?}");
    };
    assert_eq!(infos.len(), 2);
    story.publishes(&d, microphone());
    assert_eq!(
        story.news_of(&e, &d).len(),
        2,
        "news of a speaker go out at once"
    );
}
