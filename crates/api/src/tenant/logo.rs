use super::Tenant;
use crate::Api;
use crate::answer::Answer;
use crate::extract::{Path, Write};
use crate::files::{send_row, stored};
use crate::problem::Problem;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use base::FileId;
use tenancy::{Right, logos};

/// Put a logo on the pages of my tenant
///
/// The body is a PNG, JPEG, WebP or GIF of at most 256 KiB; it takes the place of the one before.
#[utoipa::path(
    put, path = "/v1/tenant/logo", operation_id = "put_logo", tag = "tenant",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "The tenant with it; with ETag", body = Tenant))
)]
pub(crate) async fn put(mut write: Write, body: Body) -> Result<Answer, Problem> {
    // Before anything is brought to the disk.
    write.actor().need(Right::TenantWrite)?;
    let api = write.api.clone();
    let digest = stored(&api, body, logos::MAX_BYTES).await?;
    let tenant_bytes = api.settings().files.tenant_bytes;
    let mut tx = write.begin().await?;
    let changed = logos::put(&mut tx, &mut write.context, digest, tenant_bytes).await??;
    answered(write, tx, changed).await
}

/// Take the logo of my tenant down
#[utoipa::path(
    delete, path = "/v1/tenant/logo", operation_id = "delete_logo", tag = "tenant",
    responses((status = 200, description = "The tenant without it; with ETag", body = Tenant))
)]
pub(crate) async fn delete(mut write: Write) -> Result<Answer, Problem> {
    let mut tx = write.begin().await?;
    let changed = logos::take_down(&mut tx, &mut write.context).await?;
    answered(write, tx, changed).await
}

/// A logo
///
/// For everybody: guests see it before they are let in.
#[utoipa::path(
    get, path = "/v1/logos/{id}", operation_id = "download_logo", tag = "tenant",
    params(("id" = String, Path, description = "file_…, as in a brand")),
    responses((status = 200, description = "Its bytes", body = Vec<u8>, content_type = "image/*"))
)]
pub(crate) async fn download(
    State(api): State<Api>,
    Path(id): Path<FileId>,
) -> Result<Response, Problem> {
    let mut reader = api.store().reader().await?;
    let file = logos::find(&mut reader, &id).await?;
    drop(reader);
    send_row(&api, &file, "public, max-age=86400, immutable").await
}

async fn answered(write: Write, tx: store::Tx, changed: logos::Changed) -> Result<Answer, Problem> {
    let version = changed.tenant.version;
    let answer = Answer::ok(&Tenant::from(changed.tenant)).etag(version);
    let answer = write.commit(tx, answer).await?;
    if let Some(sha256) = changed.left_over
        && let Err(error) = write.api.ports().blobs.delete(&sha256).await
    {
        tracing::warn!(%error, "the bytes of a former logo are still there");
    }
    Ok(answer)
}
