use crate::answer::Answer;
use crate::extract::{Path, Write};
use crate::problem::Problem;
use base::FileId;
use tenancy::files;

/// Take a file away
#[utoipa::path(
    delete, path = "/v1/files/{id}", operation_id = "delete_file", tag = "files",
    params(("id" = String, Path, description = "file_…")),
    responses((status = 204, description = "Nobody can have it any more"))
)]
pub(crate) async fn handle(mut write: Write, Path(id): Path<FileId>) -> Result<Answer, Problem> {
    let mut tx = write.begin().await?;
    let (file, is_last) = files::delete(&mut tx, &mut write.context, &id).await?;
    let answer = write.commit(tx, Answer::no_content()).await?;
    if is_last && let Err(error) = write.api.ports().blobs.delete(&file.sha256).await {
        tracing::warn!(file = %file.id, %error, "the bytes of a deleted file are still there");
    }
    Ok(answer)
}
