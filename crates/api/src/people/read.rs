use super::Person;
use crate::Api;
use crate::answer::Answer;
use crate::extract::Path;
use crate::gate::Caller;
use crate::problem::Problem;
use axum::extract::State;
use base::PersonId;
use tenancy::people;

/// One of the staff
#[utoipa::path(
    get, path = "/v1/people/{id}", operation_id = "read_person", tag = "people",
    params(("id" = String, Path, description = "per_…")),
    responses((status = 200, description = "The person; with ETag", body = Person))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<PersonId>,
) -> Result<Answer, Problem> {
    let mut reader = api.store().reader().await?;
    let member = people::read(&mut reader, &caller.actor, &id).await?;
    let version = member.version;
    Ok(Answer::ok(&Person::from(member)).etag(version))
}
