//! The features of one room, run.

use super::event::{Happened, Kept};
use super::feature::{Actor, Context, Effect, Hearers, Occurrence, Touched};
use super::people::Person;
use super::refused::{Common, Refused};
use super::registry::{self, Decided, Event, NAMES, States};
use super::room::{self, AgendaItem};
use super::surface::{Surface, Surfaces};
use crate::kinds::{Kind, Rights, Role};
use base::{Identity, TrackSid};
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};

/// What a room is, as it was planned, and what has happened in it so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setup {
    pub room_id: String,
    pub kind: Kind,
    pub title: String,
    pub template: Option<String>,
    pub agenda: Vec<AgendaItem>,
    /// `None`: as the kind has it.
    pub lobby: Option<bool>,
    pub locked: bool,
    /// Milliseconds since 1970.
    pub ends_at: Option<u64>,
    /// People at once; `None`: as the kind has it.
    pub max_people: Option<u32>,
    /// The journal, oldest first.
    pub journal: Vec<Kept>,
}

impl Setup {
    /// A room that nobody planned takes as many as the server does.
    pub(crate) fn max_people(&self) -> Option<u32> {
        let of_kind = self.kind.table().max_people;
        let planned = (!self.room_id.is_empty()).then_some(of_kind);
        self.max_people.or(planned)
    }
}

/// The answer to a command.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub reply: Value,
}

/// What follows from commands and occurrences, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consequence {
    Happened(Happened),
    Effect(Effect),
}

/// Runs the features: parses, asks for rights, applies, numbers.
#[derive(Debug)]
pub struct Features {
    kind: Kind,
    /// Of the last event.
    seq: u64,
    states: States,
    surfaces: Surfaces,
    /// What each person who is there was last told that he may do.
    told: BTreeMap<Identity, (Role, Rights)>,
    consequences: VecDeque<Consequence>,
}

impl Features {
    pub fn open(now_ms: u64, setup: &Setup) -> Self {
        let mut features = Self {
            kind: setup.kind,
            seq: 0,
            states: States::default(),
            surfaces: Surfaces::default(),
            told: BTreeMap::new(),
            consequences: VecDeque::new(),
        };
        for kept in &setup.journal {
            features.remember(kept);
        }
        features.states.room.describe(setup);
        features.notice(now_ms, &Occurrence::Opened);
        features
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    pub fn states(&self) -> &States {
        &self.states
    }

    /// The number of the last event.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// # Errors
    /// The refusal that the person is shown; then nothing has changed.
    pub fn command(
        &mut self,
        now_ms: u64,
        actor: &Actor,
        method: &str,
        json: &str,
    ) -> Result<Answer, Refused> {
        if self.states.room.has_ended {
            return Err(Common::RoomEnded.into());
        }
        let (feature, name) = super::method::split(method)?;
        if !self.kind.table().has(feature) {
            return Err(Common::UnknownMethod.into());
        }
        let payload = super::method::payload(json)?;
        let context = self.context(now_ms);
        let decided = registry::command(&context, actor, feature, (name, payload))?;
        let reply = self.carry_out(now_ms, decided);
        Ok(Answer { reply })
    }

    pub fn publish(&mut self, now_ms: u64, surface: Surface) {
        self.surfaces.insert(surface.clone());
        self.notice(now_ms, &Occurrence::Published(surface));
    }

    pub fn unpublish(&mut self, now_ms: u64, track: &TrackSid) {
        if let Some(surface) = self.surfaces.remove(track) {
            self.notice(now_ms, &Occurrence::Unpublished(surface));
        }
    }

    /// Lets every feature know.
    pub fn notice(&mut self, now_ms: u64, occurrence: &Occurrence) {
        for feature in self.features() {
            let decided = registry::notice(&self.context(now_ms), feature, occurrence);
            decided.map(|decided| self.carry_out(now_ms, decided));
        }
    }

    /// When [`Features::wake`] is wanted, in milliseconds since 1970.
    pub fn next_deadline(&self, now_ms: u64) -> Option<u64> {
        let context = self.context(now_ms);
        self.features()
            .filter_map(|feature| registry::deadline(&context, feature))
            .min()
    }

    pub fn wake(&mut self, now_ms: u64) {
        for feature in self.features() {
            let context = self.context(now_ms);
            if registry::deadline(&context, feature).is_some_and(|due| due <= now_ms) {
                let decided = registry::wake(&context, feature);
                decided.map(|decided| self.carry_out(now_ms, decided));
            }
        }
    }

    pub fn poll(&mut self) -> Option<Consequence> {
        self.consequences.pop_front()
    }

    /// The document that somebody is shown who has none yet.
    pub fn snapshot(&self, now_ms: u64, viewer: &Actor) -> String {
        let mut document = registry::snapshot(&self.context(now_ms), viewer);
        document.insert("seq".into(), self.seq.into());
        document.insert("at".into(), now_ms.into());
        let me = serde_json::json!({
            "identity": viewer.identity,
            "role": viewer.role,
            "rights": viewer.rights,
        });
        document.insert("me".into(), me);
        Value::Object(document).to_string()
    }

    /// Somebody who is present, as one who commands.
    pub fn actor(&self, identity: &Identity) -> Option<Actor> {
        let person = self.states.people.person(identity)?;
        Some(Actor {
            identity: person.identity.clone(),
            name: person.name.clone(),
            role: person.role,
            rights: self.rights_of(person),
        })
    }

    /// The role that somebody has here who comes with `role`: he may have been given another.
    pub fn role_of(&self, identity: &Identity, role: Role) -> Role {
        self.states.people.given(identity).unwrap_or(role)
    }

    /// Whether somebody who is present is told of an event.
    pub fn hears(&self, hearers: &Hearers, identity: &Identity) -> bool {
        match hearers {
            Hearers::All => true,
            Hearers::With { right, also } => {
                also.contains(identity)
                    || self
                        .told
                        .get(identity)
                        .is_some_and(|(_, rights)| rights.has(*right))
            }
            Hearers::Only(named) => named.contains(identity),
            Hearers::Stage { also } => {
                let told = self.told.get(identity);
                also == identity || told.is_none_or(|(role, _)| !self.kind.table().counts(*role))
            }
            Hearers::Nobody => false,
        }
    }

    /// Those present who are told of an event, without asking each of a large audience where that
    /// can be avoided; `None`: everybody.
    pub fn hearing<'a>(&'a self, hearers: &'a Hearers) -> Option<Vec<&'a Identity>> {
        match hearers {
            Hearers::All => None,
            Hearers::With { right, also } => {
                let with = self
                    .told
                    .iter()
                    .filter(|(_, (_, rights))| rights.has(*right));
                Some(with.map(|(identity, _)| identity).chain(also).collect())
            }
            Hearers::Only(named) => Some(named.iter().collect()),
            Hearers::Stage { also } => {
                let staged = self.states.people.people.iter();
                Some(
                    staged
                        .map(|person| &person.identity)
                        .chain([also])
                        .collect(),
                )
            }
            Hearers::Nobody => Some(Vec::new()),
        }
    }

    fn features(&self) -> impl Iterator<Item = &'static str> + use<> {
        let table = self.kind.table();
        NAMES.iter().copied().filter(|name| table.has(name))
    }

