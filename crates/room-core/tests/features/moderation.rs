use crate::story::Story;
use base::Identity;
use room_core::features::{Effect, Source};
use room_core::kinds::{Kind, Right, Role};
use serde_json::json;

#[test]
fn one_is_muted_and_asked_to_speak_again() {
    let mut story = meeting();
    story.logs("moderation-mute", "ben");
    let mute = json!({"identity": "ben", "source": "microphone"});
    assert_eq!(
        story.may_not("ben", "moderation.mute", mute.clone()),
        "right_missing"
    );
    story.does("cai", "moderation.mute", mute);
    assert_eq!(story.effects(), [silence("ben", Source::Microphone)]);
    story.does("ana", "moderation.ask_unmute", json!({"identity": "ben"}));
    assert_eq!(
        story.heard("ben"),
        ["moderation.muted", "moderation.asked_to_unmute"]
    );
    assert_eq!(story.heard("cai"), ["moderation.muted"]);
    let camera = json!({"identity": "ben", "source": "camera"});
    assert_eq!(
        story.may_not("ana", "moderation.mute", camera.clone()),
        "malformed"
    );
    story.does("ana", "moderation.stop_video", camera);
    assert_eq!(story.effects(), [silence("ben", Source::Camera)]);
    story.ends();
}

#[test]
fn all_are_muted_but_those_who_look_after_the_room() {
    let mut story = meeting();
    story.logs("moderation-mute-all", "ben");
    story.does("ana", "moderation.mute_all", json!({"may_unmute": true}));
    assert_eq!(story.effects(), [silence("ben", Source::Microphone)]);
    assert!(story.rights("ben").has(Right::Speak));
    story.does("ana", "moderation.mute_all", json!({"may_unmute": false}));
    assert!(!story.rights("ben").has(Right::Speak));
    assert!(story.rights("cai").has(Right::Speak));
    let floor = json!({"identity": "ben", "sources": ["microphone"]});
    story.does("ana", "hands.grant", floor);
    assert!(story.rights("ben").has(Right::Speak));
    story.does("ana", "hands.revoke", json!({"identity": "ben"}));
    story.does(
        "ana",
        "moderation.forbid_unmute",
        json!({"forbidden": false}),
    );
    assert!(story.rights("ben").has(Right::Speak));
    story.ends();
}

#[test]
fn a_co_host_has_no_power_over_a_host() {
    let mut story = meeting();
    for (method, source) in [
        ("moderation.mute", "microphone"),
        ("moderation.stop_video", "camera"),
        ("moderation.remove", ""),
        ("moderation.ban", ""),
    ] {
        let payload = json!({"identity": "ana", "source": source});
        assert_eq!(story.may_not("cai", method, payload), "not_over_a_host");
    }
}

#[test]
fn who_is_banned_is_put_out_and_kept_out_by_identity_and_account() {
    let mut story = meeting();
    story
        .comes("dan", Role::Member)
        .logs("moderation-ban", "ana");
    story.does("ana", "moderation.remove", json!({"identity": "dan"}));
    assert_eq!(story.effects(), [put_out("dan")]);
    story.does("ana", "moderation.ban", json!({"identity": "ben"}));
    assert_eq!(story.effects(), [put_out("ben")]);
    story.leaves("ben").leaves("dan");
    assert_eq!(
        story.sees("ana", "moderation")["banned"][0]["identity"],
        "ben"
    );
    story.ends();
    assert!(story.is_banned("ben", None));
    assert!(story.is_banned("under-another-name", Some("per_ben")));
    assert!(!story.is_banned("dan", Some("per_dan")));
    story.breaks_off().comes("ana", Role::Host);
    assert!(story.is_banned("ben", None));
    story.does("ana", "moderation.unban", json!({"identity": "ben"}));
    assert!(!story.is_banned("ben", Some("per_ben")));
}

#[test]
fn who_was_banned_is_the_hosts_business() {
    let mut story = meeting();
    story.comes("dan", Role::Member);
    story.heard("ben");
    story.does("ana", "moderation.ban", json!({"identity": "dan"}));
    assert_eq!(story.sees("ben", "moderation")["banned"], json!([]));
    assert!(story.heard("ben").is_empty());
    let myself = json!({"identity": "ana"});
    assert_eq!(story.may_not("ana", "moderation.ban", myself), "malformed");
}

fn meeting() -> Story {
    let mut story = Story::of(Kind::Meeting);
    story.comes("ana", Role::Host).comes("ben", Role::Member);
    story.comes("cai", Role::CoHost);
    story.heard("ana");
    story.heard("ben");
    story
}

fn silence(identity: &str, source: Source) -> Effect {
    let identity = Identity::from(identity);
    Effect::Silence { identity, source }
}

fn put_out(identity: &str) -> Effect {
    let identity = Identity::from(identity);
    Effect::PutOut { identity }
}
