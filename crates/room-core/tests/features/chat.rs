use crate::story::Story;
use room_core::features::{File, Occurrence};
use room_core::kinds::{Kind, Right, Role};
use serde_json::{Value, json};

fn meeting() -> Story {
    let mut story = Story::of(Kind::Meeting);
    story.comes("host", Role::Host);
    story.comes("ana", Role::Member).comes("ben", Role::Member);
    story
}

fn say(id: &str, text: &str) -> Value {
    json!({"id": id, "text": text})
}

fn texts(chat: &Value) -> Vec<&str> {
    let messages = chat["messages"].as_array().unwrap();
    messages
        .iter()
        .map(|message| message["text"].as_str().unwrap())
        .collect()
}

#[test]
fn what_is_said_to_all_is_there_for_a_late_joiner() {
    let mut story = meeting();
    story.logs("chat-all", "ben");
    let reply = story.does("ana", "chat.say", say("1", " Is this the new red? "));
    assert_eq!(reply["message"]["text"], "Is this the new red?");
    assert_eq!(reply["message"]["from"]["name"], "Name of ana");
    story.passes(900);
    let answer = json!({"id": "2", "text": "It is.", "reply_to": "1"});
    story.does("ben", "chat.say", answer);
    story.ends();
    story.comes("late", Role::Member);
    let chat = story.sees("late", "chat");
    assert_eq!(texts(&chat), ["Is this the new red?", "It is."]);
    assert_eq!(chat["messages"][1]["reply_to"], "1");
}

#[test]
fn saying_it_twice_is_saying_it_once() {
    let mut story = meeting();
    let first = story.does("ana", "chat.say", say("1", "once"));
    story.passes(100);
    let again = story.does("ana", "chat.say", say("1", "once"));
    assert_eq!(first, again);
    assert_eq!(texts(&story.sees("ben", "chat")), ["once"]);
    let taken = story.may_not("ben", "chat.say", say("1", "mine"));
    assert_eq!(taken, "malformed");
}

#[test]
fn what_is_said_to_one_or_to_the_hosts_is_not_seen_by_others() {
    let mut story = meeting();
    story.logs("chat-private", "ana");
    let to_ben = json!({"id": "1", "text": "psst", "to": {"kind": "person", "identity": "ben"}});
    story.does("ana", "chat.say", to_ben);
    let to_hosts = json!({"id": "2", "text": "help", "to": {"kind": "hosts"}});
    story.does("ben", "chat.say", to_hosts);
    let to_host = json!({"id": "3", "text": "hm", "to": {"kind": "person", "identity": "host"}});
    story.does("ben", "chat.say", to_host);
    story.does("host", "chat.say", say("4", "welcome"));
    story.ends();
    assert_eq!(texts(&story.sees("ana", "chat")), ["psst", "welcome"]);
    assert_eq!(
        texts(&story.sees("ben", "chat")),
        ["psst", "help", "hm", "welcome"]
    );
    assert_eq!(
        texts(&story.sees("host", "chat")),
        ["help", "hm", "welcome"]
    );
    let answer = json!({"id": "5", "text": "?", "reply_to": "2"});
    assert_eq!(story.may_not("ana", "chat.say", answer), "no_such_message");
    assert_eq!(
        story.may_not("ana", "chat.delete", json!({"message": "2"})),
        "no_such_message"
    );
}

#[test]
fn a_deleted_message_keeps_its_place_and_loses_its_content() {
    let mut story = meeting();
    story.does("ana", "chat.say", say("1", "wrong price"));
    story.logs("chat-deleted", "ben");
    let refused = story
        .asks("ben", "chat.delete", &json!({"message": "1"}))
        .unwrap_err();
    assert_eq!(refused.right, Some(Right::ModerateChat));
    story.does("ana", "chat.delete", json!({"message": "1"}));
    story.does("host", "chat.delete", json!({"message": "1"}));
    story.ends();
    let message = story.sees("ben", "chat")["messages"][0].clone();
    assert_eq!(
        (&message["text"], &message["deleted"]),
        (&json!(""), &json!(true))
    );
    assert_eq!(story.heard("ben"), ["chat.said", "chat.deleted"]);
}

#[test]
fn deleted_words_leave_the_journal_and_a_room_that_begins_again_from_it_is_the_same() {
    let mut story = meeting();
    story.does("ana", "chat.say", say("1", "wrong price"));
    let answer = json!({"id": "2", "text": "which one?", "reply_to": "1"});
    story.does("ben", "chat.say", answer);
    // The same id is in the text of another message, which stays.
    story.does("ana", "chat.say", say("3", "see \"1\""));
    assert!(story.keeps("wrong price"));
    story.does("ana", "chat.delete", json!({"message": "1"}));
    assert!(!story.keeps("wrong price"));
    assert!(story.keeps("which one?") && story.keeps("see "));

    let before = story.sees("ben", "chat");
    story.breaks_off();
    story.comes("ben", Role::Member);
    assert_eq!(story.sees("ben", "chat"), before);
    assert_eq!(texts(&before), ["", "which one?", "see \"1\""]);
}

