//! Who acts.

use crate::rights::{Right, of_role};
use crate::{Denied, Refusal};
use base::{ApiKeyId, PersonId, TenantId};
use serde::{Deserialize, Serialize};

/// What somebody is to a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TenantRole {
    Owner,
    Admin,
    Staff,
}

impl TenantRole {
    pub fn code(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Staff => "staff",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        [Self::Owner, Self::Admin, Self::Staff]
            .into_iter()
            .find(|role| role.code() == code)
    }
}

/// Whoever asks for something, as far as he has shown who he is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A visitor who has not signed in.
    Nobody,
    Person {
        person: PersonId,
        /// The tenant he works in just now; an operator of the platform may have none.
        tenant: Option<(TenantId, TenantRole)>,
        is_operator: bool,
    },
    /// A server of a tenant.
    Key {
        key: ApiKeyId,
        tenant: TenantId,
        scopes: Vec<Right>,
    },
    /// Who holds a token of a room, with or without an account.
    Guest {
        /// The room's name, which is its id.
        room: String,
        identity: String,
    },
    /// The command line, or the server itself.
    System { tenant: Option<TenantId> },
}

impl Actor {
    pub fn may(&self, right: Right) -> bool {
        match self {
            Self::Nobody | Self::Guest { .. } => false,
            Self::Person {
                tenant,
                is_operator,
                ..
            } => {
                if right == Right::PlatformTenants {
                    return *is_operator;
                }
                tenant
                    .as_ref()
                    .is_some_and(|(_, role)| of_role(*role).contains(&right))
            }
            Self::Key { scopes, .. } => scopes.contains(&right),
            Self::System { .. } => true,
        }
    }

    /// # Errors
    /// [`Refusal::RightMissing`], which names the right.
    pub fn need(&self, right: Right) -> Result<(), Denied> {
        if self.may(right) {
            return Ok(());
        }
        Err(Refusal::RightMissing { right }.into())
    }

    /// The tenant that he acts in: everything he reads or writes is looked for there only.
    ///
    /// # Errors
    /// [`Refusal::NoTenant`] if he acts in none.
    pub fn tenant(&self) -> Result<&TenantId, Denied> {
        let tenant = match self {
            Self::Nobody | Self::Guest { .. } => None,
            Self::Person { tenant, .. } => tenant.as_ref().map(|(tenant, _)| tenant),
            Self::Key { tenant, .. } => Some(tenant),
            Self::System { tenant } => tenant.as_ref(),
        };
        tenant.ok_or_else(|| Refusal::NoTenant.into())
    }

    pub fn person(&self) -> Option<&PersonId> {
        match self {
            Self::Person { person, .. } => Some(person),
            Self::Nobody | Self::Key { .. } | Self::Guest { .. } | Self::System { .. } => None,
        }
    }

    /// As the audit log names him.
    pub fn audit_name(&self) -> String {
        match self {
            Self::Nobody => "nobody".to_owned(),
            Self::Person { person, .. } => person.to_string(),
            Self::Key { key, .. } => key.to_string(),
            Self::Guest { identity, .. } => identity.clone(),
            Self::System { .. } => "system".to_owned(),
        }
    }
}
