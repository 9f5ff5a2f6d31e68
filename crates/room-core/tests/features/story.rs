//! A room in which people come, command and leave, and clients who watch it.
//!
//! Each watcher holds a snapshot and applies what he hears. After each step the story asserts that
//! he then knows exactly what a newcomer would be shown: *old snapshot + events = new snapshot*.
//! The log of one watcher is compared with `fixtures/rooms/<name>.json`, which the TypeScript SDK
//! replays too; `WRITE_FIXTURES=1` writes it anew.

use base::{Identity, TrackSid};
use room_core::features::{
    Actor, Answer, Consequence, Departure, Door, Effect, Features, Happened, Kept, Occurrence,
    Person, Refused, Replica, Setup, Source, Surface, deleted_message, without_words,
};
use room_core::kinds::{Kind, Rights, Role};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A day in 2026.
const BEGIN_MS: u64 = 1_790_000_000_000;

pub(crate) struct Story {
    setup: Setup,
    features: Features,
    pub(crate) now_ms: u64,
    watchers: BTreeMap<Identity, Replica>,
    heard: BTreeMap<Identity, Vec<Happened>>,
    effects: Vec<Effect>,
    journal: Vec<Kept>,
    log: Option<Log>,
}

/// What one watcher sees, for the fixture.
struct Log {
    name: &'static str,
    viewer: Identity,
    role: Role,
    before: Value,
    events: Vec<Value>,
}

impl Story {
    pub(crate) fn of(kind: Kind) -> Self {
        Self::planned(Setup {
            room_id: "room_1".to_owned(),
            title: "Weekly".to_owned(),
            kind,
            ..Setup::default()
        })
    }

    pub(crate) fn planned(setup: Setup) -> Self {
        let mut story = Self {
            features: Features::open(BEGIN_MS, &setup),
            setup,
            now_ms: BEGIN_MS,
            watchers: BTreeMap::new(),
            heard: BTreeMap::new(),
            effects: Vec::new(),
            journal: Vec::new(),
            log: None,
        };
        story.settle();
        story
    }

    /// Somebody with an account comes by media, and watches.
    pub(crate) fn comes(&mut self, identity: &str, role: Role) -> &mut Self {
        self.enters(person(identity, role, self.now_ms))
    }

    pub(crate) fn enters(&mut self, mut person: Person) -> &mut Self {
        let identity = person.identity.clone();
        person.role = self.features.role_of(&identity, person.role);
        self.notice(Occurrence::Came(person));
        self.watch(&identity);
        self
    }

    pub(crate) fn leaves(&mut self, identity: &str) -> &mut Self {
        let identity = Identity::from(identity);
        self.watchers.remove(&identity);
        let person = self.features.states().people.person(&identity);
        let person = person.expect("he is there").clone();
        self.notice(Occurrence::Left(person, Departure::Left));
        self
    }

    pub(crate) fn publishes(&mut self, identity: &str, track: &str, source: Source) -> &mut Self {
        let surface = Surface {
            track: TrackSid::from(track),
            publisher: Identity::from(identity),
            source: Some(source),
            is_video: source != Source::Microphone,
        };
        self.features.publish(self.now_ms, surface);
        self.settle();
        self
    }

    pub(crate) fn unpublishes(&mut self, track: &str) -> &mut Self {
        self.features.unpublish(self.now_ms, &TrackSid::from(track));
        self.settle();
        self
    }

    pub(crate) fn notice(&mut self, occurrence: Occurrence) {
        self.features.notice(self.now_ms, &occurrence);
        self.settle();
    }

    pub(crate) fn asks(
        &mut self,
        identity: &str,
        method: &str,
        payload: &Value,
    ) -> Result<Answer, Refused> {
        let actor = self.actor(identity);
        let before = self.features.snapshot(self.now_ms, &actor);
        let payload = payload.to_string();
        let answer = self.features.command(self.now_ms, &actor, method, &payload);
        if answer.is_err() {
            let after = self.features.snapshot(self.now_ms, &actor);
            assert_eq!(before, after, "a refused command changed something");
        }
        self.settle();
        answer
    }

    /// A command that must not be refused; the result is its reply.
    pub(crate) fn does(&mut self, identity: &str, method: &str, payload: Value) -> Value {
        match self.asks(identity, method, &payload) {
            Ok(answer) => answer.reply,
            Err(refused) => panic!("{method} was refused: {refused}"),
        }
    }

    /// The code of the refusal.
    pub(crate) fn may_not(&mut self, identity: &str, method: &str, payload: Value) -> String {
        match self.asks(identity, method, &payload) {
            Ok(_) => panic!("{method} was not refused"),
            Err(refused) => refused.code.to_owned(),
        }
    }

    /// Time passes; whatever becomes due meanwhile happens when it is due.
    pub(crate) fn passes(&mut self, ms: u64) -> &mut Self {
        let end = self.now_ms + ms;
        while let Some(due) = self.features.next_deadline(self.now_ms) {
            if due > end {
                break;
            }
            self.now_ms = self.now_ms.max(due);
            self.features.wake(self.now_ms);
            self.settle();
        }
        self.now_ms = end;
        self
    }

    /// The process dies; another opens the room from the journal.
    pub(crate) fn breaks_off(&mut self) -> &mut Self {
        self.watchers.clear();
        self.setup.journal = self.journal.clone();
        self.features = Features::open(self.now_ms, &self.setup);
        self.settle();
        self
    }

