use super::{Me, me};
use crate::Api;
use crate::answer::Answer;
use crate::gate::Caller;
use crate::problem::Problem;
use axum::extract::State;

/// Who I am
#[utoipa::path(
    get, path = "/v1/session", operation_id = "read_session", tag = "session",
    responses((status = 200, description = "The session", body = Me))
)]
pub(crate) async fn handle(State(api): State<Api>, caller: Caller) -> Result<Answer, Problem> {
    let session = caller.session.ok_or_else(Problem::signed_out)?;
    Ok(Answer::ok(&me(&api, &session).await?))
}
