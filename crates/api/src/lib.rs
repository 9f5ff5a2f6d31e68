//! The HTTP API: JSON over HTTP on one side, actions on the other.
//!
//! An endpoint is a file: its shapes, its documentation, its handler. What all have in common
//! stands in front of them in [`gate`]: who asks, whether he may (one table, `gate/access.rs`), how
//! often, and whether this very request has been answered before. The OpenAPI document is made from
//! the code.
//!
//! Deliberately absent: decisions (`tenancy` and the like), SQL (`store`), configuration and
//! sockets (`server`).
//!
//! Begin with [`routes`], then `gate/mod.rs`, then one endpoint.

mod about;
mod answer;
mod api_keys;
mod audit;
mod extract;
mod files;
mod gate;
mod join;
mod links;
mod live;
mod lobby;
mod oidc;
mod openapi;
mod page;
mod people;
mod ports;
mod probe;
mod problem;
mod rooms;
mod session;
mod sessions;
mod state;
mod templates;
mod tenant;
mod tenants;
mod time;
mod vocabulary;
mod webhooks;

pub use gate::idempotency::KEPT_MS as IDEMPOTENCY_KEPT_MS;
pub use gate::rate::{Limits, Quota};
pub use openapi::document;
pub use ports::{LiveRooms, Promise, RoomGrant, RoomTokens, ScanVerdict, Scanner};
pub use state::{Api, Clock, FileLimits, OidcProvider, Ports, Settings};

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use utoipa_axum::router::OpenApiRouter;

/// Everything this crate answers.
pub fn routes(api: Api) -> Router {
    let (router, _) = endpoints().split_for_parts();
    router
        .layer(from_fn_with_state(api.clone(), gate::pass))
        .layer(from_fn(session::lead_to_sign_in_page))
        .with_state(api)
}

/// The registry: one line a group of endpoints.
fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(openapi::head())
        .merge(session::endpoints())
        .merge(tenant::endpoints())
        .merge(tenants::endpoints())
        .merge(people::endpoints())
        .merge(api_keys::endpoints())
        .merge(audit::endpoints())
        .merge(templates::endpoints())
        .merge(rooms::endpoints())
        .merge(links::endpoints())
        .merge(live::endpoints())
        .merge(sessions::endpoints())
        .merge(files::endpoints())
        .merge(webhooks::endpoints())
        .merge(join::endpoints())
        .merge(probe::endpoints())
        .merge(about::endpoints())
}
