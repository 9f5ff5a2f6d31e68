//! What people may do, and moderators with them.

use crate::harness::*;
use base::media::{Command, PcMode, Source};
use room_core::model::{DisconnectReason, LeaveAction, Permission, RequestReason, RoomConfig};
use room_core::{
    ClientCommand, Join, Limits, ParticipantChange, Refusal, ServerMessage, Settings,
    SubscriptionPermission, TrackPermission, UpdateMetadata,
};

fn permitting(permission: Permission) -> ParticipantChange {
    ParticipantChange {
        permission: Some(permission),
        ..ParticipantChange::default()
    }
}

#[test]
fn losing_the_right_to_publish_ends_the_tracks() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    let mic = story.publishes(&anna, microphone());
    let cam = story.publishes(&anna, camera());
    story.told(&anna);
    story.told(&ben);
    let only_mic = Permission {
        can_publish_sources: vec![Source::Microphone],
        ..Permission::default()
    };
    let info = story
        .room
        .update_participant(story.now, &anna.identity, permitting(only_mic.clone()))
        .unwrap();
    story.drain();
    assert_eq!(sids(&info), [mic.sid]);
    assert_eq!(story.subscriptions(&ben), [mic.id]);
    let told = story.told(&anna);
    assert!(told.contains(&ServerMessage::TrackUnpublished { track: cam.sid }));
    assert!(told.iter().any(|message| matches!(
        message,
        ServerMessage::RefreshToken(grants) if grants.permission == only_mic
    )));
    assert_eq!(
        story.news_of(&ben, &anna).last().unwrap().permission,
        only_mic
    );
}

#[test]
fn losing_and_regaining_the_right_to_receive() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    let mic = story.publishes(&anna, microphone());
    let deaf = Permission {
        can_subscribe: false,
        ..Permission::default()
    };
    let now = story.now;
    story
        .room
        .update_participant(now, &ben.identity, permitting(deaf))
        .unwrap();
    story.drain();
    assert_eq!(story.subscriptions(&ben), []);
    story
        .room
        .update_participant(now, &ben.identity, permitting(Permission::default()))
        .unwrap();
    story.drain();
    assert_eq!(story.subscriptions(&ben), [mic.id]);
}

#[test]
fn becoming_hidden_is_leaving_for_the_others() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    let mic = story.publishes(&ben, microphone());
    story.told(&anna);
    let hidden = Permission {
        hidden: true,
        ..Permission::default()
    };
    story
        .room
        .update_participant(story.now, &ben.identity, permitting(hidden))
        .unwrap();
    story.drain();
    let news = story.news_of(&anna, &ben);
    let last = news.last().unwrap();
    assert_eq!(last.state, room_core::model::ParticipantState::Disconnected);
    assert_eq!(story.subscriptions(&anna), []);
    story
        .room
        .update_participant(story.now, &ben.identity, permitting(Permission::default()))
        .unwrap();
    story.drain();
    assert_eq!(sids(&story.news_of(&anna, &ben)[0]), [mic.sid]);
    assert_eq!(story.subscriptions(&anna), [mic.id]);
}

#[test]
fn a_publisher_chooses_who_may_receive_him() {
    let mut story = Story::new();
    let (anna, ben, cleo) = (story.joins("anna"), story.joins("ben"), story.joins("cleo"));
    let (mic, cam) = (
        story.publishes(&anna, microphone()),
        story.publishes(&anna, camera()),
    );
    story.told(&ben);
    story.told(&cleo);
    let for_ben = TrackPermission {
        identity: Some(ben.identity.clone()),
        tracks: vec![mic.sid.clone()],
        ..TrackPermission::default()
    };
    let some = SubscriptionPermission {
        all_participants: false,
        tracks: vec![for_ben],
    };
    story.does(&anna, ClientCommand::SubscriptionPermission(some));
    assert_eq!(story.subscriptions(&ben), [mic.id]);
    assert_eq!(story.subscriptions(&cleo), []);
    let refused = |track| ServerMessage::SubscriptionPermissionUpdate {
        publisher: anna.sid.clone(),
        track,
        allowed: false,
    };
    assert_eq!(story.told(&ben), [refused(cam.sid.clone())]);
    assert_eq!(story.told(&cleo).len(), 2);
    let dana = story.joins("dana");
    assert_eq!(
        story.subscriptions(&dana),
        [],
        "it holds for those who come later"
    );
    story.told(&cleo);
    let all = SubscriptionPermission {
        all_participants: true,
        tracks: Vec::new(),
    };
    story.does(&anna, ClientCommand::SubscriptionPermission(all));
    assert_eq!(story.subscriptions(&cleo), [mic.id, cam.id]);
    assert_eq!(story.told(&cleo).len(), 2);
}

