//! Commands, events and what follows from them for people's media.

use crate::harness::{Person, Story, camera, microphone, screen};
use base::Identity;
use base::media::{Command, DataChannelKind, PcMode};
use room_core::features::{Departure, Kept, Setup};
use room_core::kinds::{Kind, Role};
use room_core::model::{DisconnectReason, Permission};
use room_core::{
    Audience, Caller, Claim, ClientCommand, Deferred, Join, JoinRefusal, Knock, ListenerId,
    ListenerInfo, Newcomer, RequestId, RoomEvent, RoomEventKind, ServerMessage,
};
use serde_json::{Value, json};
use std::time::Duration;

#[test]
fn a_command_to_the_server_is_acknowledged_and_answered() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    let answer = calls(&mut story, &anna, "hands.raise", json!({}));
    assert_eq!(answer, ["ack 1", "reply 1 {}"]);
    let answer = calls(&mut story, &anna, "hands.lower_all", json!({}));
    assert!(answer[1].starts_with("error 1 1600 "), "{answer:?}");
    assert!(answer[1].contains("You may not give others the floor here."));
}

#[test]
fn who_may_not_send_data_to_others_may_command() {
    let mut story = Story::new();
    let mute = story.enters(Join {
        permission: Permission {
            can_publish_data: false,
            ..Permission::default()
        },
        ..Join::new("mute".into(), PcMode::Single)
    });
    let answer = calls(&mut story, &mute, "room.hello", json!({}));
    assert_eq!(answer[1], r#"reply 1 {"version":1}"#);
}

#[test]
fn events_go_to_those_who_said_hello_after_the_snapshot() {
    let mut story = Story::new();
    let (anna, ben, deaf) = (story.joins("anna"), story.joins("ben"), story.joins("deaf"));
    says_hello(&mut story, &anna);
    story.forget_all();
    calls(&mut story, &ben, "hands.raise", json!({"note": "me"}));
    let heard = events(&story, &anna);
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0]["type"], "raised");
    assert_eq!(heard[0]["hand"]["note"], "me");
    assert!(events(&story, &ben).is_empty());
    assert!(events(&story, &deaf).is_empty());
}

#[test]
fn an_event_is_written_once_for_all_who_hear_it() {
    let mut story = Story::new();
    let people: Vec<_> = (0..20).map(|n| story.joins(&format!("p{n}"))).collect();
    for person in &people {
        says_hello(&mut story, person);
    }
    story.forget_all();
    calls(&mut story, &people[0], "hands.raise", json!({}));
    let packets = story.media.iter().filter(
        |command| matches!(command, Command::SendData { peers, .. } if peers.len() == people.len()),
    );
    assert_eq!(packets.count(), 1);
}

#[test]
fn a_flood_is_refused_and_ebbs_away() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    let mut refused = 0;
    for _ in 0..200 {
        let answer = calls(&mut story, &anna, "hands.raise", json!({}));
        refused += usize::from(answer[1].contains("too_fast"));
    }
    assert_eq!(refused, 80);
    story.after(Duration::from_secs(1));
    let answer = calls(&mut story, &anna, "hands.lower", json!({}));
    assert_eq!(answer[1], "reply 1 {}");
}

#[test]
fn a_role_lets_somebody_publish_and_a_change_of_role_no_longer() {
    let mut story = webinar();
    let host = enters_as(&mut story, "host", Role::Host);
    let ana = enters_as(&mut story, "ana", Role::Audience);
    story.does(&ana, ClientCommand::AddTrack(camera()));
    assert!(story.specs().is_empty());
    let stage = json!({"identity": "ana", "role": "speaker"});
    calls(&mut story, &host, "people.set_role", stage);
    let track = story.publishes(&ana, camera());
    let seat = json!({"identity": "ana", "role": "audience"});
    calls(&mut story, &host, "people.set_role", seat);
    assert!(story.media.iter().any(
        |command| matches!(command, Command::Unpublish { track: gone, .. } if *gone == track.id)
    ));
    let grants = story
        .told(&ana)
        .into_iter()
        .filter_map(|message| match message {
            ServerMessage::RefreshToken(grants) => Some(grants.claim.role_decides),
            _ => None,
        });
    assert_eq!(grants.collect::<Vec<_>>(), [true, true]);
}

