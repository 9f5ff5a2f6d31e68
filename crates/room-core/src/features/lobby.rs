//! The lobby: who waits before the door, and who lets him in.

use super::feature::{Actor, Context, Decision, Effect, Feature, Hearers, Occurrence};
use super::refused::{Common, Refused};
use super::visitor::Visitor;
use crate::kinds::Right;
use base::Identity;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

#[derive(Debug)]
pub struct Lobby;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub on: bool,
    /// In the order in which they knocked.
    pub waiting: Vec<Visitor>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    Admit { ticket: String },
    AdmitAll {},
    Deny { ticket: String },
    Set { on: bool },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    Knocked {
        visitor: Visitor,
    },
    Admitted {
        ticket: String,
        by: Identity,
    },
    Denied {
        ticket: String,
        by: Identity,
    },
    GaveUp {
        ticket: String,
    },
    /// `by` nobody: as it was planned.
    Set {
        on: bool,
        by: Option<Identity>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("Nobody waits with this ticket any more.")]
    NoSuchTicket,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            Refusal::Common(common) => common.into(),
            Refusal::NoSuchTicket => Self::absent("no_such_ticket", message),
        }
    }
}

impl Feature for Lobby {
    type Command = Command;
    type Event = Event;
    type State = State;
    type Refusal = Refusal;

    fn right(command: &Command) -> Option<Right> {
        match command {
            Command::Admit { .. }
            | Command::AdmitAll {}
            | Command::Deny { .. }
            | Command::Set { .. } => Some(Right::Admit),
        }
    }

    fn handle(
        _context: &Context<'_>,
        state: &State,
        actor: &Actor,
        command: Command,
    ) -> Result<Decision<Event>, Refusal> {
        let by = actor.identity.clone();
        match command {
            Command::Admit { ticket } => {
                waits(state, &ticket)?;
                Ok(admit(Decision::nothing(), ticket, &by))
            }
            Command::AdmitAll {} => Ok(admit_all(state, Decision::nothing(), &by)),
            Command::Deny { ticket } => {
                waits(state, &ticket)?;
                let effect = Effect::Answer {
                    ticket: ticket.clone(),
                    admitted: false,
                };
                Ok(Decision::event(Event::Denied { ticket, by }).effect(effect))
            }
            Command::Set { on } if on == state.on => Ok(Decision::nothing()),
            Command::Set { on } => {
                let set = Decision::event(Event::Set {
                    on,
                    by: Some(by.clone()),
                });
                // An open door keeps nobody waiting.
                Ok(if on { set } else { admit_all(state, set, &by) })
            }
        }
    }

    fn notice(context: &Context<'_>, state: &State, occurrence: &Occurrence) -> Decision<Event> {
        match occurrence {
            Occurrence::Knocked(visitor) => Decision::event(Event::Knocked {
                visitor: visitor.clone(),
            }),
            Occurrence::GaveUp { ticket } if waits(state, ticket).is_ok() => {
                Decision::event(Event::GaveUp {
                    ticket: ticket.clone(),
                })
            }
            Occurrence::Opened => match context.states.room.planned_lobby(context.now_ms) {
                Some(on) if on != state.on => Decision::event(Event::Set { on, by: None }),
                Some(_) | None => Decision::nothing(),
            },
            Occurrence::GaveUp { .. }
            | Occurrence::Closing
            | Occurrence::Came(_)
            | Occurrence::Left(..)
            | Occurrence::Renamed { .. }
            | Occurrence::Published(_)
            | Occurrence::Unpublished(_)
            | Occurrence::Uploaded(_) => Decision::nothing(),
        }
    }

    fn apply(state: &mut State, _at_ms: u64, event: &Event) {
        match event {
            Event::Knocked { visitor } => state.waiting.push(visitor.clone()),
            Event::Admitted { ticket, .. }
            | Event::Denied { ticket, .. }
            | Event::GaveUp { ticket } => state.waiting.retain(|v| v.ticket != *ticket),
            Event::Set { on, .. } => state.on = *on,
        }
    }

    fn hearers(_event: &Event) -> Hearers {
        Hearers::With {
            right: Right::Admit,
            also: Vec::new(),
        }
    }

    fn snapshot<'a>(
        _context: &Context<'_>,
        state: &'a State,
        viewer: &Actor,
    ) -> Option<Cow<'a, State>> {
        viewer.may(Right::Admit).then_some(Cow::Borrowed(state))
    }

    /// Those who wait do so in this process only: after a crash they knock again.
    fn is_kept(event: &Event) -> bool {
        matches!(event, Event::Set { .. })
    }
}

fn waits(state: &State, ticket: &str) -> Result<(), Refusal> {
    match state.waiting.iter().any(|v| v.ticket == ticket) {
        true => Ok(()),
        false => Err(Refusal::NoSuchTicket),
    }
}

fn admit(decision: Decision<Event>, ticket: String, by: &Identity) -> Decision<Event> {
    let effect = Effect::Answer {
        ticket: ticket.clone(),
        admitted: true,
    };
    let by = by.clone();
    decision.and(Event::Admitted { ticket, by }).effect(effect)
}

fn admit_all(state: &State, decision: Decision<Event>, by: &Identity) -> Decision<Event> {
    let tickets = state.waiting.iter().map(|v| v.ticket.clone());
    tickets.fold(decision, |decision, ticket| admit(decision, ticket, by))
}
