//! Twirp errors: a code, words for the caller's developer, and details.

use crate::agents::{AgentsGone, dispatch};
use crate::convert::OutOfBounds;
use crate::token::TokenError;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use room_core::{JoinRefusal, Refusal, RpcError};
use serde::Serialize;
use std::collections::BTreeMap;

/// What went wrong, as Twirp names it. Only those that this server has a use for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    InvalidArgument,
    Malformed,
    DeadlineExceeded,
    NotFound,
    BadRoute,
    AlreadyExists,
    PermissionDenied,
    Unauthenticated,
    ResourceExhausted,
    FailedPrecondition,
    Aborted,
    Unimplemented,
    Internal,
    Unavailable,
}

impl Code {
    /// The status that the Twirp specification gives each code.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::InvalidArgument | Self::Malformed => StatusCode::BAD_REQUEST,
            Self::DeadlineExceeded => StatusCode::REQUEST_TIMEOUT,
            Self::NotFound | Self::BadRoute => StatusCode::NOT_FOUND,
            Self::AlreadyExists | Self::Aborted => StatusCode::CONFLICT,
            Self::PermissionDenied => StatusCode::FORBIDDEN,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
            Self::FailedPrecondition => StatusCode::PRECONDITION_FAILED,
            Self::Unimplemented => StatusCode::NOT_IMPLEMENTED,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TwirpError {
    pub code: Code,
    pub msg: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub meta: BTreeMap<&'static str, String>,
}

impl TwirpError {
    pub fn new(code: Code, msg: impl Into<String>) -> Self {
        Self {
            code,
            msg: msg.into(),
            meta: BTreeMap::new(),
        }
    }

    /// `argument` is the field's name as it is written in JSON.
    pub fn invalid(argument: &'static str, msg: impl Into<String>) -> Self {
        let mut error = Self::new(Code::InvalidArgument, msg);
        error.meta.insert("argument", argument.to_owned());
        error
    }
}

impl IntoResponse for TwirpError {
    fn into_response(self) -> Response {
        (self.code.status(), Json(self)).into_response()
    }
}

impl From<TokenError> for TwirpError {
    fn from(error: TokenError) -> Self {
        let code = if error.is_about_rights() {
            Code::PermissionDenied
        } else {
            Code::Unauthenticated
        };
        Self::new(code, error.to_string())
    }
}

impl From<Refusal> for TwirpError {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::NoSuchRoom | Refusal::NoSuchParticipant | Refusal::NoSuchTrack => {
                Code::NotFound
            }
            Refusal::RemoteUnmute => Code::FailedPrecondition,
            Refusal::NameTooLong
            | Refusal::MetadataTooLarge
            | Refusal::AttributesTooLarge
            | Refusal::MessageTooLarge
            | Refusal::SameRoom => Code::InvalidArgument,
            Refusal::IdentityTaken => Code::AlreadyExists,
            Refusal::RoomFull | Refusal::TooMany => Code::ResourceExhausted,
        };
        Self::new(code, refusal.to_string())
    }
}

impl From<JoinRefusal> for TwirpError {
    fn from(refusal: JoinRefusal) -> Self {
        let code = match refusal {
            JoinRefusal::Draining | JoinRefusal::Overloaded | JoinRefusal::Unavailable => {
                Code::Unavailable
            }
            JoinRefusal::ReservedIdentity
            | JoinRefusal::Locked
            | JoinRefusal::Banned
            | JoinRefusal::Ended => Code::PermissionDenied,
            JoinRefusal::RoomFull => Code::ResourceExhausted,
            JoinRefusal::NoSuchRoom => Code::NotFound,
            JoinRefusal::TokenRevoked => Code::Unauthenticated,
            JoinRefusal::NoIdentity
            | JoinRefusal::NameTooLong
            | JoinRefusal::MetadataTooLarge
            | JoinRefusal::AttributesTooLarge => Code::InvalidArgument,
        };
        Self::new(code, refusal.to_string())
    }
}

impl From<dispatch::Refusal> for TwirpError {
    fn from(refusal: dispatch::Refusal) -> Self {
        Self::new(Code::ResourceExhausted, refusal.to_string())
    }
}

impl From<AgentsGone> for TwirpError {
    fn from(gone: AgentsGone) -> Self {
        Self::new(Code::Unavailable, gone.to_string())
    }
}

impl From<OutOfBounds> for TwirpError {
    fn from(error: OutOfBounds) -> Self {
        Self::new(Code::InvalidArgument, error.to_string())
    }
}

/// What a method that the server called in a client came back with. The number and the data of the
/// client's error are in `meta`.
impl From<RpcError> for TwirpError {
    fn from(error: RpcError) -> Self {
        // The numbers are those of the client SDKs (`RpcError.ErrorCode`).
        let code = match error.code {
            1400 => Code::Unimplemented,
            1401 => Code::NotFound,
            1402 => Code::InvalidArgument,
            1403 | 1404 => Code::FailedPrecondition,
            1501 | 1502 => Code::DeadlineExceeded,
            1503 | 1505 => Code::Unavailable,
            // 1500, a failure within the method, and the methods' own numbers.
            _ => Code::Aborted,
        };
        let mut mapped = Self::new(code, error.message);
        mapped.meta.insert("rpc_code", error.code.to_string());
        if !error.data.is_empty() {
            mapped.meta.insert("rpc_data", error.data);
        }
        mapped
    }
}
