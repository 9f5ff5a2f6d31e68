//! What a feature is: typed in, typed out, its state explained by its events.

use super::people::{Departure, Person};
use super::refused::{Common, Refused};
use super::registry::States;
use super::surface::{Source, Surface, Surfaces};
use super::visitor::Visitor;
use crate::kinds::{Kind, Right, Rights, Role, Table};
use base::Identity;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::fmt::Debug;

/// One room feature. `handle` decides and changes nothing; `apply` is the only place where state
/// changes, and the TypeScript SDK has the same; what a late joiner is shown is `snapshot`.
///
/// In JSON commands are externally tagged by their method, events internally by `type`; all names
/// are `snake_case`. Fields of the state that clients have no business with are `#[serde(skip)]`.
pub trait Feature {
    type Command: DeserializeOwned;
    type Event: Serialize + DeserializeOwned + Clone + Debug + PartialEq;
    type State: Serialize + DeserializeOwned + Clone + Debug + Default;
    type Refusal: Into<Refused>;

    /// The right that is asked before `handle`. A command whose right depends on the state asks
    /// for itself ([`Actor::needs`]).
    fn right(command: &Self::Command) -> Option<Right>;

    /// # Errors
    /// What the person is told who may not, or cannot.
    fn handle(
        context: &Context<'_>,
        state: &Self::State,
        actor: &Actor,
        command: Self::Command,
    ) -> Result<Decision<Self::Event>, Self::Refusal>;

    /// Something happened that nobody commanded.
    fn notice(
        _context: &Context<'_>,
        _state: &Self::State,
        _occurrence: &Occurrence,
    ) -> Decision<Self::Event> {
        Decision::nothing()
    }

    /// The reducer. Works alike on the whole state and on what a viewer has of it.
    fn apply(state: &mut Self::State, at_ms: u64, event: &Self::Event);

    fn hearers(_event: &Self::Event) -> Hearers {
        Hearers::All
    }

    /// What `viewer` may see of the state, if anything.
    fn snapshot<'a>(
        _context: &Context<'_>,
        state: &'a Self::State,
        _viewer: &Actor,
    ) -> Option<Cow<'a, Self::State>> {
        Some(Cow::Borrowed(state))
    }

    /// Whether the event is written to the journal, and found again when the room reopens.
    fn is_kept(_event: &Self::Event) -> bool {
        true
    }

    /// When `wake` is wanted, in milliseconds since 1970.
    fn next_deadline(_context: &Context<'_>, _state: &Self::State) -> Option<u64> {
        None
    }

    fn wake(_context: &Context<'_>, _state: &Self::State) -> Decision<Self::Event> {
        Decision::nothing()
    }

    /// What the state gives to somebody beyond his role, or takes from him.
    fn adjust(_state: &Self::State, _person: &Person, _rights: &mut Rights) {}

    /// Whose rights may be others after this event.
    fn touches(_event: &Self::Event) -> Touched<'_> {
        Touched::Nobody
    }
}

/// When and where a decision is made: everything that a feature may read besides its own state.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Milliseconds since 1970.
    pub now_ms: u64,
    pub kind: Kind,
    pub states: &'a States,
    /// Published tracks.
    pub surfaces: &'a Surfaces,
}

impl<'a> Context<'a> {
    pub fn table(&self) -> &'static Table {
        self.kind.table()
    }

    /// Somebody who is present.
    ///
    /// # Errors
    /// He is not.
    pub fn person(&self, identity: &Identity) -> Result<&'a Person, Common> {
        self.states
            .people
            .person(identity)
            .ok_or(Common::NoSuchPerson)
    }

    /// Whether he is one of an audience that is only counted.
    pub fn is_seated(&self, actor: &Actor) -> bool {
        self.table().counts(actor.role)
    }

    pub fn rights_of(&self, person: &Person) -> Rights {
        super::registry::rights(self, person)
    }
}

/// Who commands, or looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub identity: Identity,
    pub name: String,
    pub role: Role,
    pub rights: Rights,
}

impl Actor {
    pub fn may(&self, right: Right) -> bool {
        self.rights.has(right)
    }

    /// # Errors
    /// He has not that right.
    pub fn needs(&self, right: Right) -> Result<(), Common> {
        match self.may(right) {
            true => Ok(()),
            false => Err(Common::RightMissing(right)),
        }
    }
}

/// What follows from a command.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision<E> {
    /// `{}` where nothing is to be said.
    pub reply: serde_json::Value,
    /// In order.
    pub events: Vec<E>,
    pub effects: Vec<Effect>,
}

impl<E> Decision<E> {
    /// The command is done already.
    pub fn nothing() -> Self {
        Self {
            reply: serde_json::Value::Object(serde_json::Map::new()),
            events: Vec::new(),
            effects: Vec::new(),
        }
    }

    pub fn event(event: E) -> Self {
        Self::nothing().and(event)
    }

    pub fn events(events: impl IntoIterator<Item = E>) -> Self {
        Self {
            events: events.into_iter().collect(),
            ..Self::nothing()
        }
    }

    #[must_use]
    pub fn and(mut self, event: E) -> Self {
        self.events.push(event);
        self
    }

    #[must_use]
    pub fn effect(mut self, effect: Effect) -> Self {
        self.effects.push(effect);
        self
    }

    #[must_use]
    pub fn effects(mut self, effects: impl IntoIterator<Item = Effect>) -> Self {
        self.effects.extend(effects);
        self
    }

    /// # Panics
    /// Never: replies are plain data with text as keys.
    #[must_use]
    pub fn reply(mut self, reply: impl Serialize) -> Self {
        #[expect(
            clippy::expect_used,
            reason = "replies are plain data with text as keys"
        )]
        let value = serde_json::to_value(reply).expect("a reply is plain data");
        self.reply = value;
        self
    }
}

/// Who is told of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hearers {
    All,
    /// Those with a right, and those named.
    With {
        right: Right,
        also: Vec<Identity>,
    },
    Only(Vec<Identity>),
    /// All but those who are only counted, and the one whose doing it was.
    Stage {
        also: Identity,
    },
    /// The event only changes what the server itself knows.
    Nobody,
}

/// Whose rights an event may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touched<'a> {
    Nobody,
    Person(&'a Identity),
    Everybody,
}

/// What is to be done beyond the features' own state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Mute his tracks of that source; a shared screen is taken down, since it has no muted form.
    Silence { identity: Identity, source: Source },
    /// End his connections.
    PutOut { identity: Identity },
    /// He is called otherwise.
    Rename { identity: Identity, name: String },
    /// Let the one in who waits with this ticket, or send him away.
    Answer { ticket: String, admitted: bool },
    /// The role or rights of a person are others now.
    RightsChanged { identity: Identity },
    /// End the room for all.
    End,
}

/// What features notice without a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Occurrence {
    /// A life of the room begins. Whoever is still in a state was there when the last one broke off.
    Opened,
    /// This life of the room ends for good; a later one begins as planned.
    Closing,
    Came(Person),
    /// He is no longer in the state of `people`, which notices this before all others.
    Left(Person, Departure),
    /// By other means than a command.
    Renamed {
        identity: Identity,
        name: String,
    },
    Published(Surface),
    Unpublished(Surface),
    /// Somebody asks to be let in.
    Knocked(Visitor),
    /// He no longer waits.
    GaveUp {
        ticket: String,
    },
    /// A file can be referred to from now on.
    Uploaded(super::file::File),
}
