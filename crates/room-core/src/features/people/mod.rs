//! Who is there and as what.

mod succession;

use super::feature::{Actor, Context, Decision, Effect, Feature, Hearers, Occurrence, Touched};
use super::refused::{Common, Refused, bounded};
use crate::kinds::{Right, Role};
use base::Identity;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

const MAX_NAME_CHARACTERS: u64 = 100;
/// An audience is not told of more often: nobody reads faster.
const COUNT_INTERVAL_MS: u64 = 1_000;
/// Twice the largest audience; whoever comes after may be refused by a lock although he was here.
const MAX_KNOWN: usize = 20_000;

#[derive(Debug)]
pub struct People;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// In order of arrival.
    pub people: Vec<Person>,
    pub audience: u32,
    /// Those who are only counted.
    #[serde(skip)]
    counted: BTreeMap<Identity, Person>,
    #[serde(skip)]
    counted_at: u64,
    /// Roles that were given here, stronger than what a token says.
    #[serde(skip)]
    given: BTreeMap<Identity, Role>,
    /// Whoever was here once may come back to a locked room.
    #[serde(skip)]
    known: BTreeSet<Identity>,
    /// Since when the room has had no host, if it had one before.
    #[serde(skip)]
    hostless_since: Option<u64>,
    #[serde(skip)]
    was_hosted: bool,
}

/// Somebody who is present.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub identity: Identity,
    pub name: String,
    pub role: Role,
    pub joined_at: u64,
    /// His account.
    pub person_id: Option<String>,
    pub door: Door,
    pub is_guest: bool,
}

/// By which way he is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    Media,
    Socket,
}

/// Why somebody is no longer there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Departure {
    Left,
    /// His connection broke and did not come back.
    Lost,
    Removed,
    /// He is only counted from now on.
    Counted,
    RoomClosed,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    SetRole { identity: Identity, role: Role },
    HandOver { identity: Identity },
    Rename { name: String },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    Came {
        person: Person,
    },
    Left {
        identity: Identity,
        reason: Departure,
    },
    Changed {
        person: Person,
    },
    Counted {
        audience: u32,
    },
    /// One of the counted came, or changed.
    Seated {
        person: Person,
    },
    /// One of the counted left.
    Unseated {
        identity: Identity,
    },
    /// From now on he has this role whatever his token says.
    Given {
        identity: Identity,
        role: Role,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("The room needs a host: hand it over first.")]
    LastHost,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            Refusal::Common(common) => common.into(),
            Refusal::LastHost => Self::conflict("last_host", message),
        }
    }
}

impl State {
    pub fn person(&self, identity: &Identity) -> Option<&Person> {
        let counted = self.counted.get(identity);
        counted.or_else(|| self.people.iter().find(|p| p.identity == *identity))
    }

    /// Everybody, the counted ones too.
    pub fn all(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().chain(self.counted.values())
    }

    pub fn number(&self) -> usize {
        self.people.len() + self.counted.len()
    }

    /// The role that he was given here.
    pub fn given(&self, identity: &Identity) -> Option<Role> {
        self.given.get(identity).copied()
    }

    pub fn was_here(&self, identity: &Identity) -> bool {
        self.known.contains(identity)
    }

    fn seats(&self) -> u32 {
        u32::try_from(self.counted.len()).unwrap_or(u32::MAX)
    }

    fn remember(&mut self, person: &Person) {
        if self.known.len() < MAX_KNOWN {
            self.known.insert(person.identity.clone());
        }
    }

    fn put(&mut self, person: &Person) {
        match self
            .people
            .iter_mut()
            .find(|p| p.identity == person.identity)
        {
            Some(known) => known.clone_from(person),
            None => self.people.push(person.clone()),
        }
    }
}

impl Feature for People {
    type Command = Command;
    type Event = Event;
    type State = State;
    type Refusal = Refusal;

    fn right(command: &Command) -> Option<Right> {
        match command {
            Command::SetRole { .. } => Some(Right::SetRoles),
            Command::HandOver { .. } => Some(Right::HandOver),
            Command::Rename { .. } => None,
        }
    }

    fn handle(
        context: &Context<'_>,
        state: &State,
        actor: &Actor,
        command: Command,
    ) -> Result<Decision<Event>, Refusal> {
        match command {
            Command::SetRole { identity, role } => {
                let person = context.person(&identity)?;
                if person.role == Role::Host && role != Role::Host && hosts(state) == 1 {
                    return Err(Refusal::LastHost);
                }
                Ok(Decision::events(change_role(context, person, role)))
            }
            Command::HandOver { identity } => {
                let heir = context.person(&identity)?;
                let mut events = change_role(context, heir, Role::Host);
                let me = state.person(&actor.identity);
                if let Some(me) = me.filter(|me| me.identity != identity) {
                    events.extend(change_role(context, me, Role::CoHost));
                }
                Ok(Decision::events(events))
            }
            Command::Rename { name } => {
                let name = bounded(&name, MAX_NAME_CHARACTERS)?;
                if name.is_empty() {
                    return Err(Common::malformed("name", "it must not be empty").into());
                }
                let person = context.person(&actor.identity)?;
                let identity = person.identity.clone();
                Ok(rename(context, person, &name).effect(Effect::Rename { identity, name }))
            }
        }
    }

