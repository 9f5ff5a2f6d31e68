//! Whether something is asked, and voted for.

use super::Event;
use super::question::Question;
use super::refusal::Refusal;
use super::state::State;
use crate::features::author::Author;
use crate::features::feature::{Actor, Context, Decision};
use crate::features::refused::{Common, bounded};
use crate::kinds::Right;
use serde::Deserialize;

/// An id that a client makes, a UUID for instance.
const MAX_ID_BYTES: usize = 40;

/// Some sentences; what is longer nobody votes for.
const MAX_TEXT_CHARACTERS: u64 = 500;

/// More than are ever answered in one sitting. All of them go into a newcomer's snapshot.
pub(super) const MAX_QUESTIONS: usize = 500;

/// Of one person: few enough that a handful of people cannot fill the list.
const MAX_UNANSWERED: usize = 20;

#[derive(Clone, Debug, Deserialize)]
pub struct Ask {
    /// Made by the client: asking it twice is asking it once.
    id: String,
    text: String,
    #[serde(default)]
    anonymous: bool,
}

pub(super) fn ask(
    context: &Context<'_>,
    state: &State,
    actor: &Actor,
    words: Ask,
) -> Result<Decision<Event>, Refusal> {
    if words.id.is_empty() || words.id.len() > MAX_ID_BYTES {
        return Err(Common::malformed("id", "it is empty or longer than 40 bytes").into());
    }
    if let Some(known) = state.any(&words.id) {
        return repeated(state, known, actor);
    }
    check(context, state, actor, &words)?;
    let text = bounded(&words.text, MAX_TEXT_CHARACTERS)?;
    if text.is_empty() {
        return Err(Refusal::Empty);
    }
    let question = Question {
        id: words.id,
        from: (!words.anonymous).then(|| Author::from(actor)),
        at: context.now_ms,
        text,
        votes: 0,
        answer: None,
    };
    let reply = serde_json::json!({ "question": question });
    let authored = Event::Authored {
        question: question.id.clone(),
        identity: actor.identity.clone(),
    };
    Ok(Decision::event(authored)
        .and(Event::Asked { question })
        .reply(reply))
}

/// One vote a person, which he may take back.
pub(super) fn vote(
    state: &State,
    actor: &Actor,
    question: String,
    voted: bool,
) -> Result<Decision<Event>, Refusal> {
    state.question(&question).ok_or(Refusal::NoSuchQuestion)?;
    if state.ledger.has_voted(&question, &actor.identity) == voted {
        return Ok(Decision::nothing());
    }
    Ok(Decision::event(Event::Voted {
        question,
        identity: actor.identity.clone(),
        voted,
    }))
}

/// Only his own: a moderator dismisses.
pub(super) fn withdraw(
    state: &State,
    actor: &Actor,
    question: String,
) -> Result<Decision<Event>, Refusal> {
    match state.ledger.asker(&question) == Some(&actor.identity) {
        true => Ok(Decision::event(Event::Removed { question })),
        false => Err(Refusal::NoSuchQuestion),
    }
}

/// The answer to the first time may have been lost on its way.
fn repeated(state: &State, known: &Question, actor: &Actor) -> Result<Decision<Event>, Refusal> {
    if state.ledger.asker(&known.id) != Some(&actor.identity) {
        return Err(Common::malformed("id", "it is taken").into());
    }
    Ok(Decision::nothing().reply(serde_json::json!({ "question": known })))
}

fn check(context: &Context<'_>, state: &State, actor: &Actor, words: &Ask) -> Result<(), Refusal> {
    if !state.open {
        return Err(Refusal::Closed);
    }
    if words.anonymous && !state.anonymous {
        return Err(Refusal::NotAnonymous);
    }
    if state.questions.len() >= MAX_QUESTIONS {
        let limit = MAX_QUESTIONS as u64;
        return Err(Refusal::TooMany { limit });
    }
    if actor.may(Right::ModerateQuestions) {
        return Ok(());
    }
    // Whom a moderator stopped in the chat shall not go on here.
    if context.states.chat.blocked.contains(&actor.identity) {
        return Err(Refusal::Blocked);
    }
    if state.unanswered_of(&actor.identity) >= MAX_UNANSWERED {
        let limit = MAX_UNANSWERED as u64;
        return Err(Refusal::TooManyUnanswered { limit });
    }
    match state.wait_ms(&actor.identity, context.now_ms) {
        0 => Ok(()),
        retry_after_ms => Err(Refusal::SlowMode { retry_after_ms }),
    }
}
