use super::{Webhook, WebhookWithSecret};
use crate::answer::Answer;
use crate::extract::{Json, Path, Precondition, Write};
use crate::problem::Problem;
use base::WebhookId;
use serde::Deserialize;
use tenancy::webhooks::{self, HookPatch};
use utoipa::ToSchema;

/// What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateWebhook {
    #[schema(min_length = 8, max_length = 2000)]
    url: Option<String>,
    #[schema(max_length = 100)]
    label: Option<String>,
    #[schema(max_items = 50)]
    events: Option<Vec<String>>,
    enabled: Option<bool>,
    /// Make a new secret; it is in the answer, and the old one signs nothing any more.
    #[serde(default)]
    new_secret: bool,
}

/// Change a webhook
#[utoipa::path(
    patch, path = "/v1/webhooks/{id}", operation_id = "update_webhook", tag = "webhooks",
    params(("id" = String, Path, description = "hook_…")),
    request_body = UpdateWebhook,
    responses((status = 200, description = "As it is now, with a new secret if one was asked for; with ETag", body = WebhookWithSecret))
)]
pub(crate) async fn handle(
    mut write: Write,
    Path(id): Path<WebhookId>,
    precondition: Precondition,
    Json(body): Json<UpdateWebhook>,
) -> Result<Answer, Problem> {
    let patch = HookPatch {
        url: body.url,
        label: body.label,
        events: body.events,
        enabled: body.enabled,
        new_secret: body.new_secret,
    };
    let mut tx = write.begin().await?;
    let holds = |version| precondition.holds(version);
    let hook = webhooks::change(&mut tx, &mut write.context, &id, patch, holds).await?;
    let mut shown = WebhookWithSecret {
        webhook: Webhook::of(&hook),
        secret: None,
    };
    let kept = serde_json::to_value(&shown).unwrap_or_default();
    shown.secret = body.new_secret.then(|| hook.secret.expose().clone());
    let answer = Answer::ok(&shown).keeping(&kept).etag(hook.version);
    write.commit(tx, answer).await
}
