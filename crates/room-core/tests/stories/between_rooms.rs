//! People are moved to another room, or shown in one.

use crate::harness::*;
use base::media::{Command, DataChannelKind, Event, PcMode, PeerQuality};
use base::{Identity, ParticipantSid, RoomKey};
use room_core::model::{Encryption, KindDetail, ParticipantState};
use room_core::{
    ClientCommand, ConnectionQuality, ForwardId, Forwarded, Join, PublishDataTrack, Refusal,
    Resume, ResumeRefusal, ServerMessage, UpdateMetadata,
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
    from.drain();
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

#[test]
fn what_a_forwarded_participant_says_to_all_is_said_in_both_rooms() {
    let (mut stage, mut overflow) = (Story::new(), Story::elsewhere());
    let (anna, ben) = (stage.joins("anna"), stage.joins("ben"));
    let cleo = overflow.joins("cleo");
    overflow.joins("ben");
    forwards(&mut stage, &mut overflow, &anna);

    stage.sends(&anna, DataChannelKind::Reliable, "user||1|hello");
    stage.sends(&anna, DataChannelKind::Lossy, "user||0|pointer");
    stage.sends(&anna, DataChannelKind::Reliable, "user|ben|2|psst");
    stage.sends(&ben, DataChannelKind::Reliable, "user||1|me too");
    carries(&mut stage, &mut overflow);
    let expected = [
        (DataChannelKind::Reliable, "anna:user||1|hello".to_owned()),
        (DataChannelKind::Lossy, "anna:user||0|pointer".to_owned()),
    ];
    assert_eq!(overflow.data_to(&cleo), expected);

    overflow.sends(&cleo, DataChannelKind::Reliable, "user|anna|1|hello?");
    let to_nobody = |command: &Command| match command {
        Command::SendData { peers, .. } => peers.contains(&anna.peer),
        _ => false,
    };
    assert!(
        !overflow.media.iter().any(to_nobody),
        "a guest has no connection"
    );
}

#[test]
fn reliable_words_of_a_guest_are_said_again_to_who_was_away() {
    let (mut stage, mut overflow) = (Story::new(), Story::elsewhere());
    let (anna, cleo) = (stage.joins("anna"), overflow.joins("cleo"));
    forwards(&mut stage, &mut overflow, &anna);
    overflow.loses_signal(&cleo);
    stage.sends(&anna, DataChannelKind::Reliable, "user||1|hello");
    carries(&mut stage, &mut overflow);
    overflow.media.clear();
    let heard_nothing = room_core::SyncState::default();
    let cleo = overflow.resumes_with(&cleo, Some(heard_nothing)).unwrap();
    let again = (DataChannelKind::Reliable, "anna:user||1|hello".to_owned());
    assert_eq!(overflow.data_to(&cleo), [again]);
}

#[test]
fn that_he_speaks_and_how_he_is_connected_is_shown_in_both_rooms() {
    let (mut stage, mut overflow) = (Story::new(), Story::elsewhere());
    let (anna, cleo) = (stage.joins("anna"), overflow.joins("cleo"));
    let mic = stage.publishes(&anna, microphone());
    let quality = |score| {
        Event::Quality(PeerQuality {
            peer: anna.peer,
            score,
            lost: false,
        })
    };
    stage.media_says(quality(4.5));
    forwards(&mut stage, &mut overflow, &anna);
    carries(&mut stage, &mut overflow);
    overflow.after(Duration::from_secs(6));
    assert_eq!(
        qualities(&mut overflow, &cleo),
        [ConnectionQuality::Excellent]
    );
    stage.media_says(quality(2.0));
    stage.speaks(&[(&anna, 0.5)]);
    carries(&mut stage, &mut overflow);
    assert_eq!(speakers(&mut overflow, &cleo), [(anna.sid.clone(), true)]);
    let dora = overflow.joins("dora");
    assert_eq!(speakers(&mut overflow, &dora), [(anna.sid.clone(), true)]);
    stage.does(
        &anna,
        ClientCommand::Mute {
            track: mic.sid,
            muted: true,
        },
    );
    carries(&mut stage, &mut overflow);
    assert_eq!(
        speakers(&mut overflow, &cleo),
        [(anna.sid.clone(), false)],
        "who is muted need not be waited for"
    );
    overflow.after(Duration::from_secs(6));
    assert_eq!(qualities(&mut overflow, &cleo), [ConnectionQuality::Poor]);
}

#[test]
fn what_he_says_of_himself_changes_in_both_rooms() {
    let (mut stage, mut overflow) = (Story::new(), Story::elsewhere());
    let mut join = Join::new("anna".into(), PcMode::Single);
    join.permission.can_update_metadata = true;
    let (anna, cleo) = (stage.enters(join), overflow.joins("cleo"));
    forwards(&mut stage, &mut overflow, &anna);
    stage.does(
        &anna,
        ClientCommand::UpdateMetadata(UpdateMetadata {
            metadata: "likes red".to_owned(),
            name: "Anna A.".to_owned(),
            attributes: [("desk".to_owned(), "returns".to_owned())].into(),
            request_id: 1,
        }),
    );
    carries(&mut stage, &mut overflow);
    let info = overflow.news_of(&cleo, &anna).pop().unwrap();
    assert_eq!((&*info.metadata, &*info.name), ("likes red", "Anna A."));
    assert_eq!(
        info.attributes.get("desk").map(String::as_str),
        Some("returns")
    );
}

#[test]
fn his_data_tracks_are_received_in_both_rooms() {
    let (mut stage, mut overflow) = (Story::new(), Story::elsewhere());
    let anna = stage.joins("anna");
    let mut join = Join::new("cleo".into(), PcMode::Single);
    join.settings.auto_subscribe_data_tracks = true;
    let cleo = overflow.enters(join);
    publishes_data(&mut stage, &anna, 5);
    forwards(&mut stage, &mut overflow, &anna);
    publishes_data(&mut stage, &anna, 6);
    carries(&mut stage, &mut overflow);
    for handle in [5, 6] {
        let frame = format!("{handle}:frame");
        stage.sends(&anna, DataChannelKind::DataTrack, &frame);
    }
    carries(&mut stage, &mut overflow);
    let frames: Vec<_> = overflow
        .data_to(&cleo)
        .into_iter()
        .map(|(_, frame)| frame)
        .collect();
    assert_eq!(frames, ["1:frame", "2:frame"], "under her own handles");
    stage.does(&anna, ClientCommand::UnpublishDataTrack { pub_handle: 5 });
    carries(&mut stage, &mut overflow);
    let info = overflow.news_of(&cleo, &anna).pop().unwrap();
    assert_eq!(info.data_tracks.len(), 1);
}

fn publishes_data(story: &mut Story, person: &Person, pub_handle: u32) {
    story.does(
        person,
        ClientCommand::PublishDataTrack(PublishDataTrack {
            pub_handle,
            name: format!("pose {pub_handle}"),
            encryption: Encryption::None,
            frame_encoding: None,
            schema: None,
        }),
    );
}

fn speakers(story: &mut Story, person: &Person) -> Vec<(ParticipantSid, bool)> {
    let told = story.told(person).into_iter();
    told.filter_map(|message| match message {
        ServerMessage::Speakers(speakers) => Some(speakers),
        _ => None,
    })
    .flat_map(|speakers| speakers.to_vec())
    .map(|speaker| (speaker.participant, speaker.active))
    .collect()
}

fn qualities(story: &mut Story, person: &Person) -> Vec<ConnectionQuality> {
    let told = story.told(person).into_iter();
    told.filter_map(|message| match message {
        ServerMessage::ConnectionQuality(news) => Some(news),
        _ => None,
    })
    .flat_map(|news| news.to_vec())
    .map(|info| info.quality)
    .collect()
}
