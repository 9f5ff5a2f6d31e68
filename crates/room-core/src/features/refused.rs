//! How a person is told no.

use crate::kinds::Right;
use serde::Serialize;

/// A refusal as it goes out: a stable code, a sentence, and what the code needs beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refused {
    pub code: &'static str,
    pub message: String,
    /// The right that was missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right: Option<Right>,
    /// The part of the payload that is malformed.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// The largest size or number allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    #[serde(skip)]
    pub nature: Nature,
}

/// What sort of refusal it is, so that a door can choose its own word for it (HTTP: the status).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Nature {
    /// He may not.
    Forbidden,
    /// What he names is not there.
    Absent,
    /// The state does not allow it now.
    Conflict,
    TooLarge,
    Malformed,
    TooFast,
    /// The fault is ours; it may work later.
    Unavailable,
}

impl Refused {
    pub fn new(nature: Nature, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            right: None,
            place: None,
            retry_after_ms: None,
            limit: None,
            nature,
        }
    }

    pub fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Nature::Forbidden, code, message)
    }

    pub fn absent(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Nature::Absent, code, message)
    }

    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Nature::Conflict, code, message)
    }

    pub fn too_fast(code: &'static str, message: impl Into<String>, retry_after_ms: u64) -> Self {
        Self {
            retry_after_ms: Some(retry_after_ms),
            ..Self::new(Nature::TooFast, code, message)
        }
    }

    /// # Panics
    /// Never: a refusal is plain data.
    pub fn to_json(&self) -> String {
        #[expect(clippy::expect_used, reason = "a refusal is plain data")]
        serde_json::to_string(self).expect("a refusal is plain data")
    }
}

/// Refusals that every feature shares.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Common {
    #[error("There is no such command in this room.")]
    UnknownMethod,
    #[error("The command is not as it should be: {why}.")]
    Malformed { place: String, why: String },
    #[error("You may not {} here.", .0.deed())]
    RightMissing(Right),
    #[error("That was too fast.")]
    TooFast { retry_after_ms: u64 },
    #[error("That is too much: at most {limit}.")]
    TooLarge { limit: u64 },
    #[error("There is no such person in the room.")]
    NoSuchPerson,
    #[error("The room has ended.")]
    RoomEnded,
    #[error("The room cannot keep anything at the moment.")]
    Unavailable,
}

impl Common {
    pub fn malformed(place: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Malformed {
            place: place.into(),
            why: why.into(),
        }
    }
}

impl From<Common> for Refused {
    fn from(common: Common) -> Self {
        let message = common.to_string();
        match common {
            Common::UnknownMethod => Self::absent("unknown_method", message),
            Common::Malformed { place, .. } => Self {
                place: Some(place),
                ..Self::new(Nature::Malformed, "malformed", message)
            },
            Common::RightMissing(right) => Self {
                right: Some(right),
                ..Self::forbidden("right_missing", message)
            },
            Common::TooFast { retry_after_ms } => {
                Self::too_fast("too_fast", message, retry_after_ms)
            }
            Common::TooLarge { limit } => Self {
                limit: Some(limit),
                ..Self::new(Nature::TooLarge, "too_large", message)
            },
            Common::NoSuchPerson => Self::absent("no_such_person", message),
            Common::RoomEnded => Self::conflict("room_ended", message),
            Common::Unavailable => Self::new(Nature::Unavailable, "unavailable", message),
        }
    }
}

/// `text` without space around it, of at most `limit` characters.
///
/// # Errors
/// It is longer.
pub fn bounded(text: &str, limit: u64) -> Result<String, Common> {
    let text = text.trim();
    let characters = text.chars().count() as u64;
    match characters <= limit {
        true => Ok(text.to_owned()),
        false => Err(Common::TooLarge { limit }),
    }
}