#[test]
fn the_floor_is_given_for_what_was_asked_and_taken_back() {
    let mut story = webinar();
    let host = enters_as(&mut story, "host", Role::Host);
    let ana = enters_as(&mut story, "ana", Role::Audience);
    let floor = json!({"identity": "ana", "sources": ["microphone"]});
    calls(&mut story, &host, "hands.grant", floor);
    story.does(&ana, ClientCommand::AddTrack(camera()));
    assert!(story.specs().is_empty());
    let voice = story.publishes(&ana, microphone());
    calls(
        &mut story,
        &host,
        "hands.revoke",
        json!({"identity": "ana"}),
    );
    assert!(
        story.media.iter().any(
            |command| matches!(command, Command::Unpublish { track, .. } if *track == voice.id)
        )
    );
}

#[test]
fn a_plain_tokens_limits_are_lifted_by_no_role() {
    let mut story = Story::new();
    let join = Join {
        permission: Permission {
            can_publish_sources: vec![base::media::Source::Microphone],
            ..Permission::default()
        },
        claim: Claim {
            role: Role::Host,
            ..Claim::default()
        },
        ..Join::new("anna".into(), PcMode::Single)
    };
    let anna = story.enters(join);
    story.does(&anna, ClientCommand::AddTrack(camera()));
    assert!(story.specs().is_empty());
    story.publishes(&anna, microphone());
}

#[test]
fn who_is_muted_or_stopped_is_told_and_may_begin_again() {
    let mut story = Story::new();
    let host = enters_as(&mut story, "host", Role::Host);
    let ben = story.joins("ben");
    let voice = story.publishes(&ben, microphone());
    let desk = story.publishes(&ben, screen());
    story.told(&ben);
    let mute = json!({"identity": "ben", "source": "microphone"});
    calls(&mut story, &host, "moderation.mute", mute);
    assert!(story.told(&ben).iter().any(
        |message| matches!(message, ServerMessage::Mute { track, muted: true } if *track == voice.sid)
    ));
    let stop = json!({"identity": "ben", "source": "screen_share"});
    calls(&mut story, &host, "moderation.stop_video", stop);
    assert!(story.told(&ben).iter().any(
        |message| matches!(message, ServerMessage::TrackUnpublished { track } if *track == desk.sid)
    ));
}

#[test]
fn who_is_banned_does_not_come_back_under_another_identity_either() {
    let mut story = Story::new();
    let host = enters_as(&mut story, "host", Role::Host);
    let ben = enters_as(&mut story, "ben", Role::Member);
    calls(
        &mut story,
        &host,
        "moderation.ban",
        json!({"identity": "ben"}),
    );
    assert!(story.closed.contains(&ben.session));
    let again = story.tries_to_enter(join_as("ben", Role::Member));
    assert_eq!(again.unwrap_err(), JoinRefusal::Banned);
    let mut disguised = join_as("other", Role::Member);
    disguised.claim.person_id = Some("per_ben".to_owned());
    assert_eq!(
        story.tries_to_enter(disguised).unwrap_err(),
        JoinRefusal::Banned
    );
    let socket = newcomer("ben", Role::Member);
    let refused = story.room.listen(story.now, ListenerId(1), socket);
    assert_eq!(refused, Err(JoinRefusal::Banned));
}

#[test]
fn a_locked_room_takes_back_whom_it_knows_and_lets_hosts_in() {
    let mut story = Story::new();
    let host = enters_as(&mut story, "host", Role::Host);
    let ben = enters_as(&mut story, "ben", Role::Member);
    calls(&mut story, &host, "room.lock", json!({"locked": true}));
    story.leaves(&ben);
    enters_as(&mut story, "ben", Role::Member);
    enters_as(&mut story, "second-host", Role::CoHost);
    let stranger = story.tries_to_enter(join_as("stranger", Role::Member));
    assert_eq!(stranger.unwrap_err(), JoinRefusal::Locked);
    calls(
        &mut story,
        &host,
        "moderation.remove",
        json!({"identity": "ben"}),
    );
    let removed = story.tries_to_enter(join_as("ben", Role::Member));
    assert_eq!(removed.unwrap_err(), JoinRefusal::Locked);
}

#[test]
fn nobody_joins_as_the_server() {
    let mut story = Story::new();
    let join = Join::new("stoa".into(), PcMode::Single);
    let refused = story.tries_to_enter(join).unwrap_err();
    assert_eq!(refused, JoinRefusal::ReservedIdentity);
}

