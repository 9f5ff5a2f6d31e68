use super::{bearer_grant, command, newcomer};
use crate::Api;
use crate::answer::Answer;
use crate::extract::Path;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::HeaderMap;
use room_core::Caller as LiveCaller;

/// A command by the holder of a room token
///
/// docs/room-protocol.md lists them.
#[utoipa::path(
    post, path = "/room/commands/{method}", operation_id = "command_own_room", tag = "live",
    params(("method" = String, Path, description = "As in the room protocol: `chat.say`")),
    request_body(content = serde_json::Value, description = "The command's payload"),
    responses((status = 200, description = "The command's reply", body = serde_json::Value))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    Path(method): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Result<Answer, Problem> {
    let grant = bearer_grant(&api, &headers)?;
    let caller = LiveCaller::Person(newcomer(&grant));
    command::run(&api, &grant.room, caller, &method, &body).await
}
