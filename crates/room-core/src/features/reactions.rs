//! Reactions: seen for a moment, kept nowhere.

use super::feature::{Actor, Context, Decision, Feature};
use super::refused::Common;
use crate::kinds::Right;
use base::Identity;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub struct Reactions;

/// The few that everybody understands; a free choice would carry words past the chat's rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Emoji {
    #[serde(rename = "👍")]
    ThumbsUp,
    #[serde(rename = "👏")]
    Applause,
    #[serde(rename = "❤️")]
    Heart,
    #[serde(rename = "😂")]
    Laughter,
    #[serde(rename = "😮")]
    Surprise,
    #[serde(rename = "🎉")]
    Celebration,
    #[serde(rename = "🙏")]
    Thanks,
    #[serde(rename = "🔥")]
    Fire,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    Send { emoji: Emoji },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    Sent { identity: Identity, emoji: Emoji },
}

/// Nothing: a reaction changes no state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {}

impl Feature for Reactions {
    type Command = Command;
    type Event = Event;
    type State = State;
    type Refusal = Common;

    fn right(_command: &Command) -> Option<Right> {
        Some(Right::React)
    }

    fn handle(
        _context: &Context<'_>,
        _state: &State,
        actor: &Actor,
        command: Command,
    ) -> Result<Decision<Event>, Common> {
        let Command::Send { emoji } = command;
        let identity = actor.identity.clone();
        Ok(Decision::event(Event::Sent { identity, emoji }))
    }

    fn apply(_state: &mut State, _at_ms: u64, _event: &Event) {}

    fn snapshot<'a>(
        _context: &Context<'_>,
        _state: &'a State,
        _viewer: &Actor,
    ) -> Option<Cow<'a, State>> {
        None
    }

    fn is_kept(_event: &Event) -> bool {
        false
    }
}
