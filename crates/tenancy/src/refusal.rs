//! What people may not or cannot do, told apart from what has failed.

use crate::Right;
use store::StoreError;

/// Shown to the person, with a code that programs can rely on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("You lack the right {}.", right.code())]
    RightMissing { right: Right },
    #[error("You work in no tenant just now; choose one first.")]
    NoTenant,
    #[error("There is no such {what}.")]
    NotFound { what: &'static str },
    #[error("This {field} is in use already.")]
    Taken { field: &'static str },
    #[error("{field}: {why}")]
    Invalid {
        /// As the request names it: `schedule.timezone`.
        field: &'static str,
        why: &'static str,
    },
    #[error("It has been changed since you read it; read it again.")]
    Changed,
    #[error("Only owners make and unmake owners.")]
    OwnersOnly,
    #[error("A tenant needs an owner; make somebody else the owner first.")]
    LastOwner,
    #[error("The e-mail address or the password is wrong.")]
    WrongCredentials,
    #[error("This sign-in link has been used, or is too old; ask for a new one.")]
    LinkSpent,
    #[error("This sign-in was begun elsewhere or too long ago; begin again.")]
    SignInExpired,
    #[error("Nobody has added your e-mail address yet; ask the owner of your tenant to do so.")]
    NotInvited,
    #[error("This person also belongs to others, who would be affected.")]
    SharedPerson,
    #[error("The state of this {what} does not allow it: {why}.")]
    Conflict {
        what: &'static str,
        why: &'static str,
    },
}

impl Refusal {
    /// Stable; part of the API.
    pub fn code(&self) -> &'static str {
        match self {
            Self::RightMissing { .. } => "right_missing",
            Self::NoTenant => "no_tenant",
            Self::NotFound { .. } => "not_found",
            Self::Taken { .. } => "taken",
            Self::Invalid { .. } => "invalid",
            Self::Changed => "changed",
            Self::OwnersOnly => "owners_only",
            Self::LastOwner => "last_owner",
            Self::WrongCredentials => "wrong_credentials",
            Self::LinkSpent => "link_spent",
            Self::SignInExpired => "sign_in_expired",
            Self::NotInvited => "not_invited",
            Self::SharedPerson => "shared_person",
            Self::Conflict { .. } => "conflict",
        }
    }
}

/// Why an action was not done: a refusal, or a failure of the database.
#[derive(Debug, thiserror::Error)]
pub enum Denied {
    #[error(transparent)]
    Refusal(#[from] Refusal),
    #[error(transparent)]
    Failure(#[from] StoreError),
}