    /// What somebody is shown of a feature.
    pub(crate) fn sees(&self, identity: &str, feature: &str) -> Value {
        let snapshot = self.features.snapshot(self.now_ms, &self.actor(identity));
        serde_json::from_str::<Value>(&snapshot).unwrap()[feature].clone()
    }

    pub(crate) fn is_banned(&self, identity: &str, person_id: Option<&str>) -> bool {
        let moderation = &self.features.states().moderation;
        moderation.is_banned(&identity.into(), person_id)
    }

    pub(crate) fn rights(&self, identity: &str) -> Rights {
        self.actor(identity).rights
    }

    /// `feature.type` of what somebody heard since he was last asked.
    pub(crate) fn heard(&mut self, identity: &str) -> Vec<String> {
        let heard = self.heard.remove(&Identity::from(identity));
        heard.unwrap_or_default().iter().map(name).collect()
    }

    pub(crate) fn effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// From here on what `viewer` sees is the fixture `name`.
    pub(crate) fn logs(&mut self, name: &'static str, viewer: &str) -> &mut Self {
        let actor = self.actor(viewer);
        let before = self.features.snapshot(self.now_ms, &actor);
        self.log = Some(Log {
            name,
            viewer: actor.identity,
            role: actor.role,
            before: serde_json::from_str(&before).unwrap(),
            events: Vec::new(),
        });
        self
    }

    /// Compares the log with the committed one.
    pub(crate) fn ends(&mut self) {
        let log = self.log.take().expect("the story is logged");
        let after = self
            .features
            .snapshot(self.now_ms, &self.actor(log.viewer.as_str()));
        let fixture = json!({
            "kind": self.setup.kind,
            "viewer": {"identity": log.viewer, "role": log.role},
            "before": log.before,
            "events": log.events,
            "after": serde_json::from_str::<Value>(&after).unwrap(),
        });
        let text = serde_json::to_string_pretty(&fixture).unwrap() + "\n";
        let path = fixture_path(log.name);
        if std::env::var_os("WRITE_FIXTURES").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &text).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == text,
            "{} is out of date: run the test with WRITE_FIXTURES=1",
            path.display()
        );
    }

    fn actor(&self, identity: &str) -> Actor {
        let identity = Identity::from(identity);
        self.features.actor(&identity).expect("he is there")
    }

    fn watch(&mut self, identity: &Identity) {
        let actor = self.actor(identity.as_str());
        let snapshot = self.features.snapshot(self.now_ms, &actor);
        let replica = Replica::of(&snapshot).unwrap();
        self.watchers.insert(identity.clone(), replica);
        self.heard.remove(identity);
    }

    fn settle(&mut self) {
        let mut fresh = Vec::new();
        while let Some(consequence) = self.features.poll() {
            match consequence {
                Consequence::Happened(event) => self.spread(&event),
                Consequence::Effect(Effect::RightsChanged { identity }) => fresh.push(identity),
                Consequence::Effect(effect) => self.effects.push(effect),
            }
        }
        self.check(&fresh);
        // Whoever may see more or less than before is shown everything anew.
        for identity in fresh {
            if self.watchers.contains_key(&identity) {
                let heard = self.heard.remove(&identity).unwrap_or_default();
                self.watch(&identity);
                self.heard.insert(identity, heard);
            }
        }
    }

    /// As the database does it.
    fn keep(&mut self, event: Kept) {
        if let Some(message) = deleted_message(&event) {
            let mut earlier = self.journal.iter_mut().rev();
            let emptied = earlier.find_map(|said| Some((without_words(said, &message)?, said)));
            if let Some((emptied, said)) = emptied {
                *said = emptied;
            }
        }
        self.journal.push(event);
    }

    /// Whether a word stands anywhere in the journal.
    pub(crate) fn keeps(&self, word: &str) -> bool {
        self.journal.iter().any(|event| event.json.contains(word))
    }

    fn spread(&mut self, event: &Happened) {
        if event.is_kept {
            self.keep(Kept {
                seq: event.seq,
                at_ms: event.at_ms,
                json: event.json.clone(),
            });
        }
        let heard_by = |identity: &Identity| self.features.hears(&event.hearers, identity);
        if let Some(log) = self.log.as_mut().filter(|log| heard_by(&log.viewer)) {
            log.events.push(serde_json::from_str(&event.json).unwrap());
        }
        for (identity, replica) in &mut self.watchers {
            if self.features.hears(&event.hearers, identity) {
                replica.apply(&event.json).unwrap();
                let heard = self.heard.entry(identity.clone()).or_default();
                heard.push(event.clone());
            }
        }
    }

    fn check(&self, except: &[Identity]) {
        for (identity, replica) in &self.watchers {
            if except.contains(identity) {
                continue;
            }
            let snapshot = self
                .features
                .snapshot(self.now_ms, &self.actor(identity.as_str()));
            let fresh = Replica::of(&snapshot).unwrap();
            assert_eq!(
                replica.content(),
                fresh.content(),
                "what {} heard does not explain what is so now",
                identity.as_str()
            );
        }
    }
}

pub(crate) fn person(identity: &str, role: Role, now_ms: u64) -> Person {
    Person {
        identity: identity.into(),
        name: format!("Name of {identity}"),
        role,
        joined_at: now_ms,
        person_id: Some(format!("per_{identity}")),
        door: Door::Media,
        is_guest: false,
    }
}

fn name(event: &Happened) -> String {
    let json: Value = serde_json::from_str(&event.json).unwrap();
    format!("{}.{}", event.feature, json["type"].as_str().unwrap())
}

fn fixture_path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/rooms")
        .join(format!("{name}.json"))
}
