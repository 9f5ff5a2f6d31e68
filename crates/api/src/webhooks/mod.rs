//! Webhooks of the tenant, by the Standard Webhooks specification.

mod create;
mod delete;
mod deliveries;
mod events;
mod list;
mod read;
mod retry;
mod test;
mod update;

use crate::{Api, time};
use serde::Serialize;
use store::hooks::HookRow;
use tenancy::webhooks;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::handle, create::handle))
        .routes(routes!(read::handle, update::handle, delete::handle))
        .routes(routes!(deliveries::handle))
        .routes(routes!(retry::handle))
        .routes(routes!(test::handle))
        .routes(routes!(events::handle))
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Webhook {
    #[schema(example = "hook_x7mK2pQv9cRtY4nB8wLd")]
    id: String,
    url: String,
    label: String,
    /// Empty: all.
    events: Vec<String>,
    enabled: bool,
    #[schema(format = DateTime)]
    created_at: String,
}

/// With the secret, which is shown in this answer only.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookWithSecret {
    #[serde(flatten)]
    webhook: Webhook,
    /// Signs the deliveries. A repetition of the request under the same Idempotency-Key gets null.
    #[schema(required, example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: Option<String>,
}

impl Webhook {
    fn of(hook: &HookRow) -> Self {
        Self {
            id: hook.id.to_string(),
            url: hook.url.expose().clone(),
            label: hook.label.clone(),
            events: webhooks::events_of(hook),
            enabled: hook.enabled,
            created_at: time::written(hook.created_ms),
        }
    }
}