#[test]
fn a_consultation_takes_six_by_whichever_door() {
    let mut story = Story::planned(planned(Kind::Consult));
    for person in 0..5 {
        enters_as(&mut story, &format!("p{person}"), Role::Member);
    }
    let socket = newcomer("sixth", Role::Member);
    assert_eq!(story.room.listen(story.now, ListenerId(1), socket), Ok(()));
    story.drain();
    let seventh = story.tries_to_enter(join_as("seventh", Role::Member));
    assert_eq!(seventh.unwrap_err(), JoinRefusal::RoomFull);
}

#[test]
fn a_listener_is_present_hears_and_commands() {
    let mut story = webinar();
    let host = enters_as(&mut story, "host", Role::Host);
    let ana = newcomer("ana", Role::Audience);
    let listener = ListenerId(7);
    story.room.listen(story.now, listener, ana.clone()).unwrap();
    story.drain();
    assert_eq!(story.room.live().audience, 1);
    let request = RequestId(1);
    let caller = Caller::Person(ana);
    story
        .room
        .command(story.now, request, &caller, "hands.raise", "{}");
    story.drain();
    let mut deferred = std::mem::take(&mut story.deferred).into_iter();
    assert!(matches!(
        deferred.next(),
        Some(Deferred::Shown { listener: shown, text }) if shown == listener && text.contains("snapshot")
    ));
    let told = deferred.find_map(|deferred| match deferred {
        Deferred::Told { to, text } if text.contains("raised") => Some(to),
        _ => None,
    });
    assert_eq!(told, Some(Audience::Only(vec![listener])));
    assert!(deferred.any(
        |deferred| matches!(deferred, Deferred::Answered { request: answered, result: Ok(_) } if answered == request)
    ));
    calls(
        &mut story,
        &host,
        "moderation.remove",
        json!({"identity": "ana"}),
    );
    assert!(story.deferred.iter().any(
        |deferred| matches!(deferred, Deferred::HangUp { listener: gone } if *gone == listener)
    ));
    assert_eq!(story.room.live().audience, 0);
}

#[test]
fn who_is_here_twice_is_one_person_and_stays_until_both_ways_are_closed() {
    let mut story = Story::new();
    let watcher = story.joins("watcher");
    says_hello(&mut story, &watcher);
    story.forget_all();
    let anna = story.joins("anna");
    let socket = newcomer("anna", Role::Member);
    story.room.listen(story.now, ListenerId(1), socket).unwrap();
    story.leaves(&anna);
    story.room.unlisten(story.now, ListenerId(1));
    story.drain();
    let heard = events(&story, &watcher);
    let told: Vec<_> = heard.iter().map(|event| event["type"].as_str()).collect();
    assert_eq!(told, [Some("came"), Some("changed"), Some("left")]);
    assert_eq!(heard[1]["person"]["door"], "socket");
}

#[test]
fn who_only_listens_is_told_of_from_his_first_socket_to_the_end_of_his_last() {
    let mut story = webinar();
    let ana = newcomer("ana", Role::Audience);
    for id in [1, 2] {
        let ana = ana.clone();
        story.room.listen(story.now, ListenerId(id), ana).unwrap();
    }
    story.room.unlisten(story.now, ListenerId(1));
    story.drain();
    let heard = |story: &Story| -> Vec<(bool, ListenerInfo)> {
        let of = |event: &RoomEvent| match &event.kind {
            RoomEventKind::ListenerJoined { listener } => Some((true, *listener.clone())),
            RoomEventKind::ListenerLeft { listener } => Some((false, *listener.clone())),
            _ => None,
        };
        story.events.iter().filter_map(of).collect()
    };
    let came = heard(&story);
    let [(true, first)] = came.as_slice() else {
        panic!("{came:?}");
    };
    assert_eq!(first.identity.as_str(), "ana");
    assert_eq!(first.role, Role::Audience);
    story.room.unlisten(story.now, ListenerId(2));
    story.room.listen(story.now, ListenerId(3), ana).unwrap();
    story.room.delete(story.now);
    story.drain();
    let told = heard(&story);
    let ways: Vec<bool> = told.iter().map(|(came, _)| *came).collect();
    assert_eq!(ways, [true, false, true, false], "also when the room ends");
    assert_eq!(told[0].1, told[1].1);
    assert_ne!(told[0].1.sid, told[2].1.sid, "another stay");
    assert!(matches!(
        story.events.last().map(|event| &event.kind),
        Some(RoomEventKind::RoomFinished { .. })
    ));
}

