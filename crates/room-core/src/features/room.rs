//! The room itself: open or locked, until when, and what is to be talked about.

use super::feature::{Actor, Context, Decision, Effect, Feature, Hearers, Occurrence};
use super::of_room::Setup;
use super::refused::{Common, Refused, bounded};
use crate::kinds::{Kind, Right, Rights, Role};
use base::Identity;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A longer agenda is not one that people can follow.
const MAX_AGENDA_ITEMS: usize = 50;
const MAX_AGENDA_CHARACTERS: u64 = 500;
const MAX_ID_CHARACTERS: u64 = 40;
const MAX_AGENDA_MINUTES: u32 = 24 * 60;
/// Four hours at a time: a slip of the finger does not keep a room for days.
const MAX_EXTENSION_MINUTES: u64 = 240;
const MINUTE_MS: u64 = 60_000;
/// Minutes before the end at which people are told: to come to a close, and to say goodbye.
const WARNINGS: [u64; 2] = [5, 1];

#[derive(Debug)]
pub struct Room;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub room_id: String,
    pub title: String,
    pub kind: Kind,
    pub template: Option<String>,
    pub locked: bool,
    pub started_at: u64,
    pub ends_at: Option<u64>,
    pub agenda: Vec<AgendaItem>,
    /// This life of the room is over.
    #[serde(skip)]
    pub has_ended: bool,
    #[serde(skip)]
    has_begun: bool,
    /// Warnings that were due before this were given, or came too late to be of use.
    #[serde(skip)]
    warned_until: u64,
    #[serde(skip)]
    plan: Plan,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgendaItem {
    pub id: String,
    pub text: String,
    pub minutes: u32,
    #[serde(default)]
    pub done: bool,
}

/// How a new life of the room begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub locked: bool,
    pub ends_at: Option<u64>,
    pub agenda: Vec<AgendaItem>,
    #[serde(default)]
    pub lobby: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Events are wanted from now on. The room sees to that itself.
    Hello {},
    Lock {
        locked: bool,
    },
    Extend {
        minutes: u64,
    },
    End {},
    SetAgenda {
        items: Vec<AgendaItem>,
    },
    TickAgenda {
        item: String,
        done: bool,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    Began {
        plan: Plan,
    },
    Locked {
        locked: bool,
        by: Identity,
    },
    Extended {
        ends_at: u64,
        by: Identity,
    },
    Ending {
        ends_at: u64,
    },
    /// `by` nobody: its time was over, or everybody had left.
    Ended {
        by: Option<Identity>,
    },
    AgendaSet {
        items: Vec<AgendaItem>,
        by: Identity,
    },
    AgendaTicked {
        item: String,
        done: bool,
        by: Identity,
    },
    RightsChanged {
        identity: Identity,
        role: Role,
        rights: Rights,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("This room has no end that could be put off.")]
    NotScheduled,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            Refusal::Common(common) => common.into(),
            Refusal::NotScheduled => Self::conflict("not_scheduled", message),
        }
    }
}

impl State {
    /// What the room is, as it was planned. How far it has come is in its events.
    pub(super) fn describe(&mut self, setup: &Setup) {
        self.room_id.clone_from(&setup.room_id);
        self.title.clone_from(&setup.title);
        self.kind = setup.kind;
        self.template.clone_from(&setup.template);
        self.plan = Plan {
            locked: setup.locked,
            ends_at: setup.ends_at,
            agenda: setup.agenda.clone(),
            lobby: setup.lobby.unwrap_or(setup.kind.table().lobby),
        };
    }

    /// Whether this life of the room begins at this moment.
    pub(super) fn begins_anew(&self, now_ms: u64) -> bool {
        self.has_begun && self.started_at == now_ms
    }

    /// Whether newcomers shall wait, where a new life of the room begins.
    pub(super) fn planned_lobby(&self, now_ms: u64) -> Option<bool> {
        self.begins_anew(now_ms).then_some(self.plan.lobby)
    }

    /// A life that broke off goes on, unless its time is over.
    fn goes_on(&self, now_ms: u64) -> bool {
        self.has_begun && !self.has_ended && self.ends_at.is_none_or(|end| end > now_ms)
    }

    fn next_warning(&self) -> Option<u64> {
        let end = self.ends_at.filter(|_| !self.has_ended)?;
        WARNINGS
            .iter()
            .map(|minutes| end.saturating_sub(minutes * MINUTE_MS))
            .chain([end])
            .find(|due| *due > self.warned_until)
    }
}

impl Feature for Room {
    type Command = Command;
    type Event = Event;
    type State = State;
    type Refusal = Refusal;

    fn right(command: &Command) -> Option<Right> {
        match command {
            Command::Hello {} => None,
            Command::Lock { .. } => Some(Right::Lock),
            Command::Extend { .. } => Some(Right::Extend),
            Command::End {} => Some(Right::End),
            Command::SetAgenda { .. } | Command::TickAgenda { .. } => Some(Right::EditAgenda),
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
            Command::Hello {} => Ok(Decision::nothing().reply(serde_json::json!({ "version": 1 }))),
            Command::Lock { locked } if locked == state.locked => Ok(Decision::nothing()),
            Command::Lock { locked } => Ok(Decision::event(Event::Locked { locked, by })),
            Command::Extend { minutes } => extend(state, minutes, by),
            Command::End {} => {
                let ended = Event::Ended { by: Some(by) };
                Ok(Decision::event(ended).effect(Effect::End))
            }
            Command::SetAgenda { items } => set_agenda(state, items, by),
            Command::TickAgenda { item, done } => tick(state, item, done, by),
        }
    }

