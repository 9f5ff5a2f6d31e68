use crate::answer::Answer;
use crate::extract::{Json, Write};
use crate::problem::Problem;
use serde::Deserialize;
use tenancy::sessions;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestMagicLink {
    #[schema(max_length = 320)]
    email: String,
}

/// Ask for a sign-in link
///
/// It comes by e-mail where this server sends mail, and in any case with the event
/// `magic_link.requested`. The answer is the same whether somebody has this address or not, and
/// whether she has asked too often.
#[utoipa::path(
    post, path = "/v1/magic-links", operation_id = "request_magic_link", tag = "session",
    request_body = RequestMagicLink,
    responses((status = 202, description = "If somebody has this address, a link is on its way"))
)]
pub(crate) async fn handle(
    mut write: Write,
    Json(body): Json<RequestMagicLink>,
) -> Result<Answer, Problem> {
    let public_url = write.api.settings().public_url.clone();
    let mut tx = write.begin().await?;
    let mail = write.api.ports().mail.clone();
    let context = &mut write.context;
    sessions::request_magic_link(&mut tx, context, &body.email, &public_url, mail.is_some())
        .await?;
    tx.commit().await?;
    write.api.ports().news.notify_one();
    if let Some(mail) = mail {
        mail.notify_one();
    }
    Ok(Answer::accepted())
}
