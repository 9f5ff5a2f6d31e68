//! What somebody may claim to be in a room before he is in it.

use crate::features::{Actor, Door, Person};
use crate::kinds::{Rights, Role};
use base::Identity;

/// His place in the room, as his token has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    pub role: Role,
    /// Whether his role alone decides what he may publish. If not, the token is a plain LiveKit
    /// token: its permissions are a limit that no role lifts.
    pub role_decides: bool,
    /// His account.
    pub person_id: Option<String>,
    pub is_guest: bool,
}

/// Somebody at the door who comes without media.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newcomer {
    pub identity: Identity,
    pub name: String,
    pub claim: Claim,
}

impl Newcomer {
    pub(crate) fn person(&self, role: Role, joined_at: u64) -> Person {
        Person {
            identity: self.identity.clone(),
            name: self.name.clone(),
            role,
            joined_at,
            person_id: self.claim.person_id.clone(),
            door: Door::Socket,
            is_guest: self.claim.is_guest,
        }
    }
}

/// Who gives a command from outside the media connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A server with a key: it may do what a host may. `name` is what people are shown.
    Server { name: String },
    /// He need not be present; if he is, the role counts that he has there.
    Person(Newcomer),
}

impl Caller {
    pub(crate) fn server(name: &str) -> Actor {
        Actor {
            identity: crate::SERVER.into(),
            name: name.to_owned(),
            role: Role::Host,
            rights: Rights::ALL,
        }
    }
}
