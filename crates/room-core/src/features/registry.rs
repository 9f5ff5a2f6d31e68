//! All features, one line each.

use super::dispatch::registry;
use super::event::numbered;
use super::feature::{Actor, Context, Effect, Feature, Hearers, Occurrence, Touched};
use super::method;
use super::people::Person;
use super::refused::{Common, Refused};
use crate::kinds::Rights;
use serde_json::{Map, Value};

registry! {
    // Before all others: they read who is there.
    people: People,
    room: Room,
    lobby: Lobby,
    // Before hands: who is given the floor speaks although others may not.
    moderation: Moderation,
    hands: Hands,
    chat: Chat,
    questions: Questions,
    reactions: Reactions,
    timer: Timer,
    annotation: Annotation,
    layout: Layout,
}

/// What a feature decided, its type forgotten.
#[derive(Debug)]
pub(super) struct Decided {
    pub(super) reply: Value,
    pub(super) events: Vec<Event>,
    pub(super) effects: Vec<Effect>,
}

fn decide<F: Feature>(
    context: &Context<'_>,
    state: &F::State,
    actor: &Actor,
    (name, payload): (&str, Value),
    wrap: fn(F::Event) -> Event,
) -> Result<Decided, Refused> {
    let command = method::parse::<F::Command>(name, payload)?;
    if let Some(right) = F::right(&command) {
        actor.needs(right)?;
    }
    let decision = F::handle(context, state, actor, command).map_err(Into::into)?;
    Ok(decision.map_into(wrap))
}

fn show<F: Feature>(context: &Context<'_>, state: &F::State, viewer: &Actor) -> Option<Value> {
    let seen = F::snapshot(context, state, viewer)?;
    #[expect(
        clippy::expect_used,
        reason = "states are plain data with text as keys"
    )]
    let value = serde_json::to_value(seen.as_ref()).expect("a state is plain data");
    Some(value)
}

fn replay<F: Feature>(
    state: &Value,
    at_ms: u64,
    event: &Value,
) -> Result<Value, serde_json::Error> {
    let mut state = serde_json::from_value::<F::State>(state.clone())?;
    F::apply(&mut state, at_ms, &serde_json::from_value(event.clone())?);
    serde_json::to_value(state)
}

impl<E> super::feature::Decision<E> {
    fn map_into(self, wrap: fn(E) -> Event) -> Decided {
        Decided {
            reply: self.reply,
            events: self.events.into_iter().map(wrap).collect(),
            effects: self.effects,
        }
    }
}
