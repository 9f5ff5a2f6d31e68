use super::{Person, Role};
use crate::answer::Answer;
use crate::extract::{Json, Path, Precondition, Write};
use crate::gate::Caller;
use crate::problem::Problem;
use base::{PersonId, Redacted};
use serde::Deserialize;
use tenancy::password;
use tenancy::people::{self, PersonChange};
use utoipa::ToSchema;

/// What is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdatePerson {
    #[schema(max_length = 320)]
    email: Option<String>,
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    #[schema(max_length = 35)]
    locale: Option<String>,
    role: Option<Role>,
    #[schema(min_length = 8, max_length = 256, format = Password)]
    password: Option<String>,
}

/// Change somebody of the staff
///
/// Everybody may change himself, except his role. Others need the right `people.write`, and may not
/// change an account that works for further tenants.
#[utoipa::path(
    patch, path = "/v1/people/{id}", operation_id = "update_person", tag = "people",
    params(("id" = String, Path, description = "per_…")),
    request_body = UpdatePerson,
    responses((status = 200, description = "As he is now; with ETag", body = Person))
)]
pub(crate) async fn handle(
    caller: Caller,
    write: Write,
    Path(id): Path<PersonId>,
    precondition: Precondition,
    Json(body): Json<UpdatePerson>,
) -> Result<Answer, Problem> {
    let password_hash = match body.password {
        Some(password) => Some(password::hash("password", Redacted::new(password)).await?),
        None => None,
    };
    let change = PersonChange {
        email: body.email,
        name: body.name,
        locale: body.locale,
        role: body.role.map(Into::into),
        password_hash,
        kept_session: caller.session,
    };
    let mut tx = write.begin().await?;
    let version = people::version(&mut tx, write.actor(), &id).await?;
    precondition.holds(version)?;
    let member = people::update(&mut tx, &write.context, &id, change).await?;
    let version = member.version;
    let answer = Answer::ok(&Person::from(member)).etag(version);
    write.commit(tx, answer).await
}
