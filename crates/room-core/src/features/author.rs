//! Who said something, as he was then.

use super::feature::Actor;
use crate::kinds::Role;
use base::Identity;
use serde::{Deserialize, Serialize};

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    pub identity: Identity,
    pub name: String,
    pub role: Role,
}

impl From<&Actor> for Author {
    fn from(actor: &Actor) -> Self {
        Self {
            identity: actor.identity.clone(),
            name: actor.name.clone(),
            role: actor.role,
        }
    }
}

/// Names must not come into a log by accident.
impl std::fmt::Debug for Author {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Author").field(&self.identity).finish()
    }
}
