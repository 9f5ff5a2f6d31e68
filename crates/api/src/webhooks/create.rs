use super::{Webhook, WebhookWithSecret};
use crate::answer::Answer;
use crate::extract::{Json, Write};
use crate::problem::Problem;
use serde::Deserialize;
use tenancy::webhooks::{self, NewHook};
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateWebhook {
    #[schema(
        min_length = 8,
        max_length = 2000,
        example = "https://shop.example.com/stoa"
    )]
    url: String,
    #[serde(default)]
    #[schema(max_length = 100)]
    label: String,
    /// Left out or empty: all.
    #[serde(default)]
    #[schema(max_items = 50)]
    events: Vec<String>,
}

/// Be told of events
#[utoipa::path(
    post, path = "/v1/webhooks", operation_id = "create_webhook", tag = "webhooks",
    request_body = CreateWebhook,
    responses((status = 201, description = "The webhook with its secret; with ETag", body = WebhookWithSecret))
)]
pub(crate) async fn handle(
    mut write: Write,
    Json(body): Json<CreateWebhook>,
) -> Result<Answer, Problem> {
    let new = NewHook {
        url: body.url,
        label: body.label,
        events: body.events,
    };
    let mut tx = write.begin().await?;
    let hook = webhooks::create(&mut tx, &mut write.context, new).await?;
    let mut shown = WebhookWithSecret {
        webhook: Webhook::of(&hook),
        secret: None,
    };
    let kept = serde_json::to_value(&shown).unwrap_or_default();
    shown.secret = Some(hook.secret.expose().clone());
    let answer = Answer::created(&shown).keeping(&kept).etag(hook.version);
    write.commit(tx, answer).await
}
