use crate::story::Story;
use room_core::kinds::{Kind, Right, Role};
use serde_json::json;

#[test]
fn hands_keep_the_order_in_which_they_were_raised() {
    let mut story = Story::of(Kind::Webinar);
    story.comes("host", Role::Host);
    story.comes("ben", Role::Member).comes("ana", Role::Member);
    story.logs("hands-in-order", "host");
    story.does("ben", "hands.raise", json!({"note": " about the price "}));
    story.passes(1_500);
    story.does("ana", "hands.raise", json!({}));
    story.does("ben", "hands.raise", json!({"note": "again"}));
    let queue = story.sees("ana", "hands")["queue"].clone();
    assert_eq!(queue[0]["identity"], "ben");
    assert_eq!(queue[0]["note"], "about the price");
    assert_eq!(queue[1]["identity"], "ana");
    assert_eq!(queue[1]["since_at"], story.now_ms);
    assert_eq!(queue.as_array().unwrap().len(), 2);
    story.does("ben", "hands.lower", json!({}));
    story.does("host", "hands.lower", json!({"identity": "ana"}));
    assert_eq!(story.sees("ana", "hands")["queue"], json!([]));
    story.ends();
}

#[test]
fn only_who_gives_the_floor_lowers_others_hands() {
    let mut story = Story::of(Kind::Class);
    story.comes("teacher", Role::Host);
    story.comes("ana", Role::Member).comes("ben", Role::Member);
    story.does("ana", "hands.raise", json!({}));
    let refused = story
        .asks("ben", "hands.lower", &json!({"identity": "ana"}))
        .unwrap_err();
    assert_eq!(refused.right, Some(Right::GrantFloor));
    assert_eq!(refused.message, "You may not give others the floor here.");
    story.may_not("ben", "hands.lower_all", json!({}));
    story.does("teacher", "hands.lower_all", json!({}));
    assert_eq!(story.heard("ben"), ["hands.raised", "hands.all_lowered"]);
}

#[test]
fn who_is_given_the_floor_may_speak_until_it_is_taken_back() {
    let mut story = Story::of(Kind::Webinar);
    story.comes("host", Role::Host).comes("ana", Role::Audience);
    story.logs("hands-floor", "ana");
    assert!(!story.rights("ana").has(Right::Speak));
    story.does("ana", "hands.raise", json!({}));
    let grant = json!({"identity": "ana", "sources": ["camera", "microphone", "camera"]});
    story.does("host", "hands.grant", grant);
    assert!(story.rights("ana").has(Right::Speak));
    assert!(story.rights("ana").has(Right::ShowCamera));
    assert!(!story.rights("ana").has(Right::ShareScreen));
    assert_eq!(
        story.heard("ana"),
        [
            "hands.raised",
            "hands.lowered",
            "hands.granted",
            "room.rights_changed"
        ]
    );
    story.does("host", "hands.revoke", json!({"identity": "ana"}));
    assert!(!story.rights("ana").has(Right::Speak));
    story.ends();
}

#[test]
fn who_leaves_gives_back_hand_and_floor() {
    let mut story = Story::of(Kind::Class);
    story.comes("teacher", Role::Host);
    story.comes("ana", Role::Member).comes("ben", Role::Member);
    story.logs("hands-left", "teacher");
    story.does(
        "teacher",
        "hands.grant",
        json!({"identity": "ben", "sources": ["microphone"]}),
    );
    story.does("ana", "hands.raise", json!({}));
    story.leaves("ana").leaves("ben");
    assert_eq!(
        story.sees("teacher", "hands"),
        json!({"queue": [], "granted": []})
    );
    story.ends();
}

#[test]
fn hands_of_a_room_that_broke_off_are_down_when_it_reopens() {
    let mut story = Story::of(Kind::Class);
    story
        .comes("teacher", Role::Host)
        .comes("ana", Role::Member);
    story.does("ana", "hands.raise", json!({}));
    story.breaks_off();
    story.comes("teacher", Role::Host);
    assert_eq!(story.sees("teacher", "hands")["queue"], json!([]));
}

#[test]
fn what_is_not_as_it_should_be_is_refused() {
    let mut story = Story::of(Kind::Class);
    story.comes("teacher", Role::Host);
    for (method, payload, code) in [
        ("hands.dance", json!({}), "unknown_method"),
        ("feet.raise", json!({}), "unknown_method"),
        ("raise", json!({}), "unknown_method"),
        ("hands.raise", json!({"note": 5}), "malformed"),
        ("hands.raise", json!({"note": "x".repeat(201)}), "too_large"),
        ("hands.raise", json!([]), "malformed"),
        (
            "hands.grant",
            json!({"identity": "nobody", "sources": ["camera"]}),
            "no_such_person",
        ),
        (
            "hands.grant",
            json!({"identity": "teacher", "sources": ["smell"]}),
            "malformed",
        ),
        (
            "hands.grant",
            json!({"identity": "teacher", "sources": []}),
            "malformed",
        ),
    ] {
        assert_eq!(story.may_not("teacher", method, payload), code, "{method}");
    }
}

#[test]
fn a_consultation_has_no_hands() {
    let mut story = Story::of(Kind::Consult);
    story.comes("clerk", Role::Host);
    let code = story.may_not("clerk", "hands.raise", json!({}));
    assert_eq!(code, "unknown_method");
    assert_eq!(story.sees("clerk", "hands"), json!(null));
}
