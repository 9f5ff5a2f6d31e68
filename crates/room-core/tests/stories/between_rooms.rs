//! People are moved to another room, or shown in one.

use crate::harness::*;
use base::media::{Command, Event, PcMode};
use base::{Identity, RoomKey};
use room_core::model::{KindDetail, ParticipantState};
use room_core::{
    ClientCommand, ForwardId, Forwarded, Join, Refusal, Resume, ResumeRefusal, ServerMessage,
};
use std::time::Duration;

/// Carries somebody over.
fn moves(from: &mut Story, to: &mut Story, person: &Person) {
    let moving = from
        .room
        .release(from.now, &person.identity)
        .expect("he is there");
    from.drain();
    to.room.admit(to.now, moving);
    to.drain();
}

#[test]
fn who_is_moved_meets_other_people_with_the_same_tracks() {
    let (mut lobby, mut stage) = (Story::new(), Story::elsewhere());
    let (anna, ben) = (lobby.joins("anna"), lobby.joins("ben"));
    let cleo = stage.joins("cleo");
    lobby.is_connected(&anna);
    let mic = lobby.publishes(&anna, microphone());
    let bens = lobby.publishes(&ben, camera());
    let cleos = stage.publishes(&cleo, microphone());
    lobby.told(&ben);
    stage.forget_all();
    lobby.events.clear();

    moves(&mut lobby, &mut stage, &anna);

    let gone = lobby.news_of(&ben, &anna);
    assert_eq!(gone[0].state, ParticipantState::Disconnected);
    assert_eq!(
        lobby.subscriptions(&ben),
        [],
        "who stays no longer receives her"
    );
    assert_eq!(lobby.subscriptions(&anna), [], "nor she him");
    assert!(![bens.id, cleos.id].contains(&mic.id));
    let ended = |c: &Command| matches!(c, Command::Close { .. } | Command::Unpublish { .. });
    assert!(!lobby.media.iter().any(ended), "her connections go on");
    assert_eq!(lobby.event_names(), ["left"]);

    let told = stage.told(&anna);
    let Some(ServerMessage::RoomMoved(moved)) = told.first() else {
        panic!("she learns where she is first: {told:?}");
    };
    assert_eq!(moved.participant.sid, anna.sid);
    assert_eq!(sids(&moved.others[0]), [cleos.sid]);
    assert_eq!(sids(&stage.news_of(&cleo, &anna)[0]), vec![mic.sid.clone()]);
    assert_eq!(stage.subscriptions(&cleo), [mic.id]);
    assert_eq!(stage.subscriptions(&anna), [cleos.id]);
    assert!(
        matches!(stage.media[0], Command::Move { peer, room: RoomKey(2) } if peer == anna.peer)
    );
    assert_eq!(stage.event_names(), ["joined", "track published"]);
    stage.does(
        &anna,
        ClientCommand::Mute {
            track: mic.sid,
            muted: true,
        },
    );
    assert!(
        stage.news_of(&cleo, &anna)[0].tracks[0].muted,
        "her commands reach the new room"
    );
}

#[test]
fn who_is_moved_while_his_signal_is_broken_resumes_in_the_new_room_or_is_gone() {
    for comes_back in [true, false] {
        let (mut lobby, mut stage) = (Story::new(), Story::elsewhere());
        let anna = lobby.joins("anna");
        stage.joins("cleo");
        lobby.loses_signal(&anna);
        moves(&mut lobby, &mut stage, &anna);
        if comes_back {
            stage.resumes(&anna);
        }
        stage.after(Duration::from_secs(60));
        assert_eq!(stage.room.participant(&anna.identity).is_ok(), comes_back);
        assert_eq!(lobby.resumes_with(&anna, None).unwrap_err(), ResumeRefusal);
    }
}

#[test]
fn nobody_is_moved_onto_somebody_with_his_name() {
    let mut stage = Story::elsewhere();
    stage.joins("anna");
    let refusal = stage.room.has_place_for(&"anna".into());
    assert_eq!(refusal, Err(Refusal::IdentityTaken));
    let mut lobby = Story::new();
    let absent = lobby.room.release(lobby.now, &Identity::from("nobody"));
    assert_eq!(absent.unwrap_err(), Refusal::NoSuchParticipant);
}

/// Shows somebody elsewhere; what changes has to be carried over by [`carries`].
fn forwards(from: &mut Story, to: &mut Story, person: &Person) {
    let state = from
        .room
        .start_forward(&person.identity, ForwardId(1))
        .expect("he is there");
    to.room
        .receive_guest(to.now, ForwardId(1), state)
        .expect("the room takes him");
    to.drain();
}

fn carries(from: &mut Story, to: &mut Story) {
    for (id, state) in std::mem::take(&mut from.forwards) {
        to.room.update_guest(to.now, id, state);
        to.drain();
    }
}

