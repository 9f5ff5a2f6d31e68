use super::File;
use super::receive::{Upload, UploadQuery, receive};
use crate::answer::Answer;
use crate::extract::{Path, Query, Write};
use crate::problem::Problem;
use axum::body::Body;
use base::RoomId;
use tenancy::{Right, rooms};

/// Add a file to a room
///
/// The body is the file. What it is, is told by its content.
#[utoipa::path(
    post, path = "/v1/rooms/{id}/files", operation_id = "upload_file", tag = "files",
    params(("id" = String, Path, description = "room_…"), UploadQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, description = "The file", body = File))
)]
pub(crate) async fn handle(
    write: Write,
    Path(id): Path<RoomId>,
    Query(query): Query<UploadQuery>,
    body: Body,
) -> Result<Answer, Problem> {
    write.actor().need(Right::FilesWrite)?;
    let tenant = write.actor().tenant()?.clone();
    let mut reader = write.api.store().reader().await?;
    rooms::read(&mut reader, &tenant, &id).await?;
    drop(reader);
    let upload = Upload {
        tenant,
        room: id,
        name: query.name,
        uploader: write.actor().audit_name(),
    };
    receive(write, upload, body).await
}
