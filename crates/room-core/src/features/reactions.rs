//! Reactions: seen for a moment, kept nowhere.

use super::crowd::Crowd;
use super::feature::{Actor, Context, Decision, Feature, Hearers};
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
    Sent {
        identity: Identity,
        emoji: Emoji,
        /// Of a large audience, which is shown only some.
        #[serde(skip)]
        from: Origin,
    },
}

/// Whose a reaction is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    #[default]
    Stage,
    /// One of the audience; all see it.
    Seat,
    /// One of the audience when many react; only he sees it.
    Crowd,
}

/// What a viewer sees of it is nothing: a reaction is gone when it was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    #[serde(skip)]
    crowd: Crowd,
}

impl Feature for Reactions {
    type Command = Command;
    type Event = Event;
    type State = State;
    type Refusal = Common;

    fn right(_command: &Command) -> Option<Right> {
        Some(Right::React)
    }

    fn handle(
        context: &Context<'_>,
        state: &State,
        actor: &Actor,
        command: Command,
    ) -> Result<Decision<Event>, Common> {
        let Command::Send { emoji } = command;
        let identity = actor.identity.clone();
        let from = match context.is_seated(actor) {
            false => Origin::Stage,
            true if state.crowd.shows(&identity, context.now_ms) => Origin::Seat,
            true => Origin::Crowd,
        };
        Ok(Decision::event(Event::Sent {
            identity,
            emoji,
            from,
        }))
    }

    fn apply(state: &mut State, at_ms: u64, event: &Event) {
        let Event::Sent { identity, from, .. } = event;
        if *from == Origin::Seat {
            state.crowd.count(identity, at_ms);
        }
    }

    fn hearers(event: &Event) -> Hearers {
        let Event::Sent { identity, from, .. } = event;
        match from {
            Origin::Stage | Origin::Seat => Hearers::All,
            Origin::Crowd => Hearers::Only(vec![identity.clone()]),
        }
    }

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
