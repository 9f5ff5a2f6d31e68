use crate::answer::Answer;
use crate::extract::{Path, Query};
use crate::gate::Caller;
use crate::page::{List, PageQuery};
use crate::problem::Problem;
use crate::{Api, time};
use axum::extract::State;
use base::WebhookId;
use serde::Serialize;
use serde_json::Value;
use store::hooks::DeliveryRow;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Delivery {
    #[schema(example = "dlv_x7mK2pQv9cRtY4nB8wLd")]
    id: String,
    /// The header `webhook-id`; the same for every webhook that is told of this event.
    event_id: String,
    event: String,
    #[schema(example = "delivered", pattern = "^(pending|delivered|failed)$")]
    state: String,
    attempts: u32,
    /// Of the last answer; null before the first, or where there was none.
    status: Option<u32>,
    /// Why the last attempt failed.
    error: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    next_attempt_at: Option<String>,
    #[schema(format = DateTime)]
    finished_at: Option<String>,
    /// What is sent.
    #[schema(value_type = Object)]
    body: Value,
}

/// What a webhook was told, latest first
#[utoipa::path(
    get, path = "/v1/webhooks/{id}/deliveries", operation_id = "list_deliveries", tag = "webhooks",
    params(("id" = String, Path, description = "hook_…"), PageQuery),
    responses((status = 200, description = "A page", body = List<Delivery>))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<WebhookId>,
    Query(page): Query<PageQuery>,
) -> Result<Answer, Problem> {
    let page = page.parsed()?;
    let hook = super::read::of(&api, &caller, &id).await?;
    let mut reader = api.store().reader().await?;
    let deliveries = reader.hooks().deliveries(&hook.id, &page).await?;
    Ok(Answer::ok(&List::from(deliveries.map(Delivery::from))))
}

impl From<DeliveryRow> for Delivery {
    fn from(delivery: DeliveryRow) -> Self {
        let is_pending = delivery.state == "pending";
        Self {
            id: delivery.id,
            event_id: delivery.event_id.to_string(),
            event: delivery.event,
            state: delivery.state,
            attempts: delivery.attempts,
            status: delivery.last_status,
            error: (!delivery.last_error.is_empty()).then_some(delivery.last_error),
            created_at: time::written(delivery.created_ms),
            next_attempt_at: is_pending.then(|| time::written(delivery.due_ms)),
            finished_at: delivery.finished_ms.map(time::written),
            body: serde_json::from_str(delivery.body.expose()).unwrap_or_default(),
        }
    }
}
