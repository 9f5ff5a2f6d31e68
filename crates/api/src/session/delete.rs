use super::ended;
use crate::answer::Answer;
use crate::extract::Write;
use crate::gate::Caller;
use crate::problem::Problem;
use tenancy::sessions;

/// Sign out
#[utoipa::path(
    delete, path = "/v1/session", operation_id = "sign_out", tag = "session",
    responses((status = 204, description = "Signed out"))
)]
pub(crate) async fn handle(caller: Caller, write: Write) -> Result<Answer, Problem> {
    let session = caller.session.ok_or_else(Problem::signed_out)?;
    let mut tx = write.begin().await?;
    sessions::end(&mut tx, &write.context, &session).await?;
    tx.commit().await?;
    Ok(ended(&write.api, Answer::no_content()))
}
