use super::File;
use crate::Api;
use crate::answer::Answer;
use crate::extract::{Path, Query};
use crate::gate::Caller;
use crate::page::{List, PageQuery};
use crate::problem::Problem;
use axum::extract::State;
use base::RoomId;
use tenancy::rooms;

/// The files of a room, newest first
#[utoipa::path(
    get, path = "/v1/rooms/{id}/files", operation_id = "list_files", tag = "files",
    params(("id" = String, Path, description = "room_…"), PageQuery),
    responses((status = 200, description = "A page", body = List<File>))
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
    let files = reader.files().list(tenant, &id, &page).await?;
    Ok(Answer::ok(&List::from(files.map(File::from))))
}
