//! What has been in a room: when, who, what was said and what was asked.

mod all;
mod list;
mod questions;
mod read;
mod record;

use crate::{Api, time};
use serde::Serialize;
use store::history::SessionRow;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(all::handle))
        .routes(routes!(list::handle))
        .routes(routes!(read::handle))
}

/// From the first who came until the last had gone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoomSession {
    #[schema(example = "RM_x7mK2pQv9cRt")]
    id: String,
    room_id: String,
    #[schema(format = DateTime)]
    started_at: String,
    /// Null while it goes on.
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// Different people who were there.
    people: u32,
}

impl From<SessionRow> for RoomSession {
    fn from(session: SessionRow) -> Self {
        Self {
            id: session.id,
            room_id: session.room.to_string(),
            started_at: time::written(session.started_ms),
            ended_at: session.ended_ms.map(time::written),
            people: session.people,
        }
    }
}
