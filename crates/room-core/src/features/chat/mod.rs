//! Chat: to all, to the hosts, to one; replies, files, slow mode, and a moderator's hand.
//!
//! A message that was deleted keeps its place and loses its content. Links are text here; a client
//! shows them so that they cannot do harm.

mod message;
mod refusal;
mod say;
mod state;

pub use message::{Message, To};
pub use refusal::Refusal;
pub use state::State;

use super::feature::{Actor, Context, Decision, Feature, Hearers, Occurrence};
use super::file::File;
use super::refused::Common;
use crate::kinds::Right;
use base::Identity;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// An hour: longer is not slow but closed.
const MAX_SLOW_S: u64 = 3_600;

/// Most messages in one answer to `chat.earlier`: a few screens.
const MAX_EARLIER: usize = 50;

/// See the module.
#[derive(Debug)]
pub struct Chat;

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    Say(say::Say),
    Delete {
        message: String,
    },
    /// Seconds between two messages of one person; 0: no limit.
    Slow {
        seconds: u64,
    },
    Block {
        identity: Identity,
        blocked: bool,
    },
    Earlier {
        before: String,
        #[serde(default = "earlier_default")]
        limit: usize,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    Said {
        message: Message,
    },
    Deleted {
        message: String,
        by: Identity,
    },
    Slowed {
        seconds: u64,
        by: Identity,
    },
    Blocked {
        identity: Identity,
        blocked: bool,
        by: Identity,
    },
    /// Messages may refer to this file. Only the server needs to know.
    FileReady {
        file: File,
    },
    /// The meeting is over; its messages are in the history.
    PutAway {},
}

impl Feature for Chat {
    type Command = Command;
    type Event = Event;
    type State = State;
    type Refusal = Refusal;

    fn right(command: &Command) -> Option<Right> {
        match command {
            Command::Say(_) => Some(Right::Chat),
            // One's own messages may always be deleted, and read.
            Command::Delete { .. } | Command::Earlier { .. } => None,
            Command::Slow { .. } | Command::Block { .. } => Some(Right::ModerateChat),
        }
    }

    fn handle(
        context: &Context<'_>,
        state: &State,
        actor: &Actor,
        command: Command,
    ) -> Result<Decision<Event>, Refusal> {
        let by = actor.identity.clone();
        match command {
            Command::Say(words) => say::say(context, state, actor, words),
            Command::Delete { message } => delete(context, state, actor, message),
            Command::Slow { seconds } if seconds > MAX_SLOW_S => {
                Err(Common::TooLarge { limit: MAX_SLOW_S }.into())
            }
            Command::Slow { seconds } => Ok(Decision::event(Event::Slowed { seconds, by })),
            Command::Block { identity, blocked } => {
                if state.blocked.contains(&identity) == blocked {
                    return Ok(Decision::nothing());
                }
                let event = Event::Blocked {
                    identity,
                    blocked,
                    by,
                };
                Ok(Decision::event(event))
            }
            Command::Earlier { before, limit } => earlier(context, state, actor, &before, limit),
        }
    }

    fn notice(_context: &Context<'_>, _state: &State, occurrence: &Occurrence) -> Decision<Event> {
        match occurrence {
            Occurrence::Uploaded(file) => {
                let file = file.clone();
                Decision::event(Event::FileReady { file })
            }
            // Whoever comes to the next meeting in this room was perhaps not in this one.
            Occurrence::Closing => Decision::event(Event::PutAway {}),
            Occurrence::Opened
            | Occurrence::Came(_)
            | Occurrence::Left(..)
            | Occurrence::Renamed { .. }
            | Occurrence::Published(_)
            | Occurrence::Unpublished(_)
            | Occurrence::Knocked(_)
            | Occurrence::GaveUp { .. } => Decision::nothing(),
        }
    }

    fn apply(state: &mut State, at_ms: u64, event: &Event) {
        match event {
            Event::Said { message } => state.add(at_ms, message.clone()),
            Event::Deleted { message, .. } => state.empty(message),
            Event::Slowed { seconds, .. } => state.slow_s = *seconds,
            Event::Blocked {
                identity,
                blocked: true,
                ..
            } => {
                state.blocked.insert(identity.clone());
            }
            Event::Blocked { identity, .. } => {
                state.blocked.remove(identity);
            }
            Event::FileReady { file } => state.add_file(file.clone()),
            Event::PutAway {} => *state = State::default(),
        }
    }

    fn hearers(event: &Event) -> Hearers {
        match event {
            Event::Said { message } => message.hearers(),
            Event::Deleted { .. } | Event::Slowed { .. } => Hearers::All,
            Event::Blocked { identity, .. } => Hearers::With {
                right: Right::ModerateChat,
                also: vec![identity.clone()],
            },
            Event::FileReady { .. } | Event::PutAway {} => Hearers::Nobody,
        }
    }

    fn snapshot<'a>(
        context: &Context<'_>,
        state: &'a State,
        viewer: &Actor,
    ) -> Option<Cow<'a, State>> {
        Some(state.seen_by(viewer, context.is_seated(viewer)))
    }
}

fn earlier_default() -> usize {
    MAX_EARLIER
}

fn delete(
    context: &Context<'_>,
    state: &State,
    actor: &Actor,
    id: String,
) -> Result<Decision<Event>, Refusal> {
    let message = state
        .message(&id)
        .filter(|message| message.is_seen_by(actor, context.is_seated(actor)))
        .ok_or(Refusal::NoSuchMessage)?;
    if message.from.identity != actor.identity {
        actor.needs(Right::ModerateChat)?;
    }
    if message.deleted {
        return Ok(Decision::nothing());
    }
    let by = actor.identity.clone();
    Ok(Decision::event(Event::Deleted { message: id, by }))
}

fn earlier(
    context: &Context<'_>,
    state: &State,
    actor: &Actor,
    before: &str,
    limit: usize,
) -> Result<Decision<Event>, Refusal> {
    let limit = limit.min(MAX_EARLIER);
    let messages = state
        .before(before, (actor, context.is_seated(actor)), limit)
        .ok_or(Refusal::NoSuchMessage)?;
    let reply = serde_json::json!({ "messages": messages });
    Ok(Decision::nothing().reply(reply))
}
