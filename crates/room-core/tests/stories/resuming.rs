//! Connections break and are mended.

use crate::harness::*;
use base::media::{Codec, Command, DataChannelKind, Event, PcMode, Quality};
use room_core::model::{DisconnectReason, LeaveAction, ParticipantState};
use room_core::{
    ClientCommand, Join, ResumeRefusal, Scenario, ServerMessage, SubscriptionUpdate, SyncState,
};
use std::time::Duration;

#[test]
fn who_loses_his_signal_stays_and_resumes() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    let mic = story.publishes(&anna, microphone());
    story.told(&ben);
    story.loses_signal(&anna);
    assert!(
        story.told_nothing(&ben),
        "a short break is nobody's business"
    );
    let cam = story.publishes(&ben, camera());
    let anna = story.resumes(&anna);
    let told = story.told(&anna);
    assert!(matches!(told[0], ServerMessage::Reconnected(_)));
    let ServerMessage::Participants(infos) = &told[1] else {
        panic!("the whole state follows: {told:?}");
    };
    assert_eq!(infos.len(), 2);
    assert_eq!(sids(&infos[0]), [cam.sid]);
    assert_eq!(sids(&infos[1]), [mic.sid]);
    assert!(matches!(told[2], ServerMessage::RoomUpdate(_)));
    story.after(Duration::from_secs(60));
    assert!(
        story.room.participant(&anna.identity).is_ok(),
        "the old break is forgotten"
    );
}

#[test]
fn who_does_not_come_back_is_gone() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    story.told(&ben);
    story.loses_signal(&anna);
    story.after(Duration::from_secs(19));
    assert!(story.room.participant(&anna.identity).is_ok());
    story.after(Duration::from_secs(1));
    let news = story.news_of(&ben, &anna);
    assert_eq!(news[0].state, ParticipantState::Disconnected);
    assert_eq!(
        news[0].disconnect_reason,
        Some(DisconnectReason::SignalClose)
    );
    assert_eq!(story.resumes_with(&anna, None).unwrap_err(), ResumeRefusal);
}

#[test]
fn a_second_break_counts_from_its_own_beginning() {
    let mut story = Story::new();
    story.joins("ben");
    let anna = story.joins("anna");
    story.loses_signal(&anna);
    story.after(Duration::from_secs(15));
    let anna = story.resumes(&anna);
    story.loses_signal(&anna);
    story.after(Duration::from_secs(15));
    assert!(story.room.participant(&anna.identity).is_ok());
    story.after(Duration::from_secs(5));
    assert!(story.room.participant(&anna.identity).is_err());
}

#[test]
fn a_client_may_resume_before_the_server_has_noticed_the_break() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    let new = story.resumes(&anna);
    assert!(story.closed.contains(&anna.session));
    story.loses_signal(&anna);
    story.after(Duration::from_secs(60));
    assert!(
        story.room.participant(&new.identity).is_ok(),
        "the old session no longer counts"
    );
}

#[test]
fn nobody_resumes_the_stay_of_another() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    let confused = Person {
        sid: ben.sid.clone(),
        ..anna
    };
    assert_eq!(
        story.resumes_with(&confused, None).unwrap_err(),
        ResumeRefusal
    );
}

#[test]
fn in_dual_mode_the_server_restarts_ice_of_what_it_offers() {
    let mut story = Story::new();
    let anna = story.enters(Join::new("anna".into(), PcMode::Dual));
    story.forget_all();
    story.resumes(&anna);
    assert!(matches!(&story.media[..], [Command::RestartIce { peer }] if *peer == anna.peer));
}

#[test]
fn a_client_that_believes_in_tracks_that_are_gone_has_to_join_anew() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    let mic = story.publishes(&anna, microphone());
    let mut state = SyncState {
        published: vec![("mic".to_owned(), mic.sid)],
        ..SyncState::default()
    };
    let anna = story.resumes_with(&anna, Some(state.clone())).unwrap();
    assert!(story.room.participant(&anna.identity).is_ok());
    state.published.push(("cam".to_owned(), "TR_lost".into()));
    story.does(&anna, ClientCommand::SyncState(state));
    let leave = ServerMessage::Leave {
        action: LeaveAction::Reconnect,
        reason: DisconnectReason::StateMismatch,
    };
    assert_eq!(story.told(&anna).last(), Some(&leave));
    assert!(story.closed.contains(&anna.session));
}

#[test]
fn wishes_made_before_the_break_hold_after_it() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    let mic = story.publishes(&anna, microphone());
    let cam = story.publishes(&anna, camera());
    story.loses_signal(&ben);
    let tracks = vec![mic.sid, "TR_gone".into()];
    let state = SyncState {
        subscription: SubscriptionUpdate {
            tracks,
            subscribe: false,
        },
        disabled_tracks: vec![cam.sid],
        ..SyncState::default()
    };
    let ben = story.resumes_with(&ben, Some(state)).unwrap();
    assert_eq!(story.subscriptions(&ben), [cam.id]);
    assert!(story.media.iter().any(|command| matches!(
        command,
        Command::Configure { track, settings, .. } if *track == cam.id && !settings.enabled
    )));
}

