use crate::story::Story;
use room_core::features::{Occurrence, Refused};
use room_core::kinds::{Kind, Right, Role};
use serde_json::{Value, json};

fn meeting() -> Story {
    let mut story = Story::of(Kind::Meeting);
    story.comes("host", Role::Host);
    story.comes("ana", Role::Member).comes("ben", Role::Member);
    story
}

fn ask(id: &str, text: &str) -> Value {
    json!({"id": id, "text": text})
}

fn nameless(id: &str, text: &str) -> Value {
    json!({"id": id, "text": text, "anonymous": true})
}

fn the(id: &str) -> Value {
    json!({ "question": id })
}

fn vote(id: &str, voted: bool) -> Value {
    json!({"question": id, "voted": voted})
}

fn ids<'a>(questions: &'a Value, list: &str) -> Vec<&'a str> {
    let questions = questions[list].as_array().unwrap();
    questions
        .iter()
        .map(|q| q["id"].as_str().unwrap())
        .collect()
}

fn refusal(story: &mut Story, who: &str, method: &str, payload: &Value) -> Refused {
    story.asks(who, method, payload).unwrap_err()
}

#[test]
fn what_is_asked_voted_for_and_answered_is_there_for_a_late_joiner() {
    let mut story = meeting();
    story.logs("questions-answered", "ben");
    let reply = story.does("ana", "questions.ask", ask("1", " When is it in stock? "));
    assert_eq!(reply["question"]["text"], "When is it in stock?");
    assert_eq!(reply["question"]["from"]["name"], "Name of ana");
    story.passes(2_000);
    story.does("ben", "questions.ask", ask("2", "And in blue?"));
    story.does("ben", "questions.vote", vote("1", true));
    story.passes(1_000);
    story.does(
        "host",
        "questions.answer",
        json!({"question": "1", "text": "In March."}),
    );
    story.does("host", "questions.answer", the("2"));
    story.ends();
    assert_eq!(
        story.heard("ben"),
        [
            "questions.asked",
            "questions.authored",
            "questions.asked",
            "questions.voted",
            "questions.counted",
            "questions.answered",
            "questions.answered",
        ]
    );

    story.comes("late", Role::Member);
    let seen = story.sees("late", "questions");
    assert_eq!(ids(&seen, "questions"), ["1", "2"]);
    assert_eq!(seen["questions"][0]["votes"], 1);
    assert_eq!(seen["questions"][0]["answer"]["text"], "In March.");
    assert_eq!(seen["questions"][0]["answer"]["by"]["role"], "host");
    assert_eq!(seen["questions"][1]["answer"]["text"], Value::Null);
    assert_eq!(seen["mine"], json!({"asked": [], "voted": []}));
}

#[test]
fn asking_it_twice_is_asking_it_once() {
    let mut story = meeting();
    let first = story.does("ana", "questions.ask", ask("1", "once?"));
    story.passes(100);
    let again = story.does("ana", "questions.ask", ask("1", "once?"));
    assert_eq!(first, again);
    assert_eq!(ids(&story.sees("ben", "questions"), "questions"), ["1"]);
    assert_eq!(
        story.may_not("ben", "questions.ask", ask("1", "mine?")),
        "malformed"
    );
}

#[test]
fn a_person_has_one_vote_a_question_and_may_take_it_back() {
    let mut story = meeting();
    story.does("ana", "questions.ask", ask("1", "How much?"));
    story.logs("questions-votes", "ana");
    story.does("ana", "questions.vote", vote("1", true));
    story.does("ana", "questions.vote", vote("1", true));
    story.does("ben", "questions.vote", vote("1", true));
    story.passes(1_000);
    let seen = story.sees("ana", "questions");
    assert_eq!(seen["questions"][0]["votes"], 2);
    assert_eq!(seen["mine"]["voted"], json!(["1"]));
    story.does("ana", "questions.vote", vote("1", false));
    story.does("ana", "questions.vote", vote("1", false));
    story.passes(1_000);
    story.ends();
    let seen = story.sees("ana", "questions");
    assert_eq!(seen["questions"][0]["votes"], 1);
    assert_eq!(seen["mine"]["voted"], json!([]));
    assert_eq!(
        story.sees("ben", "questions")["mine"]["voted"],
        json!(["1"])
    );
    assert_eq!(
        story.may_not("ana", "questions.vote", vote("9", true)),
        "no_such_question"
    );
}