    fn notice(context: &Context<'_>, state: &State, occurrence: &Occurrence) -> Decision<Event> {
        match occurrence {
            Occurrence::Opened if !state.goes_on(context.now_ms) => {
                let mut plan = state.plan.clone();
                // Whoever comes after the planned end has the room for as long as he likes.
                plan.ends_at = plan.ends_at.filter(|end| *end > context.now_ms);
                Decision::event(Event::Began { plan })
            }
            Occurrence::Closing if !state.has_ended => Decision::event(Event::Ended { by: None }),
            Occurrence::Opened
            | Occurrence::Closing
            | Occurrence::Came(_)
            | Occurrence::Left(..)
            | Occurrence::Renamed { .. }
            | Occurrence::Published(_)
            | Occurrence::Unpublished(_)
            | Occurrence::Knocked(_)
            | Occurrence::GaveUp { .. }
            | Occurrence::Uploaded(_) => Decision::nothing(),
        }
    }

    fn apply(state: &mut State, at_ms: u64, event: &Event) {
        match event {
            Event::Began { plan } => {
                state.started_at = at_ms;
                state.locked = plan.locked;
                state.ends_at = plan.ends_at;
                state.agenda.clone_from(&plan.agenda);
                state.has_begun = true;
                state.has_ended = false;
                state.warned_until = at_ms;
            }
            Event::Locked { locked, .. } => state.locked = *locked,
            Event::Extended { ends_at, .. } => {
                state.ends_at = Some(*ends_at);
                state.warned_until = at_ms;
            }
            Event::Ending { .. } => state.warned_until = at_ms,
            Event::Ended { .. } => state.has_ended = true,
            Event::AgendaSet { items, .. } => state.agenda.clone_from(items),
            Event::AgendaTicked { item, done, .. } => {
                let ticked = state.agenda.iter_mut().find(|known| known.id == *item);
                if let Some(ticked) = ticked {
                    ticked.done = *done;
                }
            }
            // A client keeps this beside the features' states, under `me`.
            Event::RightsChanged { .. } => {}
        }
    }

    fn hearers(event: &Event) -> Hearers {
        match event {
            Event::Began { .. } => Hearers::Nobody,
            Event::RightsChanged { identity, .. } => Hearers::Only(vec![identity.clone()]),
            Event::Locked { .. }
            | Event::Extended { .. }
            | Event::Ending { .. }
            | Event::Ended { .. }
            | Event::AgendaSet { .. }
            | Event::AgendaTicked { .. } => Hearers::All,
        }
    }

    fn is_kept(event: &Event) -> bool {
        !matches!(event, Event::RightsChanged { .. })
    }

    fn next_deadline(_context: &Context<'_>, state: &State) -> Option<u64> {
        state.next_warning()
    }

    fn wake(context: &Context<'_>, state: &State) -> Decision<Event> {
        match state.ends_at {
            Some(end) if end <= context.now_ms => {
                Decision::event(Event::Ended { by: None }).effect(Effect::End)
            }
            Some(ends_at) => Decision::event(Event::Ending { ends_at }),
            None => Decision::nothing(),
        }
    }
}

fn extend(state: &State, minutes: u64, by: Identity) -> Result<Decision<Event>, Refusal> {
    let end = state.ends_at.ok_or(Refusal::NotScheduled)?;
    if minutes > MAX_EXTENSION_MINUTES {
        let limit = MAX_EXTENSION_MINUTES;
        return Err(Common::TooLarge { limit }.into());
    }
    if minutes == 0 {
        return Err(Common::malformed("minutes", "at least one is needed").into());
    }
    let ends_at = end + minutes * MINUTE_MS;
    Ok(Decision::event(Event::Extended { ends_at, by }))
}

/// What was done stays done where the item is still there.
fn set_agenda(
    state: &State,
    items: Vec<AgendaItem>,
    by: Identity,
) -> Result<Decision<Event>, Refusal> {
    if items.len() > MAX_AGENDA_ITEMS {
        let limit = MAX_AGENDA_ITEMS as u64;
        return Err(Common::TooLarge { limit }.into());
    }
    let mut ids = BTreeSet::new();
    let mut checked = Vec::with_capacity(items.len());
    for (at, item) in items.into_iter().enumerate() {
        let id = bounded(&item.id, MAX_ID_CHARACTERS)?;
        if id.is_empty() || !ids.insert(id.clone()) {
            let place = format!("items[{at}].id");
            return Err(Common::malformed(place, "each item needs an id of its own").into());
        }
        let done = state
            .agenda
            .iter()
            .any(|known| known.id == id && known.done);
        checked.push(AgendaItem {
            id,
            text: bounded(&item.text, MAX_AGENDA_CHARACTERS)?,
            minutes: item.minutes.min(MAX_AGENDA_MINUTES),
            done,
        });
    }
    Ok(Decision::event(Event::AgendaSet { items: checked, by }))
}

fn tick(state: &State, item: String, done: bool, by: Identity) -> Result<Decision<Event>, Refusal> {
    let Some(known) = state.agenda.iter().find(|known| known.id == item) else {
        return Err(Common::malformed("item", "it is not on the agenda").into());
    };
    if known.done == done {
        return Ok(Decision::nothing());
    }
    Ok(Decision::event(Event::AgendaTicked { item, done, by }))
}