#[test]
fn reliable_data_that_was_missed_is_replayed_once_and_in_order() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    story.loses_signal(&ben);
    for sequence in 1..=4 {
        story.sends(
            &anna,
            DataChannelKind::Reliable,
            &format!("user||{sequence}|m{sequence}"),
        );
    }
    story.sends(&anna, DataChannelKind::Reliable, "user|cleo|5|not for him");
    story.sends(&anna, DataChannelKind::Lossy, "user||6|lossy");
    story.media.clear();
    let state = SyncState {
        received: vec![(anna.sid.clone(), 2)],
        ..SyncState::default()
    };
    let ben = story.resumes_with(&ben, Some(state)).unwrap();
    let texts: Vec<_> = story
        .data_to(&ben)
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    assert_eq!(texts, ["anna:user||3|m3", "anna:user||4|m4"]);
    assert!(story.data_to(&anna).is_empty());
}

#[test]
fn old_data_is_not_replayed() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    story.sends(&anna, DataChannelKind::Reliable, "user||1|old");
    story.after(Duration::from_millis(2_500));
    story.sends(&anna, DataChannelKind::Reliable, "user||2|new");
    story.media.clear();
    let ben = story
        .resumes_with(&ben, Some(SyncState::default()))
        .unwrap();
    assert_eq!(story.data_to(&ben).len(), 1);
}

#[test]
fn a_resuming_sender_learns_what_arrived_and_repeats_do_no_harm() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    story.sends(&anna, DataChannelKind::Reliable, "user||1|a");
    story.sends(&anna, DataChannelKind::Reliable, "user||2|b");
    let anna = story.resumes(&anna);
    let ServerMessage::Reconnected(reconnected) = story.told(&anna).remove(0) else {
        panic!("first the reconnect");
    };
    assert_eq!(reconnected.last_message_seq, 2);
    story.media.clear();
    story.sends(&anna, DataChannelKind::Reliable, "user||2|b");
    story.sends(&anna, DataChannelKind::Reliable, "user||3|c");
    assert_eq!(
        story.data_to(&ben),
        [(DataChannelKind::Reliable, "anna:user||3|c".to_owned())]
    );
}

#[test]
fn what_the_media_plane_wanted_meanwhile_is_asked_again() {
    let mut story = Story::new();
    let (anna, _ben) = (story.joins("anna"), story.joins("ben"));
    let cam = story.publishes(&anna, camera());
    story.loses_signal(&anna);
    let peer = anna.peer;
    story.media_says(Event::SectionsNeeded {
        peer,
        audios: 1,
        videos: 2,
    });
    let codecs = vec![(Codec::Vp8, Some(Quality::Low))];
    story.media_says(Event::Wanted {
        peer,
        track: cam.id,
        codecs,
    });
    let anna = story.resumes(&anna);
    let told = story.told(&anna);
    assert!(told.contains(&ServerMessage::SectionsNeeded {
        audios: 1,
        videos: 2
    }));
    assert!(
        told.iter()
            .any(|m| matches!(m, ServerMessage::SubscribedQuality { .. }))
    );
}

#[test]
fn a_dead_media_connection_sends_the_client_back_to_the_door() {
    let mut story = Story::new();
    let (anna, ben) = (story.joins("anna"), story.joins("ben"));
    story.told(&ben);
    story.media_says(Event::Failed {
        peer: anna.peer,
        target: base::media::PcTarget::Publisher,
        why: "dtls".to_owned(),
    });
    let leave = ServerMessage::Leave {
        action: LeaveAction::Reconnect,
        reason: DisconnectReason::MediaFailure,
    };
    assert_eq!(story.told(&anna).last(), Some(&leave));
    assert_eq!(story.news_of(&ben, &anna).len(), 1);
}

#[test]
fn a_node_failure_on_request_is_a_silent_end() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    story.told(&anna);
    story.does(&anna, ClientCommand::Simulate(Scenario::NodeFailure));
    assert!(story.told_nothing(&anna));
    assert!(story.closed.contains(&anna.session));
    assert_eq!(story.resumes_with(&anna, None).unwrap_err(), ResumeRefusal);
}

#[test]
fn leaves_on_request_say_what_to_do() {
    for (scenario, action) in [
        (Scenario::ServerLeave, LeaveAction::Disconnect),
        (Scenario::LeaveRequestFullReconnect, LeaveAction::Reconnect),
    ] {
        let mut story = Story::new();
        let anna = story.joins("anna");
        story.does(&anna, ClientCommand::Simulate(scenario));
        assert!(matches!(
            story.told(&anna).last(),
            Some(ServerMessage::Leave { action: said, .. }) if *said == action
        ));
    }
}

#[test]
fn the_next_resume_can_be_cut_on_request() {
    for (scenario, messages) in [
        (Scenario::DisconnectSignalOnResume, true),
        (Scenario::DisconnectSignalOnResumeNoMessages, false),
    ] {
        let mut story = Story::new();
        let anna = story.joins("anna");
        story.does(&anna, ClientCommand::Simulate(scenario));
        story.loses_signal(&anna);
        let second = story.resumes(&anna);
        assert_eq!(!story.told(&second).is_empty(), messages);
        assert!(story.closed.contains(&second.session));
        let third = story.resumes(&second);
        assert!(!story.told(&third).is_empty() && !story.closed.contains(&third.session));
    }
}

#[test]
fn long_sessions_get_fresh_tokens() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    story.forget_all();
    story.after(Duration::from_secs(605));
    let fresh = story
        .told(&anna)
        .into_iter()
        .filter(|m| matches!(m, ServerMessage::RefreshToken(_)));
    assert_eq!(fresh.count(), 2);
}