#[test]
fn the_votes_of_an_audience_are_told_in_one_count() {
    let mut story = Story::of(Kind::Webinar);
    story.comes("host", Role::Host);
    story.does("host", "questions.ask", ask("1", "Shall we begin?"));
    let audience = (0..40).map(|n| format!("a{n}")).collect::<Vec<_>>();
    for one in &audience {
        story.comes(one, Role::Audience);
    }
    story.passes(2_000);
    story.heard("host");
    for one in &audience {
        story.does(one, "questions.vote", vote("1", true));
    }
    story.passes(1_000);
    assert_eq!(story.heard("host"), ["questions.counted"]);
    assert_eq!(
        story.heard("a7"),
        ["people.counted", "questions.voted", "questions.counted"]
    );
    assert_eq!(story.sees("a7", "questions")["questions"][0]["votes"], 40);
}

#[test]
fn what_is_dismissed_is_seen_only_by_those_who_moderate() {
    let mut story = meeting();
    story.does("ana", "questions.ask", ask("1", "Buy followers?"));
    story.passes(5);
    story.does("ben", "questions.ask", ask("2", "Is it waterproof?"));
    story.does("ben", "questions.vote", vote("1", true));
    story.passes(1_000);
    story.logs("questions-dismissed", "ben");
    story.does("host", "questions.dismiss", the("1"));
    story.does("host", "questions.dismiss", the("1"));
    story.ends();
    for guest in ["ana", "ben"] {
        let seen = story.sees(guest, "questions");
        assert_eq!(ids(&seen, "questions"), ["2"]);
        assert!(!seen.to_string().contains("followers"));
    }
    let seen = story.sees("host", "questions");
    assert_eq!(ids(&seen, "dismissed"), ["1"]);
    assert_eq!(seen["dismissed"][0]["text"], "Buy followers?");
    story.comes("late", Role::CoHost);
    assert_eq!(ids(&story.sees("late", "questions"), "dismissed"), ["1"]);
    assert!(
        !story
            .heard("ben")
            .contains(&"questions.set_aside".to_owned())
    );
    for (method, payload) in [
        ("questions.vote", vote("1", true)),
        ("questions.answer", the("1")),
        ("questions.reopen", the("1")),
    ] {
        assert_eq!(story.may_not("host", method, payload), "no_such_question");
    }
}

#[test]
fn what_is_restored_comes_back_to_its_place_with_its_votes() {
    let mut story = meeting();
    story.logs("questions-restored", "host");
    story.does("ana", "questions.ask", ask("1", "first"));
    story.passes(5);
    story.does("ben", "questions.ask", ask("2", "second"));
    story.does("ben", "questions.vote", vote("1", true));
    story.does("host", "questions.dismiss", the("1"));
    story.passes(1_000);
    story.does("host", "questions.restore", the("1"));
    story.does("host", "questions.restore", the("1"));
    story.ends();
    let seen = story.sees("ana", "questions");
    assert_eq!(ids(&seen, "questions"), ["1", "2"]);
    assert_eq!(seen["questions"][0]["votes"], 1);
    assert_eq!(
        story.may_not("host", "questions.restore", the("9")),
        "no_such_question"
    );
    story.does("ben", "questions.vote", vote("1", false));
    story.passes(1_000);
    let seen = story.sees("ana", "questions");
    assert_eq!(seen["questions"][0]["votes"], 0);
}

#[test]
fn who_becomes_a_host_sees_what_was_dismissed_and_who_is_none_any_more_does_not() {
    let mut story = meeting();
    story.does("ana", "questions.ask", ask("1", "spam"));
    story.does("host", "questions.dismiss", the("1"));
    let role = |role: &str| json!({"identity": "ben", "role": role});
    story.does("host", "people.set_role", role("co_host"));
    assert_eq!(ids(&story.sees("ben", "questions"), "dismissed"), ["1"]);
    story.does("host", "people.set_role", role("member"));
    assert_eq!(ids(&story.sees("ben", "questions"), "dismissed"), [""; 0]);
}