    fn context(&self, now_ms: u64) -> Context<'_> {
        Context {
            now_ms,
            kind: self.kind,
            states: &self.states,
            surfaces: &self.surfaces,
        }
    }

    fn rights_of(&self, person: &Person) -> Rights {
        // Rights do not depend on the time.
        registry::rights(&self.context(0), person)
    }

    fn carry_out(&mut self, now_ms: u64, decided: Decided) -> Value {
        for event in decided.events {
            self.take(now_ms, &event);
        }
        let effects = decided.effects.into_iter().map(Consequence::Effect);
        self.consequences.extend(effects);
        decided.reply
    }

    fn take(&mut self, now_ms: u64, event: &Event) {
        self.seq += 1;
        event.apply(&mut self.states, now_ms);
        self.consequences.push_back(Consequence::Happened(Happened {
            seq: self.seq,
            at_ms: now_ms,
            feature: event.feature(),
            is_kept: event.is_kept(),
            hearers: event.hearers(),
            json: event.to_json(self.seq, now_ms).into(),
        }));
        match event.touches() {
            Touched::Nobody => {}
            Touched::Person(identity) => self.tell_rights(now_ms, identity),
            Touched::Everybody => {
                let everybody: Vec<_> = self.told.keys().cloned().collect();
                for identity in everybody {
                    self.tell_rights(now_ms, &identity);
                }
            }
        }
    }

    /// Whoever may do something else than before learns it. Newcomers find it in their snapshot.
    fn tell_rights(&mut self, now_ms: u64, identity: &Identity) {
        let Some(person) = self.states.people.person(identity) else {
            self.told.remove(identity);
            return;
        };
        let (role, rights) = (person.role, self.rights_of(person));
        let before = self.told.insert(identity.clone(), (role, rights));
        if before.is_none_or(|before| before == (role, rights)) {
            return;
        }
        let event = room::Event::RightsChanged {
            identity: identity.clone(),
            role,
            rights,
        };
        self.take(now_ms, &Event::Room(event));
        let identity = identity.clone();
        let effect = Effect::RightsChanged { identity };
        self.consequences.push_back(Consequence::Effect(effect));
    }

    /// An event that was kept and cannot be read any more is left out: a room that opens without
    /// it is better than one that does not open.
    fn remember(&mut self, kept: &Kept) {
        self.seq = self.seq.max(kept.seq);
        let Ok(value) = serde_json::from_str::<Value>(&kept.json) else {
            return;
        };
        let feature = value["feature"].as_str().unwrap_or_default().to_owned();
        if let Ok(Some(event)) = Event::from_json(&feature, value) {
            event.apply(&mut self.states, kept.at_ms);
        }
    }
}
