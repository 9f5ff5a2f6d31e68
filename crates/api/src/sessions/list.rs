use super::RoomSession;
use crate::Api;
use crate::answer::Answer;
use crate::extract::{Path, Query};
use crate::gate::Caller;
use crate::page::{List, PageQuery};
use crate::problem::Problem;
use axum::extract::State;
use base::RoomId;
use tenancy::rooms;

/// When people were in a room, latest first
#[utoipa::path(
    get, path = "/v1/rooms/{id}/sessions", operation_id = "list_sessions", tag = "history",
    params(("id" = String, Path, description = "room_…"), PageQuery),
    responses((status = 200, description = "A page", body = List<RoomSession>))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<RoomId>,
    Query(page): Query<PageQuery>,
) -> Result<Answer, Problem> {
    let page = page.parsed()?;
    let tenant = caller.actor.tenant()?;
    let mut reader = api.store().reader().await?;
    rooms::read(&mut reader, tenant, &id).await?;
    let sessions = reader.history().sessions(tenant, &id, &page).await?;
    Ok(Answer::ok(&List::from(sessions.map(RoomSession::from))))
}
