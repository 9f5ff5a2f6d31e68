use crate::answer::Answer;
use crate::extract::{Path, Write};
use crate::problem::Problem;
use base::LinkId;
use tenancy::links;

/// Revoke a link
///
/// It opens nothing any more, and stays in the list. Who came by it stays in the room.
#[utoipa::path(
    delete, path = "/v1/links/{id}", operation_id = "revoke_link", tag = "links",
    params(("id" = String, Path, description = "lnk_…")),
    responses((status = 204, description = "It opens nothing any more"))
)]
pub(crate) async fn handle(mut write: Write, Path(id): Path<LinkId>) -> Result<Answer, Problem> {
    let mut tx = write.begin().await?;
    links::revoke(&mut tx, &mut write.context, &id).await?;
    write.commit(tx, Answer::no_content()).await
}
