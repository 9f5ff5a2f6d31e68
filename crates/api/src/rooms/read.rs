use super::shape::{Room, shown};
use crate::Api;
use crate::answer::Answer;
use crate::extract::Path;
use crate::gate::Caller;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use base::RoomId;
use tenancy::rooms;

/// A room
#[utoipa::path(
    get, path = "/v1/rooms/{id}", operation_id = "read_room", tag = "rooms",
    params(("id" = String, Path, description = "room_…")),
    responses((status = 200, description = "The room; with ETag", body = Room))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<RoomId>,
) -> Result<Answer, Problem> {
    let room = of(&api, &caller, &id).await?;
    let version = room.version;
    // The version is for writes. What is going on in the room changes without it, so that a copy
    // must not be shown again because the version is the same.
    Ok(Answer::ok(&shown(&api, room).await)
        .etag(version)
        .header(CACHE_CONTROL, HeaderValue::from_static("no-store")))
}

/// A room of the caller's tenant.
///
/// # Errors
/// 404 for another tenant's too.
pub(crate) async fn of(api: &Api, caller: &Caller, id: &RoomId) -> Result<rooms::Room, Problem> {
    let mut reader = api.store().reader().await?;
    Ok(rooms::read(&mut reader, caller.actor.tenant()?, id).await?)
}