#[test]
fn a_slow_room_makes_everybody_wait_but_its_moderators() {
    let mut story = meeting();
    story.logs("chat-slow", "ana");
    story.does("host", "chat.slow", json!({"seconds": 30}));
    story.does("ana", "chat.say", say("1", "first"));
    story.passes(10_000);
    let refused = story
        .asks("ana", "chat.say", &say("2", "second"))
        .unwrap_err();
    assert_eq!(
        (refused.code, refused.retry_after_ms),
        ("slow_mode", Some(20_000))
    );
    story.does("ben", "chat.say", say("3", "mine"));
    story.does("host", "chat.say", say("4", "one"));
    story.does("host", "chat.say", say("5", "two"));
    story.passes(20_000);
    story.does("ana", "chat.say", say("2", "second"));
    story.ends();
    assert_eq!(
        story.may_not("ana", "chat.slow", json!({"seconds": 0})),
        "right_missing"
    );
}

#[test]
fn whom_a_moderator_stops_says_nothing_until_he_may_again() {
    let mut story = meeting();
    let block = |blocked: bool| json!({"identity": "ana", "blocked": blocked});
    story.does("host", "chat.block", block(true));
    assert_eq!(story.may_not("ana", "chat.say", say("1", "but")), "blocked");
    assert_eq!(story.sees("ana", "chat")["blocked"], json!(["ana"]));
    assert_eq!(story.sees("ben", "chat")["blocked"], json!([]));
    assert_eq!(story.heard("ben"), [""; 0]);
    story.does("host", "chat.block", block(false));
    story.does("ana", "chat.say", say("1", "thanks"));
}

#[test]
fn a_message_can_refer_to_files_that_were_uploaded_here() {
    let mut story = meeting();
    let file = |id: &str| File {
        id: id.to_owned(),
        name: "fabric.jpg".to_owned(),
        media_type: "image/jpeg".to_owned(),
        bytes: 81_234,
    };
    let with = |id: &str, file: &str| json!({"id": id, "files": [file]});
    assert_eq!(
        story.may_not("ana", "chat.say", with("1", "file_a")),
        "no_such_file"
    );
    story.notice(Occurrence::Uploaded(file("file_a")));
    story.does("ana", "chat.say", with("1", "file_a"));
    let seen = story.sees("ben", "chat");
    assert_eq!(seen["messages"][0]["files"][0]["name"], "fabric.jpg");
    assert_eq!(
        story.may_not("ana", "chat.say", json!({"id": "2", "text": " "})),
        "empty"
    );
}

#[test]
fn newcomers_get_the_last_two_hundred_and_can_ask_for_more() {
    let mut story = Story::of(Kind::Meeting);
    story.comes("host", Role::Host);
    for number in 0..250 {
        story.does(
            "host",
            "chat.say",
            say(&number.to_string(), &format!("m{number}")),
        );
    }
    story.comes("ana", Role::Member);
    let chat = story.sees("ana", "chat");
    assert_eq!(texts(&chat).len(), 200);
    assert_eq!(texts(&chat)[0], "m50");
    let older = story.does("ana", "chat.earlier", json!({"before": "50", "limit": 10}));
    assert_eq!(
        texts(&older),
        (40..50).map(|n| format!("m{n}")).collect::<Vec<_>>()
    );
    let older = story.does("ana", "chat.earlier", json!({"before": "0"}));
    assert_eq!(texts(&older), [""; 0]);
}

#[test]
fn messages_outlive_a_crash_and_not_the_meeting() {
    let mut story = meeting();
    story.does("ana", "chat.say", say("1", "remember"));
    story.breaks_off();
    story.comes("ana", Role::Member);
    assert_eq!(texts(&story.sees("ana", "chat")), ["remember"]);
    story.leaves("ana");
    story.notice(Occurrence::Closing);
    story.breaks_off();
    story.comes("stranger", Role::Member);
    assert_eq!(texts(&story.sees("stranger", "chat")), [""; 0]);
}

#[test]
fn what_is_not_as_it_should_be_is_refused() {
    let mut story = meeting();
    for (payload, code) in [
        (json!({"text": "no id"}), "malformed"),
        (say("", "empty id"), "malformed"),
        (say(&"x".repeat(41), "long id"), "malformed"),
        (say("1", &"长".repeat(4_001)), "too_large"),
        (
            json!({"id": "1", "text": "x", "to": {"kind": "moon"}}),
            "malformed",
        ),
        (
            json!({"id": "1", "text": "x", "to": {"kind": "person", "identity": "nobody"}}),
            "no_such_person",
        ),
        (
            json!({"id": "1", "text": "x", "reply_to": "none"}),
            "no_such_message",
        ),
    ] {
        assert_eq!(
            story.may_not("ana", "chat.say", payload.clone()),
            code,
            "{payload}"
        );
    }
    story.does("ana", "chat.say", say("1", &"长".repeat(4_000)));
}