#[test]
fn an_asker_withdraws_his_own_and_nobody_else_does() {
    let mut story = meeting();
    story.logs("questions-withdrawn", "ana");
    story.does("ana", "questions.ask", ask("1", "never mind"));
    story.does("ana", "questions.vote", vote("1", true));
    for other in ["ben", "host"] {
        assert_eq!(
            story.may_not(other, "questions.withdraw", the("1")),
            "no_such_question"
        );
    }
    story.does("ana", "questions.withdraw", the("1"));
    story.passes(1_000);
    story.ends();
    let seen = story.sees("ana", "questions");
    assert_eq!(ids(&seen, "questions"), [""; 0]);
    assert_eq!(seen["mine"], json!({"asked": [], "voted": []}));
}

#[test]
fn who_asks_without_a_name_is_known_to_himself_alone() {
    let mut story = meeting();
    assert_eq!(
        story.may_not("ana", "questions.ask", nameless("1", "psst")),
        "not_anonymous"
    );
    story.does("host", "questions.set", json!({"anonymous": true}));
    story.logs("questions-anonymous", "host");
    story.does("ana", "questions.ask", nameless("1", "Why so dear?"));
    story.ends();
    assert_eq!(story.heard("ben"), ["questions.set", "questions.asked"]);
    for other in ["host", "ben"] {
        let seen = story.sees(other, "questions");
        assert_eq!(seen["questions"][0]["from"], Value::Null);
        assert!(!seen.to_string().contains("ana"));
    }
    assert_eq!(
        story.sees("ana", "questions")["mine"]["asked"],
        json!(["1"])
    );
    story.does("ana", "questions.withdraw", the("1"));
}

#[test]
fn the_host_closes_the_questions_and_opens_them_again() {
    let mut story = meeting();
    story.does("ana", "questions.ask", ask("1", "in time"));
    story.logs("questions-closed", "ana");
    story.does("host", "questions.set", json!({"open": false}));
    story.does("host", "questions.set", json!({"open": false}));
    let refused = refusal(&mut story, "ben", "questions.ask", &ask("2", "too late"));
    assert_eq!(refused.code, "questions_closed");
    story.does("ben", "questions.vote", vote("1", true));
    story.does("host", "questions.set", json!({"open": true}));
    story.does("ben", "questions.ask", ask("2", "in time"));
    story.ends();
}

#[test]
fn an_answer_is_mended_and_a_question_opened_again() {
    let mut story = meeting();
    story.does("ana", "questions.ask", ask("1", "How long?"));
    let with = |text: &str| json!({"question": "1", "text": text});
    story.logs("questions-reopened", "ana");
    story.does("host", "questions.answer", with("Two weaks."));
    story.does("host", "questions.answer", with("Two weeks."));
    story.does("host", "questions.answer", with(" Two weeks. "));
    story.does("host", "questions.reopen", the("1"));
    story.does("host", "questions.reopen", the("1"));
    story.ends();
    assert_eq!(
        story.sees("ben", "questions")["questions"][0]["answer"],
        Value::Null
    );
    assert_eq!(
        story.may_not("host", "questions.answer", with(" ")),
        "empty"
    );
    assert_eq!(
        story.may_not("host", "questions.answer", with(&"长".repeat(1_001))),
        "too_large"
    );
}

#[test]
fn a_slow_room_makes_everybody_wait_but_its_hosts_even_who_withdrew() {
    let mut story = meeting();
    story.does("host", "questions.set", json!({"slow_s": 30}));
    story.does("ana", "questions.ask", ask("1", "first"));
    story.does("ana", "questions.withdraw", the("1"));
    story.passes(10_000);
    let refused = refusal(&mut story, "ana", "questions.ask", &ask("2", "second"));
    assert_eq!(
        (refused.code, refused.retry_after_ms),
        ("slow_mode", Some(20_000))
    );
    story.does("ben", "questions.ask", ask("3", "mine"));
    story.does("host", "questions.ask", ask("4", "one"));
    story.does("host", "questions.ask", ask("5", "two"));
    story.passes(20_000);
    story.does("ana", "questions.ask", ask("2", "second"));
    assert_eq!(
        story.may_not("host", "questions.set", json!({"slow_s": 3_601})),
        "too_large"
    );
}

