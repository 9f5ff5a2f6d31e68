use crate::story::Story;
use room_core::features::Source;
use room_core::kinds::{Kind, Role};
use serde_json::{Value, json};

const SHARE: &str = "TR_share";

fn shared() -> Story {
    let mut story = Story::of(Kind::Meeting);
    story.comes("host", Role::Host);
    story.comes("ana", Role::Member).comes("ben", Role::Member);
    story.publishes("ana", SHARE, Source::ScreenShare);
    story
}

fn pen(id: &str, points: &[f64]) -> Value {
    json!({
        "id": id, "surface": SHARE, "tool": "pen", "color": "#e5484d", "width": 0.004,
        "points": points,
    })
}

fn strokes(story: &Story, viewer: &str) -> Vec<String> {
    let surfaces = story.sees(viewer, "annotation")["surfaces"].clone();
    let surfaces = surfaces.as_array().unwrap();
    surfaces
        .iter()
        .flat_map(|board| board["strokes"].as_array().unwrap().clone())
        .map(|stroke| stroke["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_stroke_grows_on_every_screen() {
    let mut story = shared();
    story.logs("annotation-stroke", "host");
    story.does("ben", "annotation.begin", pen("a", &[0.1, 0.2]));
    story.passes(50);
    let more = json!({"id": "a", "points": [0.123_456_789, 0.2, 1.7, -0.3]});
    story.does("ben", "annotation.extend", more);
    story.does("ben", "annotation.finish", json!({"id": "a"}));
    story.ends();
    let board = story.sees("host", "annotation")["surfaces"][0].clone();
    let stroke = &board["strokes"][0];
    assert_eq!(stroke["points"], json!([0.1, 0.2, 0.12346, 0.2, 1.0, 0.0]));
    assert_eq!(stroke["by"]["name"], "Name of ben");
    assert_eq!(stroke["done"], true);
    let late = json!({"id": "a", "points": [0.5, 0.5]});
    assert_eq!(
        story.may_not("ben", "annotation.extend", late),
        "no_such_stroke"
    );
}

#[test]
fn nobody_draws_on_with_somebody_elses_pen() {
    let mut story = shared();
    story.does("ben", "annotation.begin", pen("a", &[0.1, 0.2]));
    let more = json!({"id": "a", "points": [0.5, 0.5]});
    assert_eq!(
        story.may_not("host", "annotation.extend", more),
        "no_such_stroke"
    );
    assert_eq!(
        story.may_not("host", "annotation.finish", json!({"id": "a"})),
        "no_such_stroke"
    );
    assert_eq!(
        story.may_not("host", "annotation.begin", pen("a", &[0.0, 0.0])),
        "malformed"
    );
}

#[test]
fn a_stroke_that_fades_goes_by_itself() {
    let mut story = shared();
    story.logs("annotation-fade", "host");
    let mut fading = pen("a", &[0.1, 0.2]);
    fading["fade_ms"] = json!(3_000);
    story.does("ben", "annotation.begin", fading);
    story.does("ben", "annotation.begin", pen("b", &[0.1, 0.2]));
    story.passes(10_000);
    assert_eq!(strokes(&story, "host"), ["a", "b"]);
    story.does("ben", "annotation.finish", json!({"id": "a"}));
    story.passes(2_999);
    assert_eq!(strokes(&story, "host"), ["a", "b"]);
    story.passes(1);
    assert_eq!(strokes(&story, "host"), ["b"]);
    story.ends();
}

#[test]
fn one_takes_back_ones_own_and_the_presenter_clears_all() {
    let mut story = shared();
    story.logs("annotation-clear", "ben");
    for (who, id) in [
        ("ben", "a"),
        ("ben", "b"),
        ("host", "c"),
        ("ben", "d"),
        ("ana", "e"),
    ] {
        story.does(who, "annotation.begin", pen(id, &[0.1, 0.2]));
    }
    let surface = json!({"surface": SHARE});
    story.does("ben", "annotation.undo", surface.clone());
    assert_eq!(strokes(&story, "ana"), ["a", "b", "c", "e"]);
    let clear = |whose: &str| json!({"surface": SHARE, "whose": whose});
    story.does("ben", "annotation.clear", clear("mine"));
    assert_eq!(strokes(&story, "ana"), ["c", "e"]);
    story.does("ben", "annotation.undo", surface);
    assert_eq!(
        story.may_not("ben", "annotation.clear", clear("all")),
        "right_missing"
    );
    story.does("ana", "annotation.clear", clear("all"));
    story.ends();
    assert_eq!(strokes(&story, "ben"), [""; 0]);
}

#[test]
fn whose_picture_it_is_says_who_draws_on_it() {
    let mut story = shared();
    story.logs("annotation-allowed", "ben");
    let allow = |who: &str| json!({"surface": SHARE, "who": who});
    assert_eq!(
        story.may_not("ben", "annotation.allow", allow("nobody")),
        "right_missing"
    );
    story.does("ana", "annotation.allow", allow("hosts"));
    assert_eq!(
        story.may_not("ben", "annotation.begin", pen("a", &[0.1, 0.2])),
        "not_allowed_here"
    );
    story.does("host", "annotation.begin", pen("b", &[0.1, 0.2]));
    story.does("ana", "annotation.allow", allow("nobody"));
    assert_eq!(
        story.may_not("host", "annotation.begin", pen("c", &[0.1, 0.2])),
        "not_allowed_here"
    );
    story.does("ana", "annotation.begin", pen("d", &[0.1, 0.2]));
    story.does("host", "annotation.allow", allow("everyone"));
    story.does("ben", "annotation.begin", pen("e", &[0.1, 0.2]));
    story.ends();
}

#[test]
fn drawings_go_with_their_picture() {
    let mut story = shared();
    story.publishes("host", "TR_cam", Source::Camera);
    story.logs("annotation-gone", "ben");
    story.does("ben", "annotation.begin", pen("a", &[0.1, 0.2]));
    let mut on_camera = pen("b", &[0.3, 0.3]);
    on_camera["surface"] = json!("TR_cam");
    story.does("ben", "annotation.begin", on_camera);
    story.unpublishes(SHARE);
    assert_eq!(strokes(&story, "ben"), ["b"]);
    story.ends();
    assert_eq!(
        story.may_not("ben", "annotation.begin", pen("c", &[0.1, 0.2])),
        "no_such_surface"
    );
}

#[test]
fn what_somebody_was_drawing_is_done_when_he_leaves() {
    let mut story = shared();
    story.logs("annotation-left", "host");
    let mut fading = pen("a", &[0.1, 0.2]);
    fading["fade_ms"] = json!(1_000);
    story.does("ben", "annotation.begin", fading);
    story.leaves("ben");
    story.passes(1_000);
    assert_eq!(strokes(&story, "host"), [""; 0]);
    story.ends();
}

#[test]
fn a_pointer_is_seen_and_not_kept() {
    let mut story = shared();
    let point = json!({"surface": SHARE, "x": 0.5, "y": 2.0});
    story.does("ben", "annotation.point", point);
    assert_eq!(story.heard("host").last().unwrap(), "annotation.pointed");
    assert_eq!(story.sees("host", "annotation"), json!({"surfaces": []}));
    let audience = Role::Audience;
    story.comes("dan", audience);
    let point = json!({"surface": SHARE, "x": 0.5, "y": 0.5});
    assert_eq!(
        story.may_not("dan", "annotation.point", point),
        "right_missing"
    );
}

#[test]
fn strokes_are_bounded() {
    let mut story = shared();
    let with = |key: &str, value: Value| {
        let mut stroke = pen("a", &[0.1, 0.2]);
        stroke[key] = value;
        stroke
    };
    for (payload, code) in [
        (with("color", json!("red")), "malformed"),
        (with("width", json!(2.0)), "malformed"),
        (with("tool", json!("axe")), "malformed"),
        (with("tool", json!("text")), "malformed"),
        (with("points", json!([0.1])), "malformed"),
        (with("points", json!([])), "malformed"),
        (with("points", json!(vec![0.5; 130])), "too_large"),
        (with("surface", json!("TR_none")), "no_such_surface"),
    ] {
        assert_eq!(
            story.may_not("ben", "annotation.begin", payload.clone()),
            code,
            "{payload}"
        );
    }
    let mut label = with("tool", json!("text"));
    label["text"] = json!(" here ");
    story.does("ben", "annotation.begin", label);
    let more = json!({"id": "a", "points": vec![0.5; 128]});
    for _ in 0..31 {
        story.does("ben", "annotation.extend", more.clone());
    }
    assert_eq!(story.may_not("ben", "annotation.extend", more), "too_large");
    for number in 1..500 {
        story.does(
            "ana",
            "annotation.begin",
            pen(&number.to_string(), &[0.1, 0.2]),
        );
    }
    assert_eq!(
        story.may_not("ana", "annotation.begin", pen("last", &[0.1, 0.2])),
        "full"
    );
}
