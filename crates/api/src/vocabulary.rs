//! Words of rooms as JSON has them.

use room_core::kinds;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// What a room is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RoomKind {
    Meeting,
    Class,
    Webinar,
    Consult,
    LiveShow,
}

/// What somebody is in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RoomRole {
    Host,
    CoHost,
    Speaker,
    Member,
    Audience,
    Interpreter,
    Observer,
    Agent,
}

impl From<RoomKind> for kinds::Kind {
    fn from(kind: RoomKind) -> Self {
        match kind {
            RoomKind::Meeting => Self::Meeting,
            RoomKind::Class => Self::Class,
            RoomKind::Webinar => Self::Webinar,
            RoomKind::Consult => Self::Consult,
            RoomKind::LiveShow => Self::LiveShow,
        }
    }
}

impl From<kinds::Kind> for RoomKind {
    fn from(kind: kinds::Kind) -> Self {
        match kind {
            kinds::Kind::Meeting => Self::Meeting,
            kinds::Kind::Class => Self::Class,
            kinds::Kind::Webinar => Self::Webinar,
            kinds::Kind::Consult => Self::Consult,
            kinds::Kind::LiveShow => Self::LiveShow,
        }
    }
}

impl From<RoomRole> for kinds::Role {
    fn from(role: RoomRole) -> Self {
        match role {
            RoomRole::Host => Self::Host,
            RoomRole::CoHost => Self::CoHost,
            RoomRole::Speaker => Self::Speaker,
            RoomRole::Member => Self::Member,
            RoomRole::Audience => Self::Audience,
            RoomRole::Interpreter => Self::Interpreter,
            RoomRole::Observer => Self::Observer,
            RoomRole::Agent => Self::Agent,
        }
    }
}

impl From<kinds::Role> for RoomRole {
    fn from(role: kinds::Role) -> Self {
        match role {
            kinds::Role::Host => Self::Host,
            kinds::Role::CoHost => Self::CoHost,
            kinds::Role::Speaker => Self::Speaker,
            kinds::Role::Member => Self::Member,
            kinds::Role::Audience => Self::Audience,
            kinds::Role::Interpreter => Self::Interpreter,
            kinds::Role::Observer => Self::Observer,
            kinds::Role::Agent => Self::Agent,
        }
    }
}

/// For a field of a patch: left out, null, or a value are three things.
pub(crate) fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}
