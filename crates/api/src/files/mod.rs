//! Files of rooms.

mod delete;
mod download;
mod in_room;
mod list;
mod receive;
mod upload;

pub(crate) use download::send_row;
pub(crate) use receive::stored;

use crate::{Api, time};
use serde::Serialize;
use store::files::FileRow;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::handle, upload::handle))
        .routes(routes!(download::handle, delete::handle))
        .routes(routes!(in_room::upload))
        .routes(routes!(in_room::download))
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct File {
    #[schema(example = "file_x7mK2pQv9cRtY4nB8wLd")]
    id: String,
    name: String,
    /// By its content, whatever its sender called it.
    media_type: String,
    bytes: u64,
    /// Identity of whoever brought it.
    uploader: String,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<FileRow> for File {
    fn from(file: FileRow) -> Self {
        Self {
            id: file.id.to_string(),
            name: file.name,
            media_type: file.media_type,
            bytes: file.bytes,
            uploader: file.uploader,
            created_at: time::written(file.created_ms),
        }
    }
}
