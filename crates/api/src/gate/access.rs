//! Who may use which endpoint: the one table. What is not in it is not there.

use crate::problem::Problem;
use axum::http::{Method, StatusCode};
use tenancy::{Actor, Right};

/// What an endpoint asks of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Nothing.
    Public,
    /// Nothing, but it is tried to guess secrets here, so that it may be called rarely.
    Guessable,
    /// An account.
    SignedIn,
    /// That right in the tenant he works in, by his role or by a scope of the key.
    Right(Right),
    /// The same, for a body that is a file.
    Upload,
    /// A token of a room.
    RoomToken,
    /// The same, for a body that is a file.
    RoomUpload,
}

use Need::{Guessable, Public, SignedIn};

/// Method, path, need; in the order of docs/api-outline.md.
const TABLE: &[(Method, &str, Need)] = &[
    (Method::POST, "/v1/session", Guessable),
    (Method::GET, "/v1/session", SignedIn),
    (Method::DELETE, "/v1/session", SignedIn),
    (Method::POST, "/v1/session/tenant", SignedIn),
    (Method::POST, "/v1/session/magic", Guessable),
    (Method::POST, "/v1/magic-links", Guessable),
    (Method::GET, "/v1/auth/methods", Public),
    (Method::GET, "/v1/tenant", Need::Right(Right::TenantRead)),
    (Method::PATCH, "/v1/tenant", Need::Right(Right::TenantWrite)),
    (
        Method::GET,
        "/v1/tenants",
        Need::Right(Right::PlatformTenants),
    ),
    (
        Method::POST,
        "/v1/tenants",
        Need::Right(Right::PlatformTenants),
    ),
    (
        Method::PATCH,
        "/v1/tenants/{id}",
        Need::Right(Right::PlatformTenants),
    ),
    (Method::GET, "/v1/people", Need::Right(Right::PeopleRead)),
    (Method::POST, "/v1/people", Need::Right(Right::PeopleWrite)),
    (
        Method::GET,
        "/v1/people/{id}",
        Need::Right(Right::PeopleRead),
    ),
    // Everybody may change himself; for others the action asks for people.write.
    (
        Method::PATCH,
        "/v1/people/{id}",
        Need::Right(Right::PeopleRead),
    ),
    (
        Method::DELETE,
        "/v1/people/{id}",
        Need::Right(Right::PeopleWrite),
    ),
    (Method::GET, "/v1/audit", Need::Right(Right::AuditRead)),
    (Method::GET, "/v1/audit.csv", Need::Right(Right::AuditRead)),
    (
        Method::GET,
        "/v1/audit/verify",
        Need::Right(Right::AuditRead),
    ),
    (Method::GET, "/v1/api-keys", Need::Right(Right::KeysRead)),
    (Method::POST, "/v1/api-keys", Need::Right(Right::KeysWrite)),
    (
        Method::DELETE,
        "/v1/api-keys/{id}",
        Need::Right(Right::KeysWrite),
    ),
    (Method::GET, "/openapi.json", Public),
    (Method::GET, "/docs", Public),
];

pub(crate) fn needed(method: &Method, path: &str) -> Option<Need> {
    let method = match *method {
        Method::HEAD => &Method::GET,
        _ => method,
    };
    TABLE
        .iter()
        .find(|(m, p, _)| m == method && *p == path)
        .map(|(_, _, need)| *need)
}

impl Need {
    /// # Errors
    /// 401 if he has not shown who he is, 403 if it is known that he may not.
    pub(crate) fn admits(self, actor: &Actor) -> Result<(), Problem> {
        match self {
            Public | Guessable => Ok(()),
            SignedIn => match actor {
                Actor::Person { .. } => Ok(()),
                Actor::Key { .. } => Err(Problem::new(
                    StatusCode::FORBIDDEN,
                    "people_only",
                    "This is for people with an account, not for API keys.",
                )),
                Actor::Nobody | Actor::Guest { .. } | Actor::System { .. } => {
                    Err(Problem::signed_out())
                }
            },
            Self::Right(right) => self.with_right(actor, right),
            Self::Upload => self.with_right(actor, Right::FilesWrite),
            Self::RoomToken | Self::RoomUpload => match actor {
                Actor::Guest { .. } => Ok(()),
                Actor::Nobody | Actor::Person { .. } | Actor::Key { .. } | Actor::System { .. } => {
                    Err(Problem::new(
                        StatusCode::UNAUTHORIZED,
                        "room_token_needed",
                        "Show a token of a room as a bearer.",
                    ))
                }
            },
        }
    }

    fn with_right(self, actor: &Actor, right: Right) -> Result<(), Problem> {
        match actor {
            Actor::Nobody | Actor::Guest { .. } => Err(Problem::signed_out()),
            Actor::Person { .. } | Actor::Key { .. } | Actor::System { .. } => {
                Ok(actor.need(right)?)
            }
        }
    }

    /// Whether room tokens are what is shown here.
    pub(crate) fn is_room(self) -> bool {
        matches!(self, Self::RoomToken | Self::RoomUpload)
    }

    /// Whether the body is a file, which the endpoint bounds itself.
    pub(crate) fn is_upload(self) -> bool {
        matches!(self, Self::Upload | Self::RoomUpload)
    }

    /// Whether he has to show who he is.
    pub(crate) fn is_private(self) -> bool {
        !matches!(self, Public | Guessable)
    }
}
