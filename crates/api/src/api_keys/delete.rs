use crate::answer::Answer;
use crate::extract::{Path, Write};
use crate::problem::Problem;
use base::ApiKeyId;
use tenancy::api_keys;

/// Revoke an API key
///
/// It stops working at once, and stays in the list.
#[utoipa::path(
    delete, path = "/v1/api-keys/{id}", operation_id = "revoke_api_key", tag = "api_keys",
    params(("id" = String, Path, description = "key_…")),
    responses((status = 204, description = "It no longer works"))
)]
pub(crate) async fn handle(write: Write, Path(id): Path<ApiKeyId>) -> Result<Answer, Problem> {
    let mut tx = write.begin().await?;
    api_keys::revoke(&mut tx, &write.context, &id).await?;
    write.commit(tx, Answer::no_content()).await
}
