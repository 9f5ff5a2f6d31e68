//! Why something is not asked, or not answered.

use crate::features::refused::{Common, Refused};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("There is no such question.")]
    NoSuchQuestion,
    #[error("No more questions are taken.")]
    Closed,
    #[error("Questions need a name here.")]
    NotAnonymous,
    #[error("A moderator has stopped you.")]
    Blocked,
    #[error("This room goes slowly: wait a moment before the next question.")]
    SlowMode { retry_after_ms: u64 },
    #[error("There are {limit} questions: some have to be dismissed first.")]
    TooMany { limit: u64 },
    #[error("You have {limit} questions without an answer: wait for one, or withdraw one.")]
    TooManyUnanswered { limit: u64 },
    #[error("There is nothing in it.")]
    Empty,
    #[error(transparent)]
    Common(#[from] Common),
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            Refusal::NoSuchQuestion => Self::absent("no_such_question", message),
            Refusal::Closed => Self::conflict("questions_closed", message),
            Refusal::NotAnonymous => Self::conflict("not_anonymous", message),
            Refusal::Blocked => Self::forbidden("blocked", message),
            Refusal::SlowMode { retry_after_ms } => {
                Self::too_fast("slow_mode", message, retry_after_ms)
            }
            Refusal::TooMany { limit } => Self {
                limit: Some(limit),
                ..Self::conflict("too_many_questions", message)
            },
            Refusal::TooManyUnanswered { limit } => Self {
                limit: Some(limit),
                ..Self::conflict("too_many_unanswered", message)
            },
            Refusal::Empty => Self::conflict("empty", message),
            Refusal::Common(common) => common.into(),
        }
    }
}
