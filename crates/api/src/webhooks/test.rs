use crate::answer::Answer;
use crate::extract::{Path, Write};
use crate::problem::Problem;
use base::WebhookId;
use tenancy::webhooks;

/// Send a webhook an event to try it
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/test", operation_id = "test_webhook", tag = "webhooks",
    params(("id" = String, Path, description = "hook_…")),
    responses((status = 202, description = "An event webhook.test is on its way"))
)]
pub(crate) async fn handle(mut write: Write, Path(id): Path<WebhookId>) -> Result<Answer, Problem> {
    let mut tx = write.begin().await?;
    webhooks::test(&mut tx, &mut write.context, &id).await?;
    write.commit(tx, Answer::accepted()).await
}
