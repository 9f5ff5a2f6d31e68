use super::RoomSession;
use crate::Api;
use crate::answer::Answer;
use crate::extract::Query;
use crate::gate::Caller;
use crate::page::{List, PageQuery};
use crate::problem::Problem;
use crate::vocabulary::RoomKind;
use axum::extract::State;
use room_core::kinds::Kind;
use serde::Serialize;
use store::StoreError;
use store::history::MeetingRow;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Meeting {
    #[serde(flatten)]
    session: RoomSession,
    room_title: String,
    room_kind: RoomKind,
}

/// When people were in any room, latest first
#[utoipa::path(
    get, path = "/v1/sessions", operation_id = "list_all_sessions", tag = "history",
    params(PageQuery),
    responses((status = 200, description = "A page", body = List<Meeting>))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Answer, Problem> {
    let page = page.parsed()?;
    let tenant = caller.actor.tenant()?;
    let mut reader = api.store().reader().await?;
    let found = reader.history().meetings(tenant, &page).await?;
    let mut items = Vec::with_capacity(found.items.len());
    for meeting in found.items {
        items.push(Meeting::try_from(meeting)?);
    }
    let next = found.next;
    Ok(Answer::ok(&List::from(store::Page { items, next })))
}

impl TryFrom<MeetingRow> for Meeting {
    type Error = StoreError;

    fn try_from(meeting: MeetingRow) -> Result<Self, StoreError> {
        let kind = Kind::parse(&meeting.room_kind);
        Ok(Self {
            session: meeting.session.into(),
            room_title: meeting.room_title,
            room_kind: kind.ok_or(StoreError::Corrupt { what: "room" })?.into(),
        })
    }
}
