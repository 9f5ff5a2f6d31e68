//! What somebody is in a room.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What it lets him do, the kind's table says.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Host,
    CoHost,
    Speaker,
    #[default]
    Member,
    Audience,
    Interpreter,
    /// Hears and sees; nobody hears or sees him.
    Observer,
    /// Software that takes part.
    Agent,
}

impl Role {
    pub const ALL: [Self; 8] = [
        Self::Host,
        Self::CoHost,
        Self::Speaker,
        Self::Member,
        Self::Audience,
        Self::Interpreter,
        Self::Observer,
        Self::Agent,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::CoHost => "co_host",
            Self::Speaker => "speaker",
            Self::Member => "member",
            Self::Audience => "audience",
            Self::Interpreter => "interpreter",
            Self::Observer => "observer",
            Self::Agent => "agent",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// Whether he looks after the room.
    pub const fn is_hosting(self) -> bool {
        matches!(self, Self::Host | Self::CoHost)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
