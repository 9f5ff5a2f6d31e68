//! Why a token is not enough. The texts are shown to the client's developer.

use std::fmt;
use thiserror::Error;

/// Why a request with this token is refused.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TokenError {
    #[error(
        "no access token: send it as `Authorization: Bearer …` or as the `access_token` parameter"
    )]
    Missing,
    #[error("access token is longer than {max_bytes} bytes")]
    TooLong { max_bytes: usize },
    #[error("access token is malformed: {0}")]
    Malformed(&'static str),
    #[error("access token was signed for an API key that this server does not know")]
    UnknownKey,
    #[error("access token's signature does not match its API key")]
    Forged,
    #[error("access token has expired {seconds_ago} s ago")]
    Expired { seconds_ago: u64 },
    #[error("access token is not valid for another {seconds} s; do both clocks agree?")]
    NotYetValid { seconds: u64 },
    #[error("access token does not say when it ends (`exp`)")]
    Endless,
    #[error("access token does not grant `{0}`")]
    MissingRight(Right),
    #[error("access token does not name a room")]
    NoRoom,
    #[error("access token is for another room")]
    WrongRoom,
    #[error("access token does not name an identity (`sub`)")]
    NoIdentity,
    #[error("access token's {what} is longer than {max_bytes} bytes")]
    ClaimTooLong {
        what: &'static str,
        max_bytes: usize,
    },
}

impl TokenError {
    /// Whether the token is genuine and only its rights do not reach: 403 rather than 401.
    pub const fn is_about_rights(&self) -> bool {
        match self {
            Self::MissingRight(_) | Self::WrongRoom => true,
            Self::Missing
            | Self::TooLong { .. }
            | Self::Malformed(_)
            | Self::UnknownKey
            | Self::Forged
            | Self::Expired { .. }
            | Self::NotYetValid { .. }
            | Self::Endless
            | Self::NoRoom
            | Self::NoIdentity
            | Self::ClaimTooLong { .. } => false,
        }
    }
}

/// A right that a token can grant, printed as it is spelled in the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    RoomJoin,
    RoomCreate,
    RoomList,
    RoomAdmin,
    RoomRecord,
    IngressAdmin,
    Agent,
    SipAdmin,
    SipCall,
    UpdateOwnMetadata,
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RoomJoin => "video.roomJoin",
            Self::RoomCreate => "video.roomCreate",
            Self::RoomList => "video.roomList",
            Self::RoomAdmin => "video.roomAdmin",
            Self::RoomRecord => "video.roomRecord",
            Self::IngressAdmin => "video.ingressAdmin",
            Self::Agent => "video.agent",
            Self::SipAdmin => "sip.admin",
            Self::SipCall => "sip.call",
            Self::UpdateOwnMetadata => "video.canUpdateOwnMetadata",
        })
    }
}
