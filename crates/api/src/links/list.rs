use super::Link;
use crate::Api;
use crate::answer::Answer;
use crate::extract::{Path, Query};
use crate::gate::Caller;
use crate::page::{List, PageQuery};
use crate::problem::Problem;
use axum::extract::State;
use base::RoomId;
use tenancy::rooms;

/// The links of a room, oldest first
#[utoipa::path(
    get, path = "/v1/rooms/{id}/links", operation_id = "list_links", tag = "links",
    params(("id" = String, Path, description = "room_…"), PageQuery),
    responses((status = 200, description = "A page", body = List<Link>))
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
    let links = reader.links().list(tenant, &id, &page).await?;
    let links = links.map(|link| Link::of(&api, link));
    Ok(Answer::ok(&List::from(links)))
}