    fn notice(context: &Context<'_>, state: &State, occurrence: &Occurrence) -> Decision<Event> {
        match occurrence {
            Occurrence::Came(person) => match state.person(&person.identity) {
                Some(known) if known == person => Decision::nothing(),
                Some(_) => Decision::event(change(context, person.clone())),
                None => Decision::event(appear(context, person.clone())),
            },
            Occurrence::Left(person, reason) => {
                let identity = person.identity.clone();
                Decision::event(match state.counted.contains_key(&identity) {
                    true => Event::Unseated { identity },
                    false => Event::Left {
                        identity,
                        reason: *reason,
                    },
                })
            }
            Occurrence::Renamed { identity, name } => match state.person(identity) {
                Some(person) => rename(context, person, name),
                None => Decision::nothing(),
            },
            // They were here when the last life of the room broke off.
            Occurrence::Opened => Decision::events(state.people.iter().map(|person| Event::Left {
                identity: person.identity.clone(),
                reason: Departure::RoomClosed,
            })),
            Occurrence::Closing
            | Occurrence::Published(_)
            | Occurrence::Unpublished(_)
            | Occurrence::Knocked(_)
            | Occurrence::GaveUp { .. }
            | Occurrence::Uploaded(_) => Decision::nothing(),
        }
    }

    fn apply(state: &mut State, at_ms: u64, event: &Event) {
        match event {
            Event::Came { person } | Event::Changed { person } => {
                state.counted.remove(&person.identity);
                state.remember(person);
                state.put(person);
            }
            Event::Left { identity, reason } => {
                state.people.retain(|p| p.identity != *identity);
                if *reason == Departure::Removed {
                    state.known.remove(identity);
                }
            }
            Event::Counted { audience } => {
                state.audience = *audience;
                state.counted_at = at_ms;
            }
            Event::Seated { person } => {
                state.people.retain(|p| p.identity != person.identity);
                state.remember(person);
                let identity = person.identity.clone();
                state.counted.insert(identity, person.clone());
            }
            Event::Unseated { identity } => {
                state.counted.remove(identity);
            }
            Event::Given { identity, role } => {
                state.given.insert(identity.clone(), *role);
            }
        }
        succession::watch(state, at_ms, event);
    }

    fn hearers(event: &Event) -> Hearers {
        match event {
            Event::Came { .. }
            | Event::Left { .. }
            | Event::Changed { .. }
            | Event::Counted { .. } => Hearers::All,
            Event::Seated { .. } | Event::Unseated { .. } | Event::Given { .. } => Hearers::Nobody,
        }
    }

    fn is_kept(event: &Event) -> bool {
        match event {
            Event::Came { .. }
            | Event::Left { .. }
            | Event::Changed { .. }
            | Event::Given { .. } => true,
            Event::Counted { .. } | Event::Seated { .. } | Event::Unseated { .. } => false,
        }
    }

    fn next_deadline(_context: &Context<'_>, state: &State) -> Option<u64> {
        let count = (state.seats() != state.audience).then(|| state.counted_at + COUNT_INTERVAL_MS);
        succession::due(state).into_iter().chain(count).min()
    }

    fn wake(context: &Context<'_>, state: &State) -> Decision<Event> {
        let mut events = Vec::new();
        let audience = state.seats();
        if audience != state.audience && state.counted_at + COUNT_INTERVAL_MS <= context.now_ms {
            events.push(Event::Counted { audience });
        }
        if succession::due(state).is_some_and(|due| due <= context.now_ms)
            && let Some(heir) = succession::heir(state)
        {
            events.extend(change_role(context, heir, Role::Host));
        }
        Decision::events(events)
    }

    fn touches(event: &Event) -> Touched<'_> {
        match event {
            Event::Came { person } | Event::Changed { person } | Event::Seated { person } => {
                Touched::Person(&person.identity)
            }
            Event::Left { identity, .. } | Event::Unseated { identity } => {
                Touched::Person(identity)
            }
            Event::Counted { .. } | Event::Given { .. } => Touched::Nobody,
        }
    }
}

fn appear(context: &Context<'_>, person: Person) -> Event {
    match context.table().counts(person.role) {
        true => Event::Seated { person },
        false => Event::Came { person },
    }
}

fn rename(context: &Context<'_>, person: &Person, name: &str) -> Decision<Event> {
    if person.name == name {
        return Decision::nothing();
    }
    let person = Person {
        name: name.to_owned(),
        ..person.clone()
    };
    Decision::event(change(context, person))
}

fn change(context: &Context<'_>, person: Person) -> Event {
    match context.table().counts(person.role) {
        true => Event::Seated { person },
        false => Event::Changed { person },
    }
}

/// For those who watch, whoever gets up from the counted audience comes, and whoever sits down
/// there leaves.
fn change_role(context: &Context<'_>, person: &Person, role: Role) -> Vec<Event> {
    if person.role == role {
        return Vec::new();
    }
    let counts = |role| context.table().counts(role);
    let (was_counted, is_counted) = (counts(person.role), counts(role));
    let person = Person {
        role,
        ..person.clone()
    };
    let identity = person.identity.clone();
    let given = Event::Given {
        identity: identity.clone(),
        role,
    };
    match (was_counted, is_counted) {
        (false, false) => vec![given, Event::Changed { person }],
        (true, false) => vec![given, Event::Came { person }],
        (true, true) => vec![given, Event::Seated { person }],
        (false, true) => {
            let reason = Departure::Counted;
            vec![
                given,
                Event::Seated { person },
                Event::Left { identity, reason },
            ]
        }
    }
}

fn hosts(state: &State) -> usize {
    state.people.iter().filter(|p| p.role == Role::Host).count()
}
