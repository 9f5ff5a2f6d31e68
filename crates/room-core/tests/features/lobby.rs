use crate::story::Story;
use room_core::features::{Effect, Occurrence, Setup, Visitor};
use room_core::kinds::{Kind, Role};
use serde_json::json;

#[test]
fn who_may_admit_sees_who_knocks_and_lets_him_in() {
    let mut story = with_lobby();
    story.comes("ana", Role::Host).comes("ben", Role::Member);
    story.logs("lobby-admit", "ana");
    knocks(&mut story, "t1");
    knocks(&mut story, "t2");
    assert_eq!(story.sees("ben", "lobby"), json!(null));
    assert_eq!(story.sees("ana", "lobby")["waiting"][1]["ticket"], "t2");
    let ticket = json!({"ticket": "t1"});
    let code = story.may_not("ben", "lobby.admit", ticket.clone());
    assert_eq!(code, "right_missing");
    story.does("ana", "lobby.admit", ticket.clone());
    assert_eq!(
        story.may_not("ana", "lobby.admit", ticket),
        "no_such_ticket"
    );
    story.does("ana", "lobby.deny", json!({"ticket": "t2"}));
    assert_eq!(story.effects(), [answer("t1", true), answer("t2", false)]);
    assert!(story.heard("ben").is_empty());
    story.ends();
}

#[test]
fn who_opens_the_door_lets_everybody_in_who_waits() {
    let mut story = with_lobby();
    story.comes("ana", Role::Host).logs("lobby-open", "ana");
    for ticket in ["t1", "t2", "t3"] {
        knocks(&mut story, ticket);
    }
    let ticket = "t2".to_owned();
    story.notice(Occurrence::GaveUp { ticket });
    story.does("ana", "lobby.set", json!({"on": false}));
    assert_eq!(story.effects(), [answer("t1", true), answer("t3", true)]);
    story.does("ana", "lobby.set", json!({"on": true}));
    knocks(&mut story, "t4");
    story.does("ana", "lobby.admit_all", json!({}));
    assert_eq!(story.effects(), [answer("t4", true)]);
    story.ends();
}

#[test]
fn who_becomes_a_co_host_is_shown_the_lobby() {
    let mut story = with_lobby();
    story.comes("ana", Role::Host).comes("ben", Role::Member);
    knocks(&mut story, "t1");
    let role = json!({"identity": "ben", "role": "co_host"});
    story.does("ana", "people.set_role", role);
    story.does("ben", "lobby.admit", json!({"ticket": "t1"}));
}

#[test]
fn after_a_crash_the_lobby_is_as_it_was_set_and_empty() {
    let mut story = with_lobby();
    story.comes("ana", Role::Host);
    story.does("ana", "lobby.set", json!({"on": false}));
    story.does("ana", "lobby.set", json!({"on": true}));
    knocks(&mut story, "t1");
    story.passes(1_000).breaks_off().comes("ana", Role::Host);
    assert_eq!(
        story.sees("ana", "lobby"),
        json!({"on": true, "waiting": []})
    );
}

fn with_lobby() -> Story {
    Story::planned(Setup {
        room_id: "room_1".to_owned(),
        kind: Kind::Meeting,
        lobby: Some(true),
        ..Setup::default()
    })
}

fn knocks(story: &mut Story, ticket: &str) {
    story.notice(Occurrence::Knocked(Visitor {
        ticket: ticket.to_owned(),
        name: "Gil".to_owned(),
        since_at: story.now_ms,
        is_guest: true,
    }));
}

fn answer(ticket: &str, admitted: bool) -> Effect {
    let ticket = ticket.to_owned();
    Effect::Answer { ticket, admitted }
}
