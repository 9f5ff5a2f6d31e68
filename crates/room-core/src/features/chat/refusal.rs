//! Why something is not said.

use crate::features::refused::{Common, Refused};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("There is no such message.")]
    NoSuchMessage,
    #[error("There is no such file in this room.")]
    NoSuchFile,
    #[error("A moderator has stopped your messages.")]
    Blocked,
    #[error("This room goes slowly: wait a moment before the next message.")]
    SlowMode { retry_after_ms: u64 },
    #[error("There is nothing in this message.")]
    Empty,
    #[error(transparent)]
    Common(#[from] Common),
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            Refusal::NoSuchMessage => Self::absent("no_such_message", message),
            Refusal::NoSuchFile => Self::absent("no_such_file", message),
            Refusal::Blocked => Self::forbidden("blocked", message),
            Refusal::SlowMode { retry_after_ms } => {
                Self::too_fast("slow_mode", message, retry_after_ms)
            }
            Refusal::Empty => Self::conflict("empty", message),
            Refusal::Common(common) => common.into(),
        }
    }
}
