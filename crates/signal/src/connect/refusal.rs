//! How a refused connection is answered, before it becomes a WebSocket.

use super::ConnectError;
use crate::token::TokenError;
use axum::http::StatusCode;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use room_core::JoinRefusal;

/// A status and a sentence, as clients show them to their developers.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
}

impl From<ConnectError> for Refused {
    fn from(error: ConnectError) -> Self {
        let status = match &error {
            ConnectError::Token(token) => status_of(token),
            ConnectError::Malformed(_) | ConnectError::OutOfBounds(_) => StatusCode::BAD_REQUEST,
        };
        Self {
            status,
            message: error.to_string(),
        }
    }
}

impl From<TokenError> for Refused {
    fn from(error: TokenError) -> Self {
        Self {
            status: status_of(&error),
            message: error.to_string(),
        }
    }
}

impl From<JoinRefusal> for Refused {
    fn from(refusal: JoinRefusal) -> Self {
        let (status, message) = match refusal {
            // Native clients go to another server on 5xx and stay away on 4xx.
            JoinRefusal::Draining | JoinRefusal::Overloaded | JoinRefusal::Unavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, refusal.to_string())
            }
            // What web clients show, rather than trying again.
            JoinRefusal::RoomFull
            | JoinRefusal::ReservedIdentity
            | JoinRefusal::Locked
            | JoinRefusal::Banned
            | JoinRefusal::Ended => (StatusCode::FORBIDDEN, refusal.to_string()),
            // Clients tell this 404 from "no such path" by these words, and do not fall back to
            // the older path.
            JoinRefusal::NoSuchRoom => (
                StatusCode::NOT_FOUND,
                "requested room does not exist".to_owned(),
            ),
            JoinRefusal::TokenRevoked => (StatusCode::UNAUTHORIZED, refusal.to_string()),
            JoinRefusal::NoIdentity
            | JoinRefusal::NameTooLong
            | JoinRefusal::MetadataTooLarge
            | JoinRefusal::AttributesTooLarge => (StatusCode::BAD_REQUEST, refusal.to_string()),
        };
        Self { status, message }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let headers = [
            (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            (CONTENT_TYPE, "text/plain; charset=utf-8"),
        ];
        (self.status, headers, self.message).into_response()
    }
}

fn status_of(error: &TokenError) -> StatusCode {
    if error.is_about_rights() {
        StatusCode::FORBIDDEN
    } else {
        StatusCode::UNAUTHORIZED
    }
}
