//! What was asked in a session.

use room_core::features::questions::{Answer, Event, Question, Questions, State};
use room_core::features::{Author, Feature};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// The questions of a session as its events leave them. A room empties its list when a meeting
/// ends; a history does not.
#[derive(Debug, Default)]
pub(super) struct Asked {
    state: State,
    /// What the room counts only for those who are there.
    votes: HashMap<String, u32>,
}

impl Asked {
    pub(super) fn apply(&mut self, at_ms: u64, event: &Event) {
        match event {
            Event::PutAway {} => {}
            // A room tells of a vote only when it changes something.
            Event::Voted {
                question, voted, ..
            } => {
                let votes = self.votes.entry(question.clone()).or_default();
                *votes = match voted {
                    true => votes.saturating_add(1),
                    false => votes.saturating_sub(1),
                };
            }
            Event::Asked { .. }
            | Event::Authored { .. }
            | Event::Counted { .. }
            | Event::Answered { .. }
            | Event::Reopened { .. }
            | Event::SetAside { .. }
            | Event::Dismissed { .. }
            | Event::Restored { .. }
            | Event::Removed { .. }
            | Event::Set { .. } => Questions::apply(&mut self.state, at_ms, event),
        }
    }

    /// Oldest first.
    pub(super) fn into_answer(self) -> Vec<AskedQuestion> {
        let Self { state, votes } = self;
        let shown = state.questions.into_iter().map(|question| {
            let state = match question.answer {
                Some(_) => QuestionState::Answered,
                None => QuestionState::Open,
            };
            (question, state)
        });
        let dismissed = state.dismissed.into_iter();
        let dismissed = dismissed.map(|question| (question, QuestionState::Dismissed));
        let mut asked: Vec<_> = shown
            .chain(dismissed)
            .map(|(question, state)| {
                let votes = votes.get(&question.id).copied().unwrap_or(0);
                AskedQuestion::of(question, votes, state)
            })
            .collect();
        asked.sort_by_key(|question| question.at);
        asked
    }
}

/// A question as in docs/room-protocol.md, with what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AskedQuestion {
    id: String,
    /// Null: asked without a name.
    from: Option<QuestionAuthor>,
    /// Milliseconds since 1970.
    at: u64,
    text: String,
    votes: u32,
    answer: Option<QuestionAnswer>,
    state: QuestionState,
}

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum QuestionState {
    Open,
    Answered,
    /// With or without an answer before.
    Dismissed,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuestionAnswer {
    by: QuestionAuthor,
    /// Milliseconds since 1970.
    at: u64,
    /// Null: it was answered aloud.
    text: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuestionAuthor {
    identity: String,
    name: String,
    #[schema(example = "audience")]
    role: String,
}

impl AskedQuestion {
    fn of(question: Question, votes: u32, state: QuestionState) -> Self {
        Self {
            id: question.id,
            from: question.from.map(QuestionAuthor::from),
            at: question.at,
            text: question.text,
            votes,
            answer: question.answer.map(QuestionAnswer::from),
            state,
        }
    }
}

impl From<Answer> for QuestionAnswer {
    fn from(answer: Answer) -> Self {
        Self {
            by: answer.by.into(),
            at: answer.at,
            text: answer.text,
        }
    }
}

impl From<Author> for QuestionAuthor {
    fn from(author: Author) -> Self {
        Self {
            identity: author.identity.as_str().to_owned(),
            name: author.name,
            role: author.role.as_str().to_owned(),
        }
    }
}
