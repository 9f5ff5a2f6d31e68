use crate::story::Story;
use room_core::features::Source;
use room_core::kinds::{Kind, Role};
use serde_json::json;

fn meeting() -> Story {
    let mut story = Story::of(Kind::Meeting);
    story.comes("host", Role::Host);
    story.comes("ana", Role::Member).comes("ben", Role::Speaker);
    story
}

#[test]
fn the_spotlight_falls_on_one_for_all_and_ends_with_him() {
    let mut story = meeting();
    story.logs("layout-spotlight", "ben");
    let ana = json!({"identity": "ana"});
    assert_eq!(
        story.may_not("ben", "layout.spotlight", ana.clone()),
        "right_missing"
    );
    story.does("host", "layout.spotlight", ana.clone());
    assert_eq!(
        story.sees("ben", "layout")["spotlight"],
        json!({"identity": "ana", "source": "camera"})
    );
    story.does("host", "layout.spotlight", json!({"identity": null}));
    assert_eq!(story.sees("ben", "layout")["spotlight"], json!(null));
    story.does("host", "layout.spotlight", ana);
    story.leaves("ana");
    assert_eq!(story.sees("ben", "layout")["spotlight"], json!(null));
    story.ends();
    let gone = json!({"identity": "ana"});
    assert_eq!(
        story.may_not("host", "layout.spotlight", gone),
        "no_such_person"
    );
}

#[test]
fn a_shared_screen_leaves_the_spotlight_when_sharing_ends() {
    let mut story = meeting();
    story.publishes("ana", "TR_share", Source::ScreenShare);
    story.publishes("ana", "TR_cam", Source::Camera);
    let share = json!({"identity": "ana", "source": "screen_share"});
    story.does("host", "layout.spotlight", share.clone());
    story.unpublishes("TR_cam");
    assert_eq!(story.sees("ben", "layout")["spotlight"], share);
    story.unpublishes("TR_share");
    assert_eq!(story.sees("ben", "layout")["spotlight"], json!(null));
}

#[test]
fn one_shows_a_product_close_by_oneself_or_at_the_hosts_wish() {
    let mut story = meeting();
    story.logs("layout-close-up", "host");
    let close = |identity: &str, on: bool| json!({"identity": identity, "on": on});
    story.does("ana", "layout.close_up", close("ana", true));
    story.does("ana", "layout.close_up", close("ana", true));
    assert_eq!(
        story.may_not("ana", "layout.close_up", close("ben", true)),
        "right_missing"
    );
    story.does("host", "layout.close_up", close("ben", true));
    assert_eq!(
        story.sees("host", "layout")["close_up"],
        json!(["ana", "ben"])
    );
    story.does("host", "layout.close_up", close("ana", false));
    story.leaves("ben");
    assert_eq!(story.sees("host", "layout")["close_up"], json!([]));
    story.ends();
}

#[test]
fn others_follow_whoever_leads_until_he_stops_or_leaves() {
    let mut story = meeting();
    story.logs("layout-lead", "ana");
    let view = json!({"mode": "speaker", "pinned": "ana"});
    assert_eq!(
        story.may_not("ana", "layout.lead", json!({"on": true})),
        "right_missing"
    );
    assert_eq!(
        story.may_not("ben", "layout.view", view.clone()),
        "not_leading"
    );
    story.does("ben", "layout.lead", json!({"on": true}));
    story.does("ben", "layout.view", view.clone());
    assert_eq!(story.sees("ana", "layout")["view"], view);
    story.does("host", "layout.lead", json!({"on": true}));
    assert_eq!(story.sees("ana", "layout")["leader"], "host");
    assert_eq!(story.sees("ana", "layout")["view"], json!(null));
    story.does("ben", "layout.lead", json!({"on": false}));
    assert_eq!(story.sees("ana", "layout")["leader"], "host");
    story.leaves("host");
    assert_eq!(story.sees("ana", "layout")["leader"], json!(null));
    story.ends();
}

#[test]
fn a_room_that_broke_off_shows_nobody_who_has_not_come_back() {
    let mut story = meeting();
    story.does("host", "layout.spotlight", json!({"identity": "ana"}));
    story.does("host", "layout.lead", json!({"on": true}));
    story.breaks_off();
    story.comes("ben", Role::Speaker);
    let empty = json!({"spotlight": null, "close_up": [], "leader": null, "view": null});
    assert_eq!(story.sees("ben", "layout"), empty);
}
