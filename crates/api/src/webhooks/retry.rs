use crate::answer::Answer;
use crate::extract::{Path, Write};
use crate::problem::Problem;
use base::WebhookId;
use tenancy::webhooks;

/// Deliver once more, at once
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/deliveries/{delivery}/retry", operation_id = "retry_delivery",
    tag = "webhooks",
    params(
        ("id" = String, Path, description = "hook_…"),
        ("delivery" = String, Path, description = "dlv_…"),
    ),
    responses((status = 202, description = "It is on its way"))
)]
pub(crate) async fn handle(
    mut write: Write,
    Path((id, delivery)): Path<(WebhookId, String)>,
) -> Result<Answer, Problem> {
    let mut tx = write.begin().await?;
    webhooks::retry(&mut tx, &mut write.context, &id, &delivery).await?;
    write.commit(tx, Answer::accepted()).await
}
