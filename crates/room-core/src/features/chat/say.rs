//! Whether, and as what, something is said.

use super::Event;
use super::message::{Message, To};
use super::refusal::Refusal;
use super::state::State;
use crate::features::author::Author;
use crate::features::feature::{Actor, Context, Decision};
use crate::features::refused::{Common, bounded};
use crate::kinds::Right;
use serde::Deserialize;

/// An id that a client makes, a UUID for instance.
const MAX_ID_BYTES: usize = 40;

/// A long letter; what is longer is a file.
const MAX_TEXT_CHARACTERS: u64 = 4_000;

/// As many as one picks in one go on a phone.
const MAX_FILES: usize = 10;

#[derive(Clone, Debug, Deserialize)]
pub struct Say {
    /// Made by the client: saying it twice is saying it once.
    id: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    to: To,
    #[serde(default)]
    reply_to: Option<String>,
    #[serde(default)]
    files: Vec<String>,
}

pub(super) fn say(
    context: &Context<'_>,
    state: &State,
    actor: &Actor,
    words: Say,
) -> Result<Decision<Event>, Refusal> {
    if words.id.is_empty() || words.id.len() > MAX_ID_BYTES {
        return Err(Common::malformed("id", "it is empty or longer than 40 bytes").into());
    }
    if let Some(known) = state.message(&words.id) {
        return repeated(known, actor);
    }
    check_rights(context, state, actor, &words)?;
    let text = bounded(&words.text, MAX_TEXT_CHARACTERS)?;
    if text.is_empty() && words.files.is_empty() {
        return Err(Refusal::Empty);
    }
    if words.files.len() > MAX_FILES {
        let limit = MAX_FILES as u64;
        return Err(Common::TooLarge { limit }.into());
    }
    let file = |id: &String| state.file(id).cloned().ok_or(Refusal::NoSuchFile);
    let files = words.files.iter().map(file).collect::<Result<_, _>>()?;
    if let Some(answered) = &words.reply_to {
        state
            .message(answered)
            .filter(|message| message.is_seen_by(actor, context.is_seated(actor)))
            .ok_or(Refusal::NoSuchMessage)?;
    }
    let is_crowd = words.to == To::All && context.is_seated(actor);
    let message = Message {
        aside: is_crowd && !state.crowd.shows(&actor.identity, context.now_ms),
        id: words.id,
        from: Author::from(actor),
        at: context.now_ms,
        text,
        to: words.to,
        reply_to: words.reply_to,
        files,
        deleted: false,
    };
    let reply = serde_json::json!({ "message": message });
    Ok(Decision::event(Event::Said { message }).reply(reply))
}

/// The answer to the first time may have been lost on its way.
fn repeated(known: &Message, actor: &Actor) -> Result<Decision<Event>, Refusal> {
    if known.from.identity != actor.identity {
        return Err(Common::malformed("id", "it is taken").into());
    }
    Ok(Decision::nothing().reply(serde_json::json!({ "message": known })))
}

fn check_rights(
    context: &Context<'_>,
    state: &State,
    actor: &Actor,
    words: &Say,
) -> Result<(), Refusal> {
    if !words.files.is_empty() {
        actor.needs(Right::SendFiles)?;
    }
    if let To::Person { identity } = &words.to {
        actor.needs(Right::ChatPrivate)?;
        context.person(identity)?;
    }
    if actor.may(Right::ModerateChat) {
        return Ok(());
    }
    if state.blocked.contains(&actor.identity) {
        return Err(Refusal::Blocked);
    }
    match state.wait_ms(&actor.identity, context.now_ms) {
        0 => Ok(()),
        retry_after_ms => Err(Refusal::SlowMode { retry_after_ms }),
    }
}
