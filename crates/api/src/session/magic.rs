use super::{Me, begun, me};
use crate::answer::Answer;
use crate::extract::{Json, Write};
use crate::problem::Problem;
use serde::Deserialize;
use tenancy::{secret, sessions};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SpendMagicLink {
    /// What stands behind `#magic=` in the link.
    #[schema(max_length = 100)]
    token: String,
}

/// Sign in with a link
///
/// It works once, and for a quarter of an hour.
#[utoipa::path(
    post, path = "/v1/session/magic", operation_id = "sign_in_by_link", tag = "session",
    request_body = SpendMagicLink,
    responses((status = 200, description = "Signed in", body = Me))
)]
pub(crate) async fn handle(
    mut write: Write,
    Json(body): Json<SpendMagicLink>,
) -> Result<Answer, Problem> {
    let mut tx = write.begin().await?;
    let person = sessions::spend_magic_link(&mut tx, &write.context, &body.token).await?;
    let token = sessions::begin(&mut tx, &mut write.context, &person, "magic_link").await?;
    tx.commit().await?;
    let token = token.expose();
    let body = me(&write.api, &secret::hash(token.as_bytes())).await?;
    Ok(begun(&write.api, Answer::ok(&body), token))
}
