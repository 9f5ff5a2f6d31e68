use crate::answer::Answer;
use crate::extract::{Path, Write};
use crate::problem::Problem;
use base::PersonId;
use tenancy::people;

/// Take somebody off the staff
///
/// His account stays, for other tenants that he works for.
#[utoipa::path(
    delete, path = "/v1/people/{id}", operation_id = "delete_person", tag = "people",
    params(("id" = String, Path, description = "per_…")),
    responses((status = 204, description = "He no longer belongs to this tenant"))
)]
pub(crate) async fn handle(write: Write, Path(id): Path<PersonId>) -> Result<Answer, Problem> {
    let mut tx = write.begin().await?;
    people::remove(&mut tx, &write.context, &id).await?;
    write.commit(tx, Answer::no_content()).await
}