#[test]
fn one_person_cannot_fill_the_list() {
    let mut story = meeting();
    for n in 0..20 {
        story.does("ana", "questions.ask", ask(&format!("a{n}"), "again"));
    }
    let refused = refusal(&mut story, "ana", "questions.ask", &ask("more", "again"));
    assert_eq!(
        (refused.code, refused.limit),
        ("too_many_unanswered", Some(20))
    );
    story.does("host", "questions.answer", the("a0"));
    story.does("ana", "questions.ask", ask("more", "again"));
    for n in 0..30 {
        story.does("host", "questions.ask", ask(&format!("h{n}"), "and"));
    }
}

#[test]
fn who_may_not_is_told_which_right_he_lacks() {
    let mut story = meeting();
    story.comes("eve", Role::Observer);
    story.does("ana", "questions.ask", ask("1", "?"));
    for (method, payload) in [
        ("questions.ask", ask("2", "?")),
        ("questions.vote", vote("1", true)),
    ] {
        let refused = refusal(&mut story, "eve", method, &payload);
        assert_eq!(refused.right, Some(Right::AskQuestions));
    }
    for (method, payload) in [
        ("questions.answer", the("1")),
        ("questions.reopen", the("1")),
        ("questions.dismiss", the("1")),
        ("questions.restore", the("1")),
        ("questions.set", json!({"open": false})),
    ] {
        let refused = refusal(&mut story, "ana", method, &payload);
        assert_eq!(refused.right, Some(Right::ModerateQuestions));
    }
    let block = json!({"identity": "ana", "blocked": true});
    story.does("host", "chat.block", block);
    assert_eq!(
        story.may_not("ana", "questions.ask", ask("2", "?")),
        "blocked"
    );
    let mut consult = Story::of(Kind::Consult);
    consult.comes("clerk", Role::Host);
    assert_eq!(
        consult.may_not("clerk", "questions.ask", ask("1", "?")),
        "unknown_method"
    );
}

#[test]
fn questions_and_votes_outlive_a_crash_and_not_the_meeting() {
    let mut story = meeting();
    story.does("ana", "questions.ask", ask("1", "remember"));
    story.does("ben", "questions.ask", ask("2", "forget"));
    story.does("ben", "questions.vote", vote("1", true));
    story.does("host", "questions.dismiss", the("2"));
    story.leaves("ana");
    story.breaks_off();
    story.comes("ben", Role::Member).comes("ana", Role::Member);
    story.passes(1_000);
    let seen = story.sees("ben", "questions");
    assert_eq!(ids(&seen, "questions"), ["1"]);
    assert_eq!(seen["questions"][0]["votes"], 1);
    assert_eq!(seen["mine"], json!({"asked": ["2"], "voted": ["1"]}));
    story.does("ana", "questions.withdraw", the("1"));
    story.leaves("ana").leaves("ben");
    story.notice(Occurrence::Closing);
    story.breaks_off();
    story.comes("stranger", Role::Host);
    let seen = story.sees("stranger", "questions");
    assert_eq!(ids(&seen, "questions"), [""; 0]);
    assert_eq!(ids(&seen, "dismissed"), [""; 0]);
    assert_eq!(seen["open"], true);
}

#[test]
fn what_is_not_as_it_should_be_is_refused() {
    let mut story = meeting();
    for (payload, code) in [
        (json!({"text": "no id"}), "malformed"),
        (json!({"id": "1"}), "malformed"),
        (ask("", "empty id"), "malformed"),
        (ask(&"x".repeat(41), "long id"), "malformed"),
        (ask("1", &"长".repeat(501)), "too_large"),
        (ask("1", " \n "), "empty"),
    ] {
        assert_eq!(
            story.may_not("ana", "questions.ask", payload.clone()),
            code,
            "{payload}"
        );
    }
    story.does("ana", "questions.ask", ask("1", &"长".repeat(500)));
}