#[test]
fn who_knocks_waits_until_he_is_let_in() {
    let mut story = Story::planned(Setup {
        lobby: Some(true),
        ..planned(Kind::Meeting)
    });
    let host = enters_as(&mut story, "host", Role::Host);
    let guest = newcomer("gil", Role::Member);
    let knock = story.room.knock(story.now, &guest).unwrap();
    let Knock::Waiting { ticket } = knock else {
        panic!("the door was open");
    };
    story.drain();
    let admit = json!({"ticket": ticket.clone()});
    calls(&mut story, &host, "lobby.admit", admit);
    assert!(story.deferred.iter().any(|deferred| matches!(
        deferred,
        Deferred::Admission { ticket: answered, admitted: true } if *answered == ticket
    )));
    let gil = enters_as(&mut story, "gil", Role::Member);
    story.leaves(&gil);
    assert_eq!(story.room.knock(story.now, &guest), Ok(Knock::Open));
    let second_host = newcomer("hal", Role::CoHost);
    assert_eq!(story.room.knock(story.now, &second_host), Ok(Knock::Open));
    calls(&mut story, &host, "room.lock", json!({"locked": true}));
    let stranger = newcomer("zoe", Role::Member);
    let refused = story.room.knock(story.now, &stranger).unwrap_err();
    assert_eq!(refused.code, "locked");
}

#[test]
fn whoever_ends_the_room_is_answered_first() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    let caller = Caller::Server {
        name: "Console".to_owned(),
    };
    let request = RequestId(3);
    story
        .room
        .command(story.now, request, &caller, "room.end", "");
    story.drain();
    assert!(story.finished);
    assert!(story.closed.contains(&anna.session));
    assert!(story.deferred.iter().any(
        |deferred| matches!(deferred, Deferred::Answered { request: answered, result: Ok(_) } if *answered == request)
    ));
    let kept = story.kept.iter().map(kind).collect::<Vec<_>>();
    assert!(kept.contains(&"room.ended".to_owned()), "{kept:?}");
}

#[test]
fn what_is_kept_is_enough_to_begin_again() {
    let mut story = Story::planned(planned(Kind::Meeting));
    let host = enters_as(&mut story, "host", Role::Host);
    calls(&mut story, &host, "room.lock", json!({"locked": true}));
    let journal: Vec<Kept> = story.kept.clone();
    let numbers: Vec<_> = journal.iter().map(|kept| kept.seq).collect();
    assert!(numbers.is_sorted());
    let mut again = Story::planned(Setup {
        journal,
        ..planned(Kind::Meeting)
    });
    assert!(again.room.live().locked);
    assert!(again.room.live().people.is_empty());
    assert!(
        again
            .kept
            .iter()
            .all(|kept| kept.seq > numbers[numbers.len() - 1])
    );
    enters_as(&mut again, "host", Role::Host);
}

#[test]
fn while_nothing_can_be_kept_nothing_is_commanded() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    story.room.set_can_keep(false);
    let answer = calls(&mut story, &anna, "hands.raise", json!({}));
    assert!(answer[1].contains("unavailable"), "{answer:?}");
}

#[test]
fn a_host_who_stays_away_is_followed_by_the_co_host() {
    let mut story = Story::new();
    let host = enters_as(&mut story, "host", Role::Host);
    let cai = enters_as(&mut story, "cai", Role::CoHost);
    story.leaves(&host);
    story.after(Duration::from_secs(21));
    let live = story.room.live();
    assert_eq!(live.people[0].identity, cai.identity);
    assert_eq!(live.people[0].role, Role::Host);
}