#[test]
fn a_forwarded_participant_is_seen_and_heard_in_both_rooms() {
    let (mut stage, mut overflow) = (Story::new(), Story::elsewhere());
    let (anna, ben) = (stage.joins("anna"), stage.joins("ben"));
    let mic = stage.publishes(&anna, microphone());
    let cleo = overflow.joins("cleo");
    overflow.forget_all();
    forwards(&mut stage, &mut overflow, &anna);
    let news = overflow.news_of(&cleo, &anna);
    assert_eq!(sids(news.last().unwrap()), vec![mic.sid.clone()]);
    assert!(news[0].kind_details.contains(&KindDetail::Forwarded));
    assert_eq!(overflow.subscriptions(&cleo), [mic.id]);
    assert_eq!(stage.subscriptions(&ben), [mic.id]);

    let cam = stage.publishes(&anna, camera());
    stage.does(
        &anna,
        ClientCommand::Mute {
            track: mic.sid.clone(),
            muted: true,
        },
    );
    carries(&mut stage, &mut overflow);
    let info = overflow.news_of(&cleo, &anna).pop().unwrap();
    assert_eq!(sids(&info), [mic.sid, cam.sid]);
    assert!(info.tracks[0].muted);
    assert_eq!(overflow.subscriptions(&cleo), [mic.id, cam.id]);

    stage.media_says(Event::TrackEnded {
        peer: anna.peer,
        track: cam.id,
    });
    carries(&mut stage, &mut overflow);
    assert_eq!(overflow.subscriptions(&cleo), [mic.id]);
    stage.leaves(&anna);
    carries(&mut stage, &mut overflow);
    let farewell = overflow.news_of(&cleo, &anna).pop().unwrap();
    assert_eq!(farewell.state, ParticipantState::Disconnected);
    assert_eq!(overflow.subscriptions(&cleo), []);
    let in_his_name = |command: &Command| {
        matches!(
            command,
            Command::Open(_)
                | Command::Close { .. }
                | Command::Publish(_)
                | Command::Unpublish { .. }
                | Command::Mute { .. }
        )
    };
    assert!(
        !overflow.media.iter().any(in_his_name),
        "his own room speaks for him"
    );
}

#[test]
fn a_guest_who_is_put_out_stays_out_and_goes_on_in_his_own_room() {
    let (mut stage, mut overflow) = (Story::new(), Story::elsewhere());
    let (anna, ben) = (stage.joins("anna"), stage.joins("ben"));
    let mic = stage.publishes(&anna, microphone());
    let cleo = overflow.joins("cleo");
    forwards(&mut stage, &mut overflow, &anna);
    overflow.room.remove(overflow.now, &anna.identity).unwrap();
    overflow.drain();
    stage.publishes(&anna, camera());
    carries(&mut stage, &mut overflow);
    assert_eq!(overflow.subscriptions(&cleo), []);
    assert!(overflow.room.participant(&anna.identity).is_err());
    assert!(stage.subscriptions(&ben).contains(&mic.id));
}

#[test]
fn a_guest_cannot_be_impersonated_by_a_resume_and_gives_way_to_the_real_one() {
    let (mut stage, mut overflow) = (Story::new(), Story::elsewhere());
    let anna = stage.joins("anna");
    forwards(&mut stage, &mut overflow, &anna);
    assert_eq!(
        overflow.resumes_with(&anna, None).unwrap_err(),
        ResumeRefusal
    );
    let unspecific = Resume {
        identity: anna.identity.clone(),
        participant: None,
        reason: Default::default(),
        client: Default::default(),
        sync_state: None,
        offer: None,
    };
    let session = overflow.new_session();
    assert!(
        overflow
            .room
            .resume(overflow.now, session, unspecific)
            .is_err()
    );
    let real = overflow.enters(Join::new("anna".into(), PcMode::Single));
    assert_eq!(overflow.room.participants().len(), 1);
    assert_eq!(
        overflow.room.participant(&real.identity).unwrap().sid,
        real.sid
    );
}

#[test]
fn guests_alone_do_not_keep_a_room_open() {
    let (mut stage, mut overflow) = (Story::new(), Story::elsewhere());
    let (anna, cleo) = (stage.joins("anna"), overflow.joins("cleo"));
    forwards(&mut stage, &mut overflow, &anna);
    overflow.leaves(&cleo);
    overflow.after(Duration::from_secs(20));
    assert!(overflow.finished);
}

#[test]
fn a_late_word_about_a_guest_changes_nothing() {
    let (mut stage, mut overflow) = (Story::new(), Story::elsewhere());
    let anna = stage.joins("anna");
    forwards(&mut stage, &mut overflow, &anna);
    stage.publishes(&anna, microphone());
    let old = stage.forwards.clone();
    stage.publishes(&anna, camera());
    carries(&mut stage, &mut overflow);
    for (id, state) in old {
        overflow.room.update_guest(overflow.now, id, state);
    }
    overflow.drain();
    assert_eq!(
        overflow
            .room
            .participant(&anna.identity)
            .unwrap()
            .tracks
            .len(),
        2
    );
    overflow
        .room
        .update_guest(overflow.now, ForwardId(9), Forwarded::Gone);
}
