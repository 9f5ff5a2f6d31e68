//! Keys by which a tenant's servers sign in.

mod create;
mod delete;
mod list;

use crate::{Api, time};
use serde::Serialize;
use tenancy::api_keys;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::handle, create::handle))
        .routes(routes!(delete::handle))
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiKey {
    #[schema(example = "key_x7mK2pQv9cRtY4nB8wLd")]
    id: String,
    label: String,
    /// Rights: `rooms.read`, `rooms.write`, ….
    scopes: Vec<&'static str>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// To the hour.
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
    /// Since when it no longer works.
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
}

impl From<api_keys::ApiKey> for ApiKey {
    fn from(key: api_keys::ApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            label: key.label,
            scopes: key.scopes.iter().map(|scope| scope.code()).collect(),
            created_at: time::written(key.created_ms),
            expires_at: key.expires_ms.map(time::written),
            last_used_at: key.last_used_ms.map(time::written),
            revoked_at: key.revoked_ms.map(time::written),
        }
    }
}