#[test]
fn a_client_changes_its_own_metadata_if_it_may() {
    let mut story = Story::new();
    let mut join = Join::new("anna".into(), PcMode::Single);
    join.client.protocol = 17;
    join.attributes = [("mood".to_owned(), "good".to_owned())].into();
    let ben = story.joins("ben");
    let anna = story.enters(join.clone());
    let update = UpdateMetadata {
        request_id: 9,
        metadata: "m".to_owned(),
        name: String::new(),
        attributes: [
            ("mood".to_owned(), String::new()),
            ("hand".to_owned(), "up".to_owned()),
        ]
        .into(),
    };
    let answer = |story: &mut Story, anna: &Person| {
        story.forget_all();
        story.does(anna, ClientCommand::UpdateMetadata(update.clone()));
        story
            .told(anna)
            .into_iter()
            .find_map(|message| match message {
                ServerMessage::RequestResponse(response) => {
                    assert_eq!(response.request_id, 9);
                    Some(response.reason)
                }
                _ => None,
            })
            .expect("an answer")
    };
    assert_eq!(answer(&mut story, &anna), RequestReason::NotAllowed);
    assert!(story.told_nothing(&ben));
    join.permission.can_update_metadata = true;
    join.name = "Anna".to_owned();
    let anna = story.enters(join);
    assert_eq!(answer(&mut story, &anna), RequestReason::Ok);
    let info = story.news_of(&ben, &anna).pop().unwrap();
    assert_eq!((info.name.as_str(), info.metadata.as_str()), ("Anna", "m"));
    assert_eq!(
        info.attributes,
        [("hand".to_owned(), "up".to_owned())].into()
    );
}

#[test]
fn a_change_that_is_too_large_changes_nothing() {
    let limits = Limits {
        metadata_bytes: 3,
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
    let change = ParticipantChange {
        name: Some("new".to_owned()),
        metadata: Some("too large".to_owned()),
        ..ParticipantChange::default()
    };
    let refusal = story
        .room
        .update_participant(story.now, &anna.identity, change)
        .unwrap_err();
    assert_eq!(refusal, Refusal::MetadataTooLarge);
    assert_eq!(story.room.participant(&anna.identity).unwrap().name, "");
}

#[test]
fn a_moderator_puts_somebody_out() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    story.told(&ben);
    story.room.remove(story.now, &anna.identity).unwrap();
    story.drain();
    let leave = ServerMessage::Leave {
        action: LeaveAction::Disconnect,
        reason: DisconnectReason::ParticipantRemoved,
    };
    assert_eq!(story.told(&anna).last(), Some(&leave));
    let reason = story.news_of(&ben, &anna)[0].disconnect_reason;
    assert_eq!(reason, Some(DisconnectReason::ParticipantRemoved));
    let again = story.room.remove(story.now, &anna.identity);
    assert_eq!(again, Err(Refusal::NoSuchParticipant));
}

#[test]
fn a_moderator_mutes_and_the_publisher_may_unmute() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    let mic = story.publishes(&anna, microphone());
    story.forget_all();
    let now = story.now;
    let info = story
        .room
        .mute(now, &anna.identity, &mic.sid, true)
        .unwrap();
    story.drain();
    assert!(info.muted);
    let told = story.told(&anna);
    assert!(told.contains(&ServerMessage::Mute {
        track: mic.sid.clone(),
        muted: true
    }));
    let unmute = story.room.mute(now, &anna.identity, &mic.sid, false);
    assert_eq!(
        unmute,
        Err(Refusal::RemoteUnmute),
        "nobody switches on another's microphone"
    );
    story.does(
        &anna,
        ClientCommand::Mute {
            track: mic.sid.clone(),
            muted: false,
        },
    );
    assert!(!story.room.participant(&anna.identity).unwrap().tracks[0].muted);
    let missing = story
        .room
        .mute(now, &anna.identity, &"TR_none".into(), true);
    assert_eq!(missing, Err(Refusal::NoSuchTrack));
}

