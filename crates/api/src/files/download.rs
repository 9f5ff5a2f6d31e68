use crate::Api;
use crate::extract::Path;
use crate::gate::Caller;
use crate::problem::Problem;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::FileId;
use futures_util::stream;
use store::files::FileRow;
use tenancy::{Actor, files};
use tokio::io::AsyncReadExt as _;

/// Read from the disk at once: enough that the disk is not asked for every packet.
const CHUNK_BYTES: usize = 64 * 1024;

/// A file
#[utoipa::path(
    get, path = "/v1/files/{id}", operation_id = "download_file", tag = "files",
    params(("id" = String, Path, description = "file_…")),
    responses((status = 200, description = "Its bytes, as the type that they were found to be", body = Vec<u8>, content_type = "*/*"))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<FileId>,
) -> Result<Response, Problem> {
    send(&api, &caller.actor, &id).await
}

pub(super) async fn send(api: &Api, actor: &Actor, id: &FileId) -> Result<Response, Problem> {
    let mut reader = api.store().reader().await?;
    let file = files::find(&mut reader, actor, id).await?;
    drop(reader);
    send_row(api, &file, "private, max-age=86400, immutable").await
}

/// The bytes of a file that the caller may read.
pub(crate) async fn send_row(
    api: &Api,
    file: &FileRow,
    caching: &'static str,
) -> Result<Response, Problem> {
    let content = api.ports().blobs.open_content(&file.sha256).await;
    let content = content.map_err(|error| Problem::internal(&error))?;
    let chunks = stream::try_unfold(content, async |mut content| {
        let mut chunk = vec![0; CHUNK_BYTES];
        let read = content.read(&mut chunk).await?;
        chunk.truncate(read);
        Ok::<_, std::io::Error>((read > 0).then_some((chunk, content)))
    });
    let mut response = (StatusCode::OK, Body::from_stream(chunks)).into_response();
    let headers = response.headers_mut();
    for (name, value) in headers_of(file, caching) {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    Ok(response)
}

fn headers_of(file: &FileRow, caching: &str) -> [(header::HeaderName, String); 6] {
    let disposition = files::content_disposition(&file.name, &file.media_type);
    let tag: String = file
        .sha256
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    [
        (header::CONTENT_TYPE, file.media_type.clone()),
        (header::CONTENT_LENGTH, file.bytes.to_string()),
        (header::CONTENT_DISPOSITION, disposition),
        // Whatever a browser makes of it, it may not do anything in our name.
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox".to_owned(),
        ),
        (header::CACHE_CONTROL, caching.to_owned()),
        (header::ETAG, format!("\"{tag}\"")),
    ]
}
