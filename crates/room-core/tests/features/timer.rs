use crate::story::Story;
use room_core::features::Occurrence;
use room_core::kinds::{Kind, Role};
use serde_json::json;

fn class() -> Story {
    let mut story = Story::of(Kind::Class);
    story
        .comes("teacher", Role::Host)
        .comes("ana", Role::Member);
    story
}

#[test]
fn a_timer_rings_when_its_time_is_over() {
    let mut story = class();
    story.logs("timer-rings", "ana");
    story.does(
        "teacher",
        "timer.start",
        json!({"seconds": 60, "label": " Exercise "}),
    );
    story.passes(59_999);
    assert_eq!(story.sees("ana", "timer")["timer"]["label"], "Exercise");
    story.passes(1);
    assert_eq!(story.sees("ana", "timer"), json!({"timer": null}));
    assert_eq!(story.heard("ana"), ["timer.started", "timer.rang"]);
    story.ends();
}

#[test]
fn a_paused_timer_goes_on_with_what_was_left() {
    let mut story = class();
    story.logs("timer-paused", "ana");
    story.does("teacher", "timer.start", json!({"seconds": 60}));
    story.passes(20_000);
    story.does("teacher", "timer.pause", json!({}));
    story.passes(3_600_000);
    assert_eq!(story.sees("ana", "timer")["timer"]["remaining_ms"], 40_000);
    story.does("teacher", "timer.pause", json!({}));
    story.does("teacher", "timer.resume", json!({}));
    story.passes(39_999);
    assert_ne!(story.sees("ana", "timer")["timer"], json!(null));
    story.does("teacher", "timer.stop", json!({}));
    story.ends();
    story.passes(60_000);
    assert_eq!(story.heard("ana").last().unwrap(), "timer.stopped");
}

#[test]
fn a_timer_outlives_a_crash_and_not_the_meeting() {
    let mut story = class();
    story.does("teacher", "timer.start", json!({"seconds": 60}));
    story.passes(10_000);
    story.breaks_off();
    story.comes("ana", Role::Member);
    let ends_at = story.sees("ana", "timer")["timer"]["ends_at"].clone();
    assert_eq!(ends_at, story.now_ms + 50_000);
    story.notice(Occurrence::Closing);
    assert_eq!(story.sees("ana", "timer"), json!({"timer": null}));
}

#[test]
fn a_timer_is_for_those_who_run_it_and_has_bounds() {
    let mut story = class();
    let minute = json!({"seconds": 60});
    assert_eq!(story.may_not("ana", "timer.start", minute), "right_missing");
    assert_eq!(
        story.may_not("teacher", "timer.stop", json!({})),
        "no_timer"
    );
    assert_eq!(
        story.may_not("teacher", "timer.start", json!({"seconds": 0})),
        "malformed"
    );
    assert_eq!(
        story.may_not("teacher", "timer.start", json!({"seconds": 86_401})),
        "too_large"
    );
}
