use crate::story::Story;
use room_core::features::{AgendaItem, Effect, Occurrence, Setup};
use room_core::kinds::{Kind, Role};
use serde_json::json;

const MINUTE_MS: u64 = 60_000;

#[test]
fn a_client_is_greeted_with_the_version() {
    let mut story = Story::of(Kind::Meeting);
    story.comes("ana", Role::Member);
    let reply = story.does("ana", "room.hello", json!({}));
    assert_eq!(reply, json!({"version": 1}));
}

#[test]
fn people_are_warned_before_the_end_which_can_be_put_off() {
    let mut story = ending_in(20 * MINUTE_MS);
    story.comes("ana", Role::Host).logs("room-ends", "ana");
    story.passes(15 * MINUTE_MS);
    assert_eq!(story.heard("ana"), ["room.ending"]);
    story.does("ana", "room.extend", json!({"minutes": 10}));
    story.passes(14 * MINUTE_MS);
    assert_eq!(
        story.heard("ana"),
        ["room.extended", "room.ending", "room.ending"]
    );
    story.passes(MINUTE_MS);
    assert_eq!(story.heard("ana"), ["room.ended"]);
    assert_eq!(story.effects(), [Effect::End]);
    story.ends();
}

#[test]
fn a_room_without_an_end_cannot_be_extended() {
    let mut story = Story::of(Kind::Meeting);
    story.comes("ana", Role::Host);
    let code = story.may_not("ana", "room.extend", json!({"minutes": 10}));
    assert_eq!(code, "not_scheduled");
}

#[test]
fn after_its_end_a_room_takes_no_commands() {
    let mut story = Story::of(Kind::Meeting);
    story.comes("ana", Role::Host).comes("ben", Role::CoHost);
    assert_eq!(story.may_not("ben", "room.end", json!({})), "right_missing");
    story.does("ana", "room.end", json!({}));
    let code = story.may_not("ana", "room.lock", json!({"locked": true}));
    assert_eq!(code, "room_ended");
}

#[test]
fn the_agenda_is_set_and_ticked() {
    let mut story = Story::of(Kind::Meeting);
    story.comes("ana", Role::Host).comes("ben", Role::Member);
    story.logs("room-agenda", "ben");
    let items = json!({"items": [
        {"id": "a", "text": "Price", "minutes": 10},
        {"id": "b", "text": "Delivery", "minutes": 5},
    ]});
    story.does("ana", "room.set_agenda", items);
    story.does(
        "ana",
        "room.tick_agenda",
        json!({"item": "a", "done": true}),
    );
    let shorter = json!({"items": [{"id": "a", "text": "Price and terms", "minutes": 15}]});
    story.does("ana", "room.set_agenda", shorter);
    assert_eq!(story.sees("ben", "room")["agenda"][0]["done"], true);
    story.does("ana", "room.lock", json!({"locked": true}));
    let twice = json!({"items": [
        {"id": "a", "text": "", "minutes": 1}, {"id": "a", "text": "", "minutes": 1},
    ]});
    assert_eq!(story.may_not("ana", "room.set_agenda", twice), "malformed");
    let unknown = json!({"item": "z", "done": true});
    assert_eq!(
        story.may_not("ana", "room.tick_agenda", unknown.clone()),
        "malformed"
    );
    assert_eq!(
        story.may_not("ben", "room.tick_agenda", unknown),
        "right_missing"
    );
    story.ends();
}

#[test]
fn a_room_that_broke_off_goes_on_and_one_that_ended_begins_anew() {
    let mut story = ending_in(60 * MINUTE_MS);
    story.comes("ana", Role::Host);
    story.does("ana", "room.lock", json!({"locked": true}));
    let started_at = story.sees("ana", "room")["started_at"].clone();
    story
        .passes(MINUTE_MS)
        .breaks_off()
        .comes("ana", Role::Host);
    let room = story.sees("ana", "room");
    assert_eq!(room["locked"], true);
    assert_eq!(room["started_at"], started_at);
    story.notice(Occurrence::Closing);
    story
        .passes(MINUTE_MS)
        .breaks_off()
        .comes("ana", Role::Host);
    let room = story.sees("ana", "room");
    assert_eq!(room["locked"], false);
    assert_eq!(room["started_at"], story.now_ms);
    assert_eq!(room["agenda"][0]["id"], "a");
}

fn ending_in(ms: u64) -> Story {
    let begin = Story::of(Kind::Meeting).now_ms;
    Story::planned(Setup {
        room_id: "room_1".to_owned(),
        title: "Weekly".to_owned(),
        ends_at: Some(begin + ms),
        agenda: vec![AgendaItem {
            id: "a".to_owned(),
            text: "Welcome".to_owned(),
            minutes: 5,
            done: false,
        }],
        ..Setup::default()
    })
}