#[test]
fn a_server_can_be_set_to_let_moderators_unmute() {
    let settings = Settings {
        remote_unmute: true,
        ..Settings::default()
    };
    let mut story = Story::with(settings, RoomConfig::default());
    let anna = story.joins("anna");
    let mut muted = microphone();
    muted.muted = true;
    let mic = story.publishes(&anna, muted);
    let info = story
        .room
        .mute(story.now, &anna.identity, &mic.sid, false)
        .unwrap();
    assert!(!info.muted);
}

#[test]
fn a_moderator_subscribes_for_somebody() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    let mic = story.publishes(&anna, microphone());
    let now = story.now;
    story
        .room
        .update_subscriptions(now, &ben.identity, vec![mic.sid.clone()], false)
        .unwrap();
    story.drain();
    assert_eq!(story.subscriptions(&ben), []);
    story
        .room
        .update_subscriptions(now, &ben.identity, vec![mic.sid], true)
        .unwrap();
    story.drain();
    assert_eq!(story.subscriptions(&ben), [mic.id]);
}

#[test]
fn deleting_a_room_sends_everybody_away() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    story.is_connected(&anna);
    story.events.clear();
    story.room.delete(story.now);
    story.drain();
    assert!(story.finished);
    let leave = ServerMessage::Leave {
        action: LeaveAction::Disconnect,
        reason: DisconnectReason::RoomDeleted,
    };
    for person in [&anna, &ben] {
        assert_eq!(story.told(person).last(), Some(&leave));
    }
    assert_eq!(story.event_names(), ["left", "aborted", "room finished"]);
    let closed = story
        .media
        .iter()
        .filter(|c| matches!(c, Command::Close { .. }))
        .count();
    assert_eq!(closed, 2);
}

#[test]
fn a_server_that_shuts_down_sends_clients_elsewhere() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    story.room.shut_down(story.now);
    story.drain();
    let leave = ServerMessage::Leave {
        action: LeaveAction::Reconnect,
        reason: DisconnectReason::ServerShutdown,
    };
    assert_eq!(story.told(&anna).last(), Some(&leave));
}

#[test]
fn room_metadata_is_told_to_all() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    story.forget_all();
    story
        .room
        .update_metadata(story.now, "agenda".to_owned())
        .unwrap();
    story.drain();
    assert!(matches!(
        &story.told(&anna)[..],
        [ServerMessage::RoomUpdate(room)] if room.metadata == "agenda"
    ));
    story
        .room
        .update_metadata(story.now, "agenda".to_owned())
        .unwrap();
    story.drain();
    assert!(story.told_nothing(&anna), "nothing has changed");
}

#[test]
fn a_room_is_configured_anew_without_forgetting_the_rest() {
    let config = RoomConfig {
        max_participants: Some(5),
        ..RoomConfig::default()
    };
    let mut story = Story::with(Settings::default(), config);
    let metadata = RoomConfig {
        metadata: Some("m".to_owned()),
        ..RoomConfig::default()
    };
    let info = story.room.configure(story.now, metadata).unwrap();
    assert_eq!((info.max_participants, info.metadata.as_str()), (5, "m"));
}

#[test]
fn a_recorder_in_the_room_is_announced() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    story.forget_all();
    let mut join = Join::new("recorder".into(), PcMode::Single);
    join.permission.recorder = true;
    join.permission.hidden = true;
    let recorder = story.enters(join);
    let recording = |story: &mut Story| {
        story
            .told(&anna)
            .into_iter()
            .find_map(|message| match message {
                ServerMessage::RoomUpdate(room) => Some(room.active_recording),
                _ => None,
            })
    };
    assert_eq!(recording(&mut story), Some(true));
    story.leaves(&recorder);
    assert_eq!(recording(&mut story), Some(false));
}
