use crate::answer::Answer;
use crate::extract::{Path, Write};
use crate::problem::Problem;
use base::WebhookId;
use tenancy::webhooks;

/// Take a webhook away
///
/// With its log; what was on its way is not sent any more.
#[utoipa::path(
    delete, path = "/v1/webhooks/{id}", operation_id = "delete_webhook", tag = "webhooks",
    params(("id" = String, Path, description = "hook_…")),
    responses((status = 204, description = "It is told nothing any more"))
)]
pub(crate) async fn handle(mut write: Write, Path(id): Path<WebhookId>) -> Result<Answer, Problem> {
    let mut tx = write.begin().await?;
    webhooks::delete(&mut tx, &mut write.context, &id).await?;
    write.commit(tx, Answer::no_content()).await
}
