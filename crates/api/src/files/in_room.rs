use super::File;
use super::receive::{Upload, UploadQuery, receive};
use crate::Api;
use crate::answer::Answer;
use crate::extract::{Path, Query, Write};
use crate::gate::Caller;
use crate::live::bearer_grant;
use crate::problem::Problem;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use base::FileId;
use room_core::kinds::{Kind, Right, Role};
use tenancy::rooms::Room;

/// Add a file to the room one is in
///
/// It needs the right `send_files`. The body is the file.
#[utoipa::path(
    post, path = "/room/files", operation_id = "upload_file_to_own_room", tag = "files",
    params(UploadQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, description = "The file", body = File))
)]
pub(crate) async fn upload(
    write: Write,
    headers: HeaderMap,
    Query(query): Query<UploadQuery>,
    body: Body,
) -> Result<Answer, Problem> {
    let grant = bearer_grant(&write.api, &headers)?;
    let mut reader = write.api.store().reader().await?;
    let row = reader.rooms().find_by_name(&grant.room).await?;
    let room = Room::of_row(row.ok_or_else(Problem::not_found)?)?;
    drop(reader);
    let role = role_now(&write.api, &grant.room, &grant.identity, &grant.role).await;
    may_send(room.kind, role)?;
    let upload = Upload {
        tenant: room.tenant,
        room: room.id,
        name: query.name,
        uploader: grant.identity,
    };
    receive(write, upload, body).await
}

/// A file of the room one is in
#[utoipa::path(
    get, path = "/room/files/{id}", operation_id = "download_file_of_own_room", tag = "files",
    params(("id" = String, Path, description = "file_…")),
    responses((status = 200, description = "Its bytes, as the type that they were found to be", body = Vec<u8>, content_type = "*/*"))
)]
pub(crate) async fn download(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<FileId>,
) -> Result<Response, Problem> {
    super::download::send(&api, &caller.actor, &id).await
}

/// He may have been given another role since his token was made.
async fn role_now(api: &Api, room: &str, identity: &str, claimed: &str) -> Role {
    let live = api.ports().live.look(room).await;
    let present = live.and_then(|live| {
        let person = live.people.iter().find(|p| p.identity.as_str() == identity);
        person.map(|person| person.role)
    });
    let claimed = Role::ALL.into_iter().find(|role| role.as_str() == claimed);
    present.or(claimed).unwrap_or_default()
}

fn may_send(kind: Kind, role: Role) -> Result<(), Problem> {
    if kind.table().rights_of(role).has(Right::SendFiles) {
        return Ok(());
    }
    Err(Problem::new(
        axum::http::StatusCode::FORBIDDEN,
        "right_missing",
        "You may not send files here.",
    )
    .with("right", "send_files"))
}
