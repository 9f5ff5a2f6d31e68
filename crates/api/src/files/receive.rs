//! The bytes of a file: from the request to the disk, past the scanner, into the room.

use super::File;
use crate::Api;
use crate::answer::Answer;
use crate::extract::Write;
use crate::ports::ScanVerdict;
use crate::problem::Problem;
use axum::body::Body;
use axum::http::StatusCode;
use base::{RoomId, TenantId};
use futures_util::StreamExt as _;
use room_core::features;
use serde::Deserialize;
use std::path::Path;
use store::files::FileRow;
use tenancy::files::{self, Digest, FileRefusal, Intake, NewFile};
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct UploadQuery {
    /// The file's name.
    #[param(min_length = 1, max_length = 200)]
    pub(super) name: String,
}

/// For whom, and from whom.
#[derive(Debug)]
pub(super) struct Upload {
    pub(super) tenant: TenantId,
    pub(super) room: RoomId,
    pub(super) name: String,
    pub(super) uploader: String,
}

/// # Errors
/// The file is too large, of a type that is not taken, infected, or one too many; or the disk or
/// the scanner failed.
pub(super) async fn receive(
    mut write: Write,
    upload: Upload,
    body: Body,
) -> Result<Answer, Problem> {
    let api = write.api.clone();
    let digest = stored(&api, body, api.settings().files.file_bytes).await?;
    let mut tx = write.begin().await?;
    let new = NewFile {
        tenant: upload.tenant,
        room: upload.room.clone(),
        name: upload.name,
        digest,
        uploader: upload.uploader,
        tenant_bytes: api.settings().files.tenant_bytes,
    };
    let file = files::add(&mut tx, &mut write.context, new).await??;
    let told = of_room(&file);
    let answer = Answer::created(&File::from(file));
    let answer = write.commit(tx, answer).await?;
    let live = &api.ports().live;
    live.file_uploaded(upload.room.as_str(), told).await;
    Ok(answer)
}

/// Brings a body of at most `limit` bytes to the disk. It comes before the row that names it: a file
/// that people see is there.
///
/// # Errors
/// It is too large, of a type that is not taken, or infected; or the disk or the scanner failed.
pub(crate) async fn stored(api: &Api, body: Body, limit: u64) -> Result<Digest, Problem> {
    let begun = api.ports().blobs.begin().await;
    let mut incoming = begun.map_err(|error| Problem::internal(&error))?;
    let digest = match taken(api, &mut incoming, body, limit).await {
        Ok(digest) => digest,
        Err(problem) => {
            incoming.discard().await;
            return Err(problem);
        }
    };
    let kept = incoming.keep(&digest.sha256).await;
    kept.map_err(|error| Problem::internal(&error))?;
    Ok(digest)
}

async fn taken(
    api: &Api,
    incoming: &mut store::blobs::Incoming,
    body: Body,
    limit: u64,
) -> Result<Digest, Problem> {
    let mut intake = Intake::new(limit);
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "incomplete",
                "The file did not come to its end.",
            )
        })?;
        intake.take(&chunk)?;
        incoming
            .write(&chunk)
            .await
            .map_err(|error| Problem::internal(&error))?;
    }
    let digest = intake.finish()?;
    incoming
        .flush()
        .await
        .map_err(|error| Problem::internal(&error))?;
    scanned(api, incoming.path()).await?;
    Ok(digest)
}

async fn scanned(api: &Api, path: &Path) -> Result<(), Problem> {
    let Some(scanner) = &api.ports().scanner else {
        return Ok(());
    };
    match scanner.scan(path).await {
        ScanVerdict::Clean => Ok(()),
        ScanVerdict::Infected => Err(FileRefusal::Infected.into()),
        ScanVerdict::Failed => Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "not_scanned",
            "The file could not be checked for viruses; try again.",
        )
        .retry_after_s(10)),
    }
}

fn of_room(file: &FileRow) -> features::File {
    features::File {
        id: file.id.to_string(),
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        bytes: file.bytes,
    }
}

impl From<FileRefusal> for Problem {
    fn from(refusal: FileRefusal) -> Self {
        let status = match refusal {
            FileRefusal::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            FileRefusal::Empty | FileRefusal::Infected => StatusCode::UNPROCESSABLE_ENTITY,
            FileRefusal::UnsupportedType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            FileRefusal::QuotaExceeded { .. } => StatusCode::CONFLICT,
        };
        let problem = Self::new(status, refusal.code(), refusal.to_string());
        match refusal {
            FileRefusal::TooLarge { limit } | FileRefusal::QuotaExceeded { limit } => {
                problem.with("limit", limit)
            }
            FileRefusal::Empty | FileRefusal::Infected | FileRefusal::UnsupportedType => problem,
        }
    }
}
