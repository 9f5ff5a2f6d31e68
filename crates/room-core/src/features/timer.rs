//! One clock for all: how long a part of the meeting still lasts.

use super::feature::{Actor, Context, Decision, Feature, Occurrence};
use super::refused::{Common, Refused, bounded};
use crate::kinds::Right;
use base::Identity;
use serde::{Deserialize, Serialize};

/// A day: whoever wants more wants a calendar.
const MAX_SECONDS: u64 = 24 * 60 * 60;

/// A line on a phone.
const MAX_LABEL_CHARACTERS: u64 = 80;

/// See the module. Its name in the registry is `timer`.
#[derive(Debug)]
pub struct Timer;

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    Start {
        seconds: u64,
        #[serde(default)]
        label: String,
    },
    Pause {},
    Resume {},
    Stop {},
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    Started {
        timer: Countdown,
        by: Identity,
    },
    Paused {
        remaining_ms: u64,
        by: Identity,
    },
    Resumed {
        ends_at: u64,
        by: Identity,
    },
    Stopped {
        /// `None`: the meeting is over.
        by: Option<Identity>,
    },
    /// The time is over.
    Rang {},
}

/// It runs (`ends_at`) or is paused (`remaining_ms`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Countdown {
    pub label: String,
    pub total_ms: u64,
    pub ends_at: Option<u64>,
    pub remaining_ms: Option<u64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    pub timer: Option<Countdown>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("There is no timer.")]
    NoTimer,
    #[error(transparent)]
    Common(#[from] Common),
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoTimer => Self::conflict("no_timer", refusal.to_string()),
            Refusal::Common(common) => common.into(),
        }
    }
}

impl Feature for Timer {
    type Command = Command;
    type Event = Event;
    type State = State;
    type Refusal = Refusal;

    fn right(_command: &Command) -> Option<Right> {
        Some(Right::RunTimer)
    }

    fn handle(
        context: &Context<'_>,
        state: &State,
        actor: &Actor,
        command: Command,
    ) -> Result<Decision<Event>, Refusal> {
        let by = actor.identity.clone();
        if let Command::Start { seconds, label } = command {
            let timer = countdown(context.now_ms, seconds, &label)?;
            return Ok(Decision::event(Event::Started { timer, by }));
        }
        let timer = state.timer.as_ref().ok_or(Refusal::NoTimer)?;
        Ok(match (command, timer.ends_at, timer.remaining_ms) {
            (Command::Pause {}, Some(ends_at), _) => {
                let remaining_ms = ends_at.saturating_sub(context.now_ms);
                Decision::event(Event::Paused { remaining_ms, by })
            }
            (Command::Resume {}, _, Some(remaining_ms)) => {
                let ends_at = context.now_ms + remaining_ms;
                Decision::event(Event::Resumed { ends_at, by })
            }
            (Command::Stop {}, _, _) => Decision::event(Event::Stopped { by: Some(by) }),
            // It is already as he wants it.
            (Command::Pause {} | Command::Resume {} | Command::Start { .. }, _, _) => {
                Decision::nothing()
            }
        })
    }

    fn notice(_context: &Context<'_>, state: &State, occurrence: &Occurrence) -> Decision<Event> {
        match occurrence {
            Occurrence::Closing if state.timer.is_some() => {
                Decision::event(Event::Stopped { by: None })
            }
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

    fn apply(state: &mut State, _at_ms: u64, event: &Event) {
        match event {
            Event::Started { timer, .. } => state.timer = Some(timer.clone()),
            Event::Paused { remaining_ms, .. } => set(state, None, Some(*remaining_ms)),
            Event::Resumed { ends_at, .. } => set(state, Some(*ends_at), None),
            Event::Stopped { .. } | Event::Rang {} => state.timer = None,
        }
    }

    fn next_deadline(_context: &Context<'_>, state: &State) -> Option<u64> {
        state.timer.as_ref()?.ends_at
    }

    fn wake(context: &Context<'_>, state: &State) -> Decision<Event> {
        match state.timer.as_ref().and_then(|timer| timer.ends_at) {
            Some(ends_at) if ends_at <= context.now_ms => Decision::event(Event::Rang {}),
            _ => Decision::nothing(),
        }
    }
}

fn countdown(now_ms: u64, seconds: u64, label: &str) -> Result<Countdown, Common> {
    if seconds == 0 {
        return Err(Common::malformed("seconds", "it is zero"));
    }
    if seconds > MAX_SECONDS {
        return Err(Common::TooLarge { limit: MAX_SECONDS });
    }
    let total_ms = seconds * 1_000;
    Ok(Countdown {
        label: bounded(label, MAX_LABEL_CHARACTERS)?,
        total_ms,
        ends_at: Some(now_ms + total_ms),
        remaining_ms: None,
    })
}

fn set(state: &mut State, ends_at: Option<u64>, remaining_ms: Option<u64>) {
    if let Some(timer) = &mut state.timer {
        timer.ends_at = ends_at;
        timer.remaining_ms = remaining_ms;
    }
}
