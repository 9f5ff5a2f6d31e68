use crate::story::Story;
use room_core::kinds::{Kind, Role};
use serde_json::json;

#[test]
fn a_reaction_is_heard_by_all_and_shown_to_no_newcomer() {
    let mut story = Story::of(Kind::Meeting);
    story.comes("ana", Role::Member).comes("ben", Role::Member);
    story.logs("reactions", "ben");
    story.does("ana", "reactions.send", json!({"emoji": "👏"}));
    story.does("ana", "reactions.send", json!({"emoji": "❤️"}));
    story.ends();
    assert_eq!(story.heard("ben"), ["reactions.sent", "reactions.sent"]);
    assert_eq!(story.sees("ben", "reactions"), json!(null));
}

#[test]
fn only_the_known_ones_are_sent() {
    let mut story = Story::of(Kind::Meeting);
    story
        .comes("ana", Role::Member)
        .comes("eye", Role::Observer);
    let snake = json!({"emoji": "🐍"});
    assert_eq!(story.may_not("ana", "reactions.send", snake), "malformed");
    let heart = json!({"emoji": "❤️"});
    assert_eq!(
        story.may_not("eye", "reactions.send", heart),
        "right_missing"
    );
}
