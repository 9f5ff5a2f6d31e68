//! One question, and its answer.

use crate::features::author::Author;
use serde::{Deserialize, Serialize};

/// Open while it has no answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub id: String,
    /// `None`: asked without a name. Who it was, only he is told.
    pub from: Option<Author>,
    /// Milliseconds since 1970.
    pub at: u64,
    pub text: String,
    /// As they were last counted.
    pub votes: u32,
    pub answer: Option<Answer>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub by: Author,
    /// Milliseconds since 1970.
    pub at: u64,
    /// `None`: it was answered aloud.
    pub text: Option<String>,
}

/// What people ask must not come into a log by accident.
impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Question")
            .field("id", &self.id)
            .field("bytes", &self.text.len())
            .field("votes", &self.votes)
            .field("answer", &self.answer)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer")
            .field("by", &self.by)
            .field("bytes", &self.text.as_ref().map(String::len))
            .finish_non_exhaustive()
    }
}
