use super::{Person, Role};
use crate::answer::Answer;
use crate::extract::{Json, Write};
use crate::problem::Problem;
use base::Redacted;
use serde::Deserialize;
use tenancy::password;
use tenancy::people::{self, NewPerson};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreatePerson {
    #[schema(max_length = 320)]
    email: String,
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    role: Role,
    /// The tenant's, if left out.
    #[schema(max_length = 35)]
    locale: Option<String>,
    /// Left out, he signs in by a link or at the identity provider.
    #[schema(min_length = 8, max_length = 256, format = Password)]
    password: Option<String>,
}

/// Add somebody to the staff
///
/// Where this server sends mail, he is told by a letter. Who has an account already keeps his name, language and password.
#[utoipa::path(
    post, path = "/v1/people", operation_id = "create_person", tag = "people",
    request_body = CreatePerson,
    responses((status = 201, description = "The person", body = Person))
)]
pub(crate) async fn handle(
    mut write: Write,
    Json(body): Json<CreatePerson>,
) -> Result<Answer, Problem> {
    let password_hash = match body.password {
        // Before the transaction, for which others wait.
        Some(password) => Some(password::hash("password", Redacted::new(password)).await?),
        None => None,
    };
    let new = NewPerson {
        email: body.email,
        name: body.name,
        role: body.role.into(),
        locale: body.locale,
        password_hash,
    };
    let mut tx = write.begin().await?;
    let member = people::create(&mut tx, &mut write.context, new).await?;
    let mail = write.api.ports().mail.clone();
    if mail.is_some() {
        let public_url = &write.api.settings().public_url;
        people::invite(&mut tx, &write.context, &member, public_url).await?;
    }
    let (version, path) = (member.version, format!("/v1/people/{}", member.id));
    let answer = Answer::created(&Person::from(member))
        .etag(version)
        .location(&path);
    let answer = write.commit(tx, answer).await?;
    if let Some(mail) = mail {
        mail.notify_one();
    }
    Ok(answer)
}