#[test]
fn why_somebody_is_gone_is_told() {
    let mut story = Story::new();
    let watcher = enters_as(&mut story, "watcher", Role::Host);
    says_hello(&mut story, &watcher);
    let (ana, ben) = (story.joins("ana"), story.joins("ben"));
    story.joins("cai");
    story.forget_all();
    story.leaves(&ana);
    story.loses_signal(&ben);
    story.after(Duration::from_secs(30));
    calls(
        &mut story,
        &watcher,
        "moderation.remove",
        json!({"identity": "cai"}),
    );
    let heard = events(&story, &watcher);
    let reasons: Vec<_> = heard
        .iter()
        .filter(|event| event["type"] == "left")
        .map(|event| serde_json::from_value::<Departure>(event["reason"].clone()).unwrap())
        .collect();
    assert_eq!(
        reasons,
        [Departure::Left, Departure::Lost, Departure::Removed]
    );
}

#[test]
fn a_new_name_is_everybodys_to_see_by_either_way() {
    let mut story = Story::new();
    let anna = story.joins("anna");
    calls(
        &mut story,
        &anna,
        "people.rename",
        json!({"name": "Anna B."}),
    );
    let info = story.room.participant(&Identity::from("anna")).unwrap();
    assert_eq!(info.name, "Anna B.");
    let change = room_core::ParticipantChange {
        name: Some("Anna C.".to_owned()),
        ..Default::default()
    };
    let identity = Identity::from("anna");
    story
        .room
        .update_participant(story.now, &identity, change)
        .unwrap();
    assert_eq!(story.room.live().people[0].name, "Anna C.");
}

#[test]
fn a_removed_person_is_told_to_leave() {
    let mut story = Story::new();
    let host = enters_as(&mut story, "host", Role::Host);
    let ben = story.joins("ben");
    calls(
        &mut story,
        &host,
        "moderation.remove",
        json!({"identity": "ben"}),
    );
    assert!(story.told(&ben).iter().any(|message| matches!(
        message,
        ServerMessage::Leave {
            reason: DisconnectReason::ParticipantRemoved,
            ..
        }
    )));
}

fn planned(kind: Kind) -> Setup {
    Setup {
        room_id: "room_1".to_owned(),
        kind,
        ..Setup::default()
    }
}

fn webinar() -> Story {
    Story::planned(planned(Kind::Webinar))
}

fn join_as(identity: &str, role: Role) -> Join {
    let Newcomer { claim, .. } = newcomer(identity, role);
    Join {
        claim,
        ..Join::new(identity.into(), PcMode::Single)
    }
}

fn enters_as(story: &mut Story, identity: &str, role: Role) -> Person {
    story.enters(join_as(identity, role))
}

fn newcomer(identity: &str, role: Role) -> Newcomer {
    Newcomer {
        identity: identity.into(),
        name: String::new(),
        claim: Claim {
            role,
            role_decides: true,
            person_id: Some(format!("per_{identity}")),
            is_guest: false,
        },
    }
}

/// What the caller got: the acknowledgement, then the answer.
fn calls(story: &mut Story, person: &Person, method: &str, payload: Value) -> Vec<String> {
    let before = answers(story, person).len();
    let packet = format!("call|stoa|0|1 {method} {payload}");
    story.sends(person, DataChannelKind::Reliable, &packet);
    answers(story, person).split_off(before)
}

fn answers(story: &Story, person: &Person) -> Vec<String> {
    let is_answer = |text: &String| {
        ["ack ", "reply ", "error "]
            .iter()
            .any(|p| text.starts_with(p))
    };
    let data = story.data_to(person).into_iter().map(|(_, text)| text);
    data.filter(is_answer).collect()
}

fn says_hello(story: &mut Story, person: &Person) {
    let answer = calls(story, person, "room.hello", json!({}));
    assert_eq!(answer[1], r#"reply 1 {"version":1}"#);
    let (_, last) = story.data_to(person).pop().expect("something was sent");
    let last: Value = serde_json::from_str(&last).expect("it is JSON");
    let text = last["snapshot"]["text"].as_str().expect("it is a snapshot");
    let snapshot: Value = serde_json::from_str(text).expect("a snapshot is JSON");
    assert_eq!(snapshot["me"]["identity"], person.identity.as_str());
}

fn events(story: &Story, person: &Person) -> Vec<Value> {
    let data = story.data_to(person).into_iter();
    data.filter_map(|(_, text)| serde_json::from_str::<Value>(&text).ok())
        .filter_map(|packet| packet.get("event").cloned())
        .collect()
}

fn kind(kept: &Kept) -> String {
    let event: Value = serde_json::from_str(&kept.json).expect("what is kept is JSON");
    let text = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
    format!("{}.{}", text("feature"), text("type"))
}
