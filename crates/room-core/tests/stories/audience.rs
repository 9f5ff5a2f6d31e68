//! Ten thousand who read, without a flood.

use crate::harness::Story;
use room_core::features::Setup;
use room_core::kinds::{Kind, Role};
use room_core::{Audience, Caller, Claim, Deferred, JoinRefusal, ListenerId, Newcomer, RequestId};
use serde_json::{Value, json};
use std::time::Duration;

const READERS: u64 = 10_000;
/// As `features/crowd.rs` has it.
const SHOWN_AT_ONCE: usize = 20;
const SHOWN_PER_SECOND: usize = 10;

#[test]
fn a_burst_of_a_thousand_lines_is_a_few_for_each_reader_and_all_for_the_hosts() {
    let mut story = filled(Kind::LiveShow);
    story.deferred.clear();
    story.kept.clear();
    for line in 0..1_000 {
        // Ten seconds; every fiftieth is the host's.
        story.after(Duration::from_millis(10));
        let (identity, role) = match line % 50 {
            0 => ("host".to_owned(), Role::Host),
            _ => (format!("guest-{}", line * 7 % READERS), Role::Audience),
        };
        let params = json!({ "id": format!("line-{line}"), "text": "Is there one in blue?" });
        commands(
            &mut story,
            line,
            &newcomer(&identity, role),
            "chat.say",
            &params,
        );
    }
    let said = lines(&story);
    assert_eq!(said.len(), 1_000, "each is answered and told to somebody");
    let to_all = |line: &&Line| line.to == Audience::All;
    let of_hosts = said
        .iter()
        .filter(to_all)
        .filter(|line| line.role == "host");
    assert_eq!(of_hosts.count(), 20, "no line of a host is missing");
    let of_seats = said
        .iter()
        .filter(to_all)
        .filter(|line| line.role == "audience");
    let shown = of_seats.count();
    assert!(shown >= 10 * SHOWN_PER_SECOND, "{shown}");
    assert!(shown <= SHOWN_AT_ONCE + 10 * SHOWN_PER_SECOND, "{shown}");
    // The others are for the stage and for whoever said it: two sockets, whatever the audience.
    for line in said.iter().filter(|line| line.to != Audience::All) {
        let Audience::Only(listeners) = &line.to else {
            unreachable!("filtered above");
        };
        assert_eq!(listeners.len(), 2);
        assert!(line.aside && listeners.contains(&ListenerId(READERS)));
    }
    assert_eq!(story.kept.len(), 1_000, "the history has them all");
}

#[test]
fn ten_thousand_who_come_are_counted_and_not_told_one_by_one() {
    let mut story = filled(Kind::Webinar);
    story.after(Duration::from_secs(2));
    let told = told(&story);
    let of = |feature: &str, kind: &str| {
        told.iter()
            .filter(|(_, event)| event["feature"] == feature && event["type"] == kind)
            .count()
    };
    assert_eq!(of("people", "came"), 1, "the host");
    assert!(of("people", "counted") <= 13, "once a second");
    assert_eq!(told.len(), of("people", "came") + of("people", "counted"));
    assert_eq!(story.room.live().audience as u64, READERS);
    assert_eq!(
        told.last().expect("they were counted").1["audience"],
        READERS
    );
    let kept = story.kept.iter();
    let kept = kept.filter(|event| event.json.contains("\"feature\":\"people\""));
    assert_eq!(kept.count(), 1, "nor written down one by one");
}

#[test]
fn a_full_audience_does_not_keep_the_stage_empty() {
    let mut story = filled(Kind::Webinar);
    let late = newcomer("late", Role::Audience);
    let refused = story.room.listen(story.now, ListenerId(READERS + 1), late);
    assert_eq!(refused, Err(JoinRefusal::RoomFull));
    let speaker = newcomer("speaker", Role::Speaker);
    let admitted = story
        .room
        .listen(story.now, ListenerId(READERS + 2), speaker);
    assert_eq!(admitted, Ok(()));
}

#[test]
fn hearts_and_hands_of_ten_thousand_do_not_go_to_ten_thousand() {
    let mut story = filled(Kind::Webinar);
    story.after(Duration::from_secs(2));
    story.deferred.clear();
    for number in 0..400 {
        let guest = newcomer(&format!("guest-{number}"), Role::Audience);
        let heart = json!({ "emoji": "❤️" });
        commands(&mut story, number, &guest, "reactions.send", &heart);
        commands(&mut story, number, &guest, "hands.raise", &json!({}));
    }
    let told = told(&story);
    let to_all = |(to, event): &&(Audience, Value)| *to == Audience::All && event["seq"].is_u64();
    let hearts = told.iter().filter(to_all).count();
    assert_eq!(hearts, SHOWN_AT_ONCE);
    let raised: Vec<_> = told
        .iter()
        .filter(|(_, event)| event["type"] == "raised")
        .collect();
    assert_eq!(raised.len(), 400);
    for (to, _) in raised {
        let Audience::Only(listeners) = to else {
            panic!("a hand of the audience was told to everybody");
        };
        assert_eq!(listeners.len(), 2, "the host's socket and his own");
        assert!(listeners.contains(&ListenerId(READERS)));
    }
}

/// A room with an audience, and a host, who all listen.
fn filled(kind: Kind) -> Story {
    let mut story = Story::planned(Setup {
        room_id: "room_1".to_owned(),
        kind,
        ..Setup::default()
    });
    for number in 0..READERS {
        if number % 1_000 == 0 {
            story.after(Duration::from_secs(1));
        }
        let guest = newcomer(&format!("guest-{number}"), Role::Audience);
        let id = ListenerId(number);
        story
            .room
            .listen(story.now, id, guest)
            .expect("there is room");
        story.drain();
    }
    let host = newcomer("host", Role::Host);
    let id = ListenerId(READERS);
    story
        .room
        .listen(story.now, id, host)
        .expect("there is room");
    story.drain();
    story
}

fn newcomer(identity: &str, role: Role) -> Newcomer {
    Newcomer {
        identity: identity.into(),
        name: format!("Name of {identity}"),
        claim: Claim {
            role,
            role_decides: true,
            person_id: None,
            is_guest: true,
        },
    }
}

fn commands(story: &mut Story, request: u64, who: &Newcomer, method: &str, params: &Value) {
    let caller = Caller::Person(who.clone());
    let params = params.to_string();
    story
        .room
        .command(story.now, RequestId(request), &caller, method, &params);
    story.drain();
    let refused = story
        .deferred
        .iter()
        .rev()
        .find_map(|deferred| match deferred {
            Deferred::Answered { result, .. } => Some(result.is_err()),
            _ => None,
        });
    assert_eq!(
        refused,
        Some(false),
        "{method} of {}",
        who.identity.as_str()
    );
}

struct Line {
    to: Audience,
    role: String,
    aside: bool,
}

fn lines(story: &Story) -> Vec<Line> {
    let said = told(story).into_iter();
    said.filter(|(_, event)| event["type"] == "said")
        .map(|(to, event)| Line {
            to,
            role: event["message"]["from"]["role"]
                .as_str()
                .expect("a role")
                .to_owned(),
            aside: event["message"]["aside"] == true,
        })
        .collect()
}

/// Events, and to whom they went.
fn told(story: &Story) -> Vec<(Audience, Value)> {
    let told = story.deferred.iter().filter_map(|deferred| match deferred {
        Deferred::Told { to, text } => Some((to.clone(), text)),
        _ => None,
    });
    told.map(|(to, text)| {
        let mut document: Value = serde_json::from_str(text).expect("JSON");
        (to, document["event"].take())
    })
    .collect()
}
