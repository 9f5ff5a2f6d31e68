//! How a session ends, and what the client is told of it.

use crate::websocket::{Malformed, Message, WebSocket};
use axum::extract::ws::close_code;
use std::time::Duration;
use tokio::time::timeout;

/// How long a closing client may take to answer. Closing the transport earlier can cost it the
/// last message, which says why.
pub(super) const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Why a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The room has ended the session: somebody left, was sent away, or came by another connection.
    Room,
    /// The client closed the connection or it broke.
    Client,
    /// Nothing came for too long.
    Silent,
    /// The client does not read what it is sent.
    SlowReader,
    Flood,
    /// More than one message may have.
    TooLarge,
}

impl End {
    pub(super) fn of(malformed: Malformed) -> Self {
        match malformed {
            Malformed::TooLarge => Self::TooLarge,
            Malformed::Protocol => Self::Client,
        }
    }

    /// For metrics and logs.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Room => "room",
            Self::Client => "client",
            Self::Silent => "silent",
            Self::SlowReader => "slow_reader",
            Self::Flood => "flood",
            Self::TooLarge => "too_large",
        }
    }

    /// Says why, and waits for the client to have heard it.
    pub(super) async fn close(self, mut socket: WebSocket) {
        let Some((code, reason)) = self.farewell() else {
            return;
        };
        let heard = async {
            if socket.send(Message::close(code, reason)).await.is_ok() {
                socket.closed().await;
            }
        };
        let _ = timeout(CLOSE_TIMEOUT, heard).await;
    }

    /// The close code and a word for the client's developer; `None`: nobody is there to be told.
    const fn farewell(self) -> Option<(u16, &'static str)> {
        match self {
            Self::Room => Some((close_code::NORMAL, "")),
            Self::Client | Self::SlowReader => None,
            Self::Silent => Some((close_code::AWAY, "no message came for too long")),
            Self::Flood => Some((close_code::POLICY, "too many messages")),
            Self::TooLarge => Some((close_code::SIZE, "message too large")),
        }
    }
}
