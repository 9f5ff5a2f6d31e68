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
    /// Nothing, for a body that is only counted.
    Probe,
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
    // Nothing can be guessed there: each answer needs the state of a sign-in of the same browser.
    (Method::GET, "/v1/auth/oidc/start", Public),
    (Method::GET, "/v1/auth/oidc/callback", Public),
    (Method::GET, "/v1/tenant", Need::Right(Right::TenantRead)),
    (Method::PATCH, "/v1/tenant", Need::Right(Right::TenantWrite)),
    (
        Method::PUT,
        "/v1/tenant/logo",
        Need::Right(Right::TenantWrite),
    ),
    (
        Method::DELETE,
        "/v1/tenant/logo",
        Need::Right(Right::TenantWrite),
    ),
    (Method::GET, "/v1/logos/{id}", Public),
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
    (Method::GET, "/v1/templates", Need::Right(Right::RoomsRead)),
    (Method::GET, "/v1/rooms", Need::Right(Right::RoomsRead)),
    (Method::POST, "/v1/rooms", Need::Right(Right::RoomsWrite)),
    (Method::GET, "/v1/rooms/{id}", Need::Right(Right::RoomsRead)),
    (
        Method::PATCH,
        "/v1/rooms/{id}",
        Need::Right(Right::RoomsWrite),
    ),
    (
        Method::DELETE,
        "/v1/rooms/{id}",
        Need::Right(Right::RoomsWrite),
    ),
    (
        Method::GET,
        "/v1/rooms/{id}/calendar.ics",
        Need::Right(Right::RoomsRead),
    ),
    (
        Method::GET,
        "/v1/rooms/{id}/occurrences",
        Need::Right(Right::RoomsRead),
    ),
    (
        Method::GET,
        "/v1/rooms/{id}/links",
        Need::Right(Right::RoomsRead),
    ),
    (
        Method::POST,
        "/v1/rooms/{id}/links",
        Need::Right(Right::RoomsWrite),
    ),
    (
        Method::PATCH,
        "/v1/links/{id}",
        Need::Right(Right::RoomsWrite),
    ),
    (
        Method::DELETE,
        "/v1/links/{id}",
        Need::Right(Right::RoomsWrite),
    ),
    (
        Method::GET,
        "/v1/rooms/{id}/live",
        Need::Right(Right::RoomsRead),
    ),
    (
        Method::POST,
        "/v1/rooms/{id}/commands/{method}",
        Need::Right(Right::RoomsJoin),
    ),
    (
        Method::POST,
        "/v1/rooms/{id}/end",
        Need::Right(Right::RoomsWrite),
    ),
    (
        Method::POST,
        "/v1/rooms/{id}/token",
        Need::Right(Right::RoomsJoin),
    ),
    (
        Method::GET,
        "/v1/rooms/{id}/sessions",
        Need::Right(Right::HistoryRead),
    ),
    (Method::GET, "/v1/sessions", Need::Right(Right::HistoryRead)),
    (
        Method::GET,
        "/v1/sessions/{id}",
        Need::Right(Right::HistoryRead),
    ),
    (
        Method::GET,
        "/v1/rooms/{id}/files",
        Need::Right(Right::FilesRead),
    ),
    (Method::POST, "/v1/rooms/{id}/files", Need::Upload),
    (Method::GET, "/v1/files/{id}", Need::Right(Right::FilesRead)),
    (
        Method::DELETE,
        "/v1/files/{id}",
        Need::Right(Right::FilesWrite),
    ),
    (Method::POST, "/room/files", Need::RoomUpload),
    (Method::GET, "/room/files/{id}", Need::RoomToken),
    (Method::POST, "/room/commands/{method}", Need::RoomToken),
    // Browsers cannot send headers with a WebSocket: the token is in the query, and minded there.
    (Method::GET, "/room/ws", Public),
    (
        Method::GET,
        "/v1/webhooks",
        Need::Right(Right::WebhooksRead),
    ),
    (
        Method::POST,
        "/v1/webhooks",
        Need::Right(Right::WebhooksWrite),
    ),
    (
        Method::GET,
        "/v1/webhooks/{id}",
        Need::Right(Right::WebhooksRead),
    ),
    (
        Method::PATCH,
        "/v1/webhooks/{id}",
        Need::Right(Right::WebhooksWrite),
    ),
    (
        Method::DELETE,
        "/v1/webhooks/{id}",
        Need::Right(Right::WebhooksWrite),
    ),
    (
        Method::GET,
        "/v1/webhooks/{id}/deliveries",
        Need::Right(Right::WebhooksRead),
    ),
    (
        Method::POST,
        "/v1/webhooks/{id}/deliveries/{delivery}/retry",
        Need::Right(Right::WebhooksWrite),
    ),
    (
        Method::POST,
        "/v1/webhooks/{id}/test",
        Need::Right(Right::WebhooksWrite),
    ),
    (
        Method::GET,
        "/v1/webhook-events",
        Need::Right(Right::WebhooksRead),
    ),
    // An office or a class comes from one address: here failed guesses are counted, not visits.
    (Method::GET, "/v1/join/{code}", Public),
    (Method::POST, "/v1/join/{code}", Public),
    (Method::GET, "/v1/join/{code}/waiting/{ticket}", Public),
    (Method::GET, "/v1/join/{code}/calendar.ics", Public),
    (Method::GET, "/v1/probe/down", Public),
    (Method::POST, "/v1/probe/up", Need::Probe),
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
            Public | Guessable | Self::Probe => Ok(()),
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
            Self::Right(right) => with_right(actor, right),
            Self::Upload => with_right(actor, Right::FilesWrite),
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

    /// The right in the tenant that it takes.
    pub(crate) fn right(self) -> Option<Right> {
        match self {
            Self::Right(right) => Some(right),
            Self::Upload => Some(Right::FilesWrite),
            Public | Guessable | SignedIn | Self::RoomToken | Self::RoomUpload | Self::Probe => {
                None
            }
        }
    }

    /// Whether room tokens are what is shown here.
    pub(crate) fn is_room(self) -> bool {
        matches!(self, Self::RoomToken | Self::RoomUpload)
    }

    /// Whether the body is a file, which the endpoint bounds itself.
    pub(crate) fn is_upload(self) -> bool {
        matches!(self, Self::Upload | Self::RoomUpload | Self::Probe)
    }

    /// Whether he has to show who he is.
    pub(crate) fn is_private(self) -> bool {
        !matches!(self, Public | Guessable | Self::Probe)
    }
}

fn with_right(actor: &Actor, right: Right) -> Result<(), Problem> {
    match actor {
        Actor::Nobody | Actor::Guest { .. } => Err(Problem::signed_out()),
        Actor::Person { .. } | Actor::Key { .. } | Actor::System { .. } => Ok(actor.need(right)?),
    }
}
