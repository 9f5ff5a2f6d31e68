use crate::story::{Story, person};
use room_core::features::{Occurrence, Person};
use room_core::kinds::{Kind, Right, Role};
use serde_json::{Value, json};

#[test]
fn everybody_sees_who_comes_changes_and_leaves() {
    let mut story = Story::of(Kind::Meeting);
    story
        .comes("ana", Role::Host)
        .logs("people-come-and-go", "ana");
    story.comes("ben", Role::Member);
    story.does("ben", "people.rename", json!({"name": "Benjamin"}));
    story.notice(Occurrence::Renamed {
        identity: "ben".into(),
        name: "Ben".to_owned(),
    });
    story.does(
        "ana",
        "people.set_role",
        json!({"identity": "ben", "role": "co_host"}),
    );
    assert!(story.rights("ben").has(Right::MuteOthers));
    story.comes("cai", Role::Member).leaves("ben");
    assert_eq!(names(&story, "ana"), ["ana", "cai"]);
    story.ends();
}

#[test]
fn a_role_that_was_given_outlasts_a_reconnection_and_a_crash() {
    let mut story = Story::of(Kind::Meeting);
    story.comes("ana", Role::Host).comes("ben", Role::Member);
    story.does("ana", "people.hand_over", json!({"identity": "ben"}));
    story.leaves("ana").comes("ana", Role::Host);
    assert_eq!(role(&story, "ana"), "co_host");
    story.breaks_off();
    story.comes("ben", Role::Member).comes("ana", Role::Host);
    assert_eq!(role(&story, "ben"), "host");
    assert_eq!(role(&story, "ana"), "co_host");
}

#[test]
fn the_last_host_cannot_step_down_without_an_heir() {
    let mut story = Story::of(Kind::Meeting);
    story.comes("ana", Role::Host).comes("ben", Role::Member);
    story.logs("people-hand-over", "ben");
    let step_down = json!({"identity": "ana", "role": "member"});
    assert_eq!(
        story.may_not("ana", "people.set_role", step_down.clone()),
        "last_host"
    );
    story.does("ana", "people.hand_over", json!({"identity": "ben"}));
    assert_eq!(role(&story, "ana"), "co_host");
    story.does("ben", "people.set_role", step_down);
    assert_eq!(role(&story, "ana"), "member");
    story.ends();
}

#[test]
fn when_the_host_stays_away_the_co_host_carries_on() {
    let mut story = Story::of(Kind::Meeting);
    story.comes("ana", Role::Host).comes("ben", Role::Member);
    story
        .comes("cai", Role::CoHost)
        .logs("people-succession", "cai");
    story.passes(1_000).leaves("ana").passes(19_999);
    assert_eq!(role(&story, "cai"), "co_host");
    story.passes(1);
    assert_eq!(role(&story, "cai"), "host");
    assert_eq!(role(&story, "ben"), "member");
    story.ends();
}

#[test]
fn a_host_who_comes_back_in_time_is_still_the_host() {
    let mut story = Story::of(Kind::Meeting);
    story.comes("ana", Role::Host).comes("cai", Role::CoHost);
    story.leaves("ana").passes(10_000).comes("ana", Role::Host);
    story.passes(60_000);
    assert_eq!(role(&story, "ana"), "host");
    assert_eq!(role(&story, "cai"), "co_host");
}

#[test]
fn a_guest_does_not_inherit_a_room() {
    let mut story = Story::of(Kind::Meeting);
    story.comes("ana", Role::Host);
    let guest = Person {
        person_id: None,
        is_guest: true,
        ..person("gil", Role::Member, story.now_ms)
    };
    story.enters(guest).leaves("ana").passes(60_000);
    assert_eq!(role(&story, "gil"), "member");
    story.comes("ben", Role::Member).passes(0);
    assert_eq!(role(&story, "ben"), "host");
}

#[test]
fn an_audience_is_counted_once_a_second_and_not_told_one_by_one() {
    let mut story = Story::of(Kind::Webinar);
    story.comes("host", Role::Host).passes(5_000);
    story.logs("people-audience", "host");
    for viewer in 0..50 {
        story.comes(&format!("viewer-{viewer}"), Role::Audience);
    }
    story.passes(300);
    story.leaves("viewer-7").passes(400);
    assert_eq!(story.sees("host", "people")["audience"], 50);
    story.passes(300);
    assert_eq!(story.sees("host", "people")["audience"], 49);
    assert_eq!(story.heard("host"), ["people.counted", "people.counted"]);
    assert_eq!(names(&story, "viewer-3"), ["host"]);
    story.ends();
}

#[test]
fn who_is_called_to_the_stage_is_seen_and_can_sit_down_again() {
    let mut story = Story::of(Kind::Webinar);
    story.comes("host", Role::Host).comes("ana", Role::Audience);
    story.logs("people-stage", "host");
    let role_of_ana = |role| json!({"identity": "ana", "role": role});
    story.does("host", "people.set_role", role_of_ana("speaker"));
    assert_eq!(names(&story, "host"), ["host", "ana"]);
    assert!(story.rights("ana").has(Right::Speak));
    story.does("host", "people.set_role", role_of_ana("audience"));
    assert_eq!(names(&story, "host"), ["host"]);
    assert!(!story.rights("ana").has(Right::Speak));
    story.ends();
}

#[test]
fn roles_are_for_hosts_to_give() {
    let mut story = Story::of(Kind::Meeting);
    story.comes("ana", Role::Host).comes("ben", Role::Member);
    let crown = json!({"identity": "ben", "role": "host"});
    assert_eq!(
        story.may_not("ben", "people.set_role", crown),
        "right_missing"
    );
    let nobody = json!({"identity": "zoe", "role": "host"});
    assert_eq!(
        story.may_not("ana", "people.set_role", nobody),
        "no_such_person"
    );
    let name = json!({"name": "  "});
    assert_eq!(story.may_not("ben", "people.rename", name), "malformed");
}

fn names(story: &Story, viewer: &str) -> Vec<String> {
    let people = story.sees(viewer, "people")["people"].clone();
    let identity = |person: &Value| person["identity"].as_str().unwrap().to_owned();
    people.as_array().unwrap().iter().map(identity).collect()
}

fn role(story: &Story, identity: &str) -> Value {
    story.sees(identity, "me")["role"].clone()
}
