//! What those who look after the questions do with them.

use super::Event;
use super::ask::MAX_QUESTIONS;
use super::question::Answer;
use super::refusal::Refusal;
use super::state::State;
use crate::features::author::Author;
use crate::features::feature::{Actor, Context, Decision};
use crate::features::refused::{Common, bounded};
use serde::Deserialize;

/// Some paragraphs.
const MAX_ANSWER_CHARACTERS: u64 = 1_000;

/// As many as there can be questions; of more the first dismissed goes for good.
const MAX_DISMISSED: usize = MAX_QUESTIONS;

/// An hour: longer is not slow but closed.
const MAX_SLOW_S: u64 = 3_600;

/// What is not named stays.
#[derive(Clone, Debug, Deserialize)]
pub struct Set {
    open: Option<bool>,
    anonymous: Option<bool>,
    slow_s: Option<u64>,
}

/// A second answer replaces the first.
pub(super) fn answer(
    context: &Context<'_>,
    state: &State,
    actor: &Actor,
    id: String,
    text: Option<String>,
) -> Result<Decision<Event>, Refusal> {
    let question = state.question(&id).ok_or(Refusal::NoSuchQuestion)?;
    let text = text
        .map(|text| bounded(&text, MAX_ANSWER_CHARACTERS))
        .transpose()?;
    if text.as_ref().is_some_and(String::is_empty) {
        return Err(Refusal::Empty);
    }
    let by = Author::from(actor);
    let known = question.answer.as_ref();
    if known.is_some_and(|known| known.text == text && known.by == by) {
        return Ok(Decision::nothing());
    }
    let answer = Answer {
        by,
        at: context.now_ms,
        text,
    };
    Ok(Decision::event(Event::Answered {
        question: id,
        answer,
    }))
}

pub(super) fn reopen(
    state: &State,
    actor: &Actor,
    question: String,
) -> Result<Decision<Event>, Refusal> {
    let known = state.question(&question).ok_or(Refusal::NoSuchQuestion)?;
    if known.answer.is_none() {
        return Ok(Decision::nothing());
    }
    let by = actor.identity.clone();
    Ok(Decision::event(Event::Reopened { question, by }))
}

pub(super) fn dismiss(
    state: &State,
    actor: &Actor,
    id: String,
) -> Result<Decision<Event>, Refusal> {
    if state.dismissed(&id).is_some() {
        return Ok(Decision::nothing());
    }
    let question = state.question(&id).ok_or(Refusal::NoSuchQuestion)?;
    let oldest = state.dismissed.first();
    let oldest = oldest.filter(|_| state.dismissed.len() >= MAX_DISMISSED);
    let room_made = oldest.map(|oldest| Event::Removed {
        question: oldest.id.clone(),
    });
    let question = question.clone();
    let by = actor.identity.clone();
    Ok(Decision::events(room_made)
        .and(Event::SetAside { question })
        .and(Event::Dismissed { question: id, by }))
}

pub(super) fn restore(state: &State, actor: &Actor, id: &str) -> Result<Decision<Event>, Refusal> {
    if state.question(id).is_some() {
        return Ok(Decision::nothing());
    }
    let question = state.dismissed(id).ok_or(Refusal::NoSuchQuestion)?;
    if state.questions.len() >= MAX_QUESTIONS {
        let limit = MAX_QUESTIONS as u64;
        return Err(Refusal::TooMany { limit });
    }
    let question = question.clone();
    let by = actor.identity.clone();
    Ok(Decision::event(Event::Restored { question, by }))
}

pub(super) fn set(state: &State, actor: &Actor, wanted: &Set) -> Result<Decision<Event>, Refusal> {
    let is = (state.open, state.anonymous, state.slow_s);
    let (open, anonymous, slow_s) = (
        wanted.open.unwrap_or(state.open),
        wanted.anonymous.unwrap_or(state.anonymous),
        wanted.slow_s.unwrap_or(state.slow_s),
    );
    if slow_s > MAX_SLOW_S {
        return Err(Common::TooLarge { limit: MAX_SLOW_S }.into());
    }
    if is == (open, anonymous, slow_s) {
        return Ok(Decision::nothing());
    }
    Ok(Decision::event(Event::Set {
        open,
        anonymous,
        slow_s,
        by: actor.identity.clone(),
    }))
}

#[cfg(test)]
mod tests {
    use super::super::ask;
    use super::*;
    use crate::features::questions::{Question, Questions};
    use crate::features::{Feature, States, Surfaces};
    use crate::kinds::{Kind, Rights, Role};
    use serde_json::json;

    #[test]
    fn a_full_list_takes_no_more_and_of_too_many_dismissed_the_first_is_forgotten() {
        let host = Actor {
            identity: "host".into(),
            name: "Host".to_owned(),
            role: Role::Host,
            rights: Rights::ALL,
        };
        let context = Context {
            now_ms: 1,
            kind: Kind::Webinar,
            states: &States::default(),
            surfaces: &Surfaces::default(),
        };
        let many = |prefix: &str| {
            (0..500)
                .map(|n| question(&format!("{prefix}{n}")))
                .collect()
        };
        let mut state = State {
            questions: many("q"),
            dismissed: many("d"),
            ..State::default()
        };
        let words = serde_json::from_value(json!({"id": "1", "text": "?"}));
        let asked = ask::ask(&context, &state, &host, words.expect("a question"));
        assert_eq!(asked, Err(Refusal::TooMany { limit: 500 }));
        assert_eq!(
            restore(&state, &host, "d7"),
            Err(Refusal::TooMany { limit: 500 })
        );

        let decision = dismiss(&state, &host, "q3".to_owned()).expect("a host may");
        for event in &decision.events {
            Questions::apply(&mut state, 1, event);
        }
        assert_eq!((state.questions.len(), state.dismissed.len()), (499, 500));
        assert_eq!(state.dismissed[0].id, "d1");
        assert!(restore(&state, &host, "q3").is_ok());
    }

    fn question(id: &str) -> Question {
        Question {
            id: id.to_owned(),
            from: None,
            at: 0,
            text: "?".to_owned(),
            votes: 0,
            answer: None,
        }
    }
}
