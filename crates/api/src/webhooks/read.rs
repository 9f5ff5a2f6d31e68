use super::Webhook;
use crate::Api;
use crate::answer::Answer;
use crate::extract::Path;
use crate::gate::Caller;
use crate::problem::Problem;
use axum::extract::State;
use base::WebhookId;
use store::hooks::HookRow;

/// A webhook
#[utoipa::path(
    get, path = "/v1/webhooks/{id}", operation_id = "read_webhook", tag = "webhooks",
    params(("id" = String, Path, description = "hook_…")),
    responses((status = 200, description = "The webhook, without its secret; with ETag", body = Webhook))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<WebhookId>,
) -> Result<Answer, Problem> {
    let hook = of(&api, &caller, &id).await?;
    Ok(Answer::ok(&Webhook::of(&hook)).etag(hook.version))
}

/// A webhook of the caller's tenant.
pub(super) async fn of(api: &Api, caller: &Caller, id: &WebhookId) -> Result<HookRow, Problem> {
    let tenant = caller.actor.tenant()?;
    let mut reader = api.store().reader().await?;
    let hook = reader.hooks().find(tenant, id).await?;
    hook.ok_or_else(Problem::not_found)
}
