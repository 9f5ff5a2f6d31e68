//! What people bring into a room: how large, of what kind, and who may see it.
//!
//! Begin with [`Intake`], through which the bytes pass, then [`add`].

mod disposition;
mod intake;
mod sniff;

pub use disposition::content_disposition;
pub use intake::{Digest, Intake};
pub use sniff::MediaType;

use crate::{Actor, Context, Denied, Refusal, Right, audit, events, text};
use base::{FileId, RoomId, TenantId};
use serde_json::json;
use store::Tx;
use store::files::FileRow;

/// Longer names are cut by file systems.
const MAX_NAME: usize = 200;

/// Why a file is not taken. Shown to the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileRefusal {
    #[error("The file is larger than {limit} bytes.")]
    TooLarge { limit: u64 },
    #[error("The file is empty.")]
    Empty,
    #[error(
        "Files of this type are not taken; send a picture, a document, a sound, a film or a text."
    )]
    UnsupportedType,
    #[error("The virus scanner has found something in this file.")]
    Infected,
    #[error("Your organisation's files have reached their limit of {limit} bytes.")]
    QuotaExceeded { limit: u64 },
}

impl FileRefusal {
    /// Stable; part of the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too_large",
            Self::Empty => "empty_file",
            Self::UnsupportedType => "unsupported_type",
            Self::Infected => "infected",
            Self::QuotaExceeded { .. } => "quota_exceeded",
        }
    }
}

/// A file whose bytes lie on the disk and have been found harmless.
#[derive(Clone, Debug)]
pub struct NewFile {
    pub tenant: TenantId,
    pub room: RoomId,
    pub name: String,
    pub digest: Digest,
    /// Identity of whoever brings it.
    pub uploader: String,
    /// What all files of the tenant may have together.
    pub tenant_bytes: u64,
}

/// Adds a file to its room. Whether the actor may is asked by the caller: a person or key by
/// `files.write`, somebody in the room by his right `send_files`.
///
/// # Errors
/// The name cannot be so; or (inner) the tenant's files would become too many.
pub async fn add(
    tx: &mut Tx,
    context: &mut Context,
    new: NewFile,
) -> Result<Result<FileRow, FileRefusal>, Denied> {
    let name = file_name(&new.name)?;
    let present = tx.files().total_bytes(&new.tenant).await?;
    if present.saturating_add(new.digest.bytes) > new.tenant_bytes {
        let limit = new.tenant_bytes;
        return Ok(Err(FileRefusal::QuotaExceeded { limit }));
    }
    let file = FileRow {
        id: FileId::random(&mut context.rng),
        tenant: new.tenant,
        room: Some(new.room),
        media_type: new.digest.media_type.of_name(&name).to_owned(),
        name,
        bytes: new.digest.bytes,
        sha256: new.digest.sha256.to_vec(),
        uploader: new.uploader,
        created_ms: context.now_ms,
    };
    tx.files().insert(&file).await?;
    told(tx, context, &file, "file.uploaded").await?;
    Ok(Ok(file))
}

/// Takes a file away; says whether its bytes are now nobody's and can go too.
///
/// # Errors
/// The right `files.write` is missing, or there is no such file.
pub async fn delete(
    tx: &mut Tx,
    context: &mut Context,
    id: &FileId,
) -> Result<(FileRow, bool), Denied> {
    context.actor.need(Right::FilesWrite)?;
    let file = tx.files().find(context.actor.tenant()?, id).await?;
    let file = file.ok_or(NOT_FOUND)?;
    let is_last = tx.files().delete(&file).await?;
    told(tx, context, &file, "file.deleted").await?;
    Ok((file, is_last))
}

/// A file that the actor may read: one of his tenant, or of the room that he is in.
///
/// # Errors
/// There is none, or it is somebody else's.
pub async fn find(
    reader: &mut store::Reader,
    actor: &Actor,
    id: &FileId,
) -> Result<FileRow, Denied> {
    let file = match actor {
        Actor::Guest { room, .. } => reader.files().find_in_room(room, id.as_str()).await?,
        Actor::Nobody | Actor::Person { .. } | Actor::Key { .. } | Actor::System { .. } => {
            actor.need(Right::FilesRead)?;
            reader.files().find(actor.tenant()?, id).await?
        }
    };
    Ok(file.ok_or(NOT_FOUND)?)
}

const NOT_FOUND: Refusal = Refusal::NotFound { what: "file" };

async fn told(
    tx: &mut Tx,
    context: &mut Context,
    file: &FileRow,
    event: &'static str,
) -> Result<(), Denied> {
    let data = json!({
        "file_id": file.id, "room_id": file.room, "bytes": file.bytes, "media_type": file.media_type,
    });
    audit::enter(
        tx,
        context,
        &file.tenant,
        event,
        file.id.as_str(),
        data.clone(),
    )
    .await?;
    events::announce(tx, context, &file.tenant, event, data).await?;
    Ok(())
}

/// The last part of a path, should a browser send one.
fn file_name(given: &str) -> Result<String, Refusal> {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = text::line("name", last, MAX_NAME)?;
    if name.trim_matches('.').is_empty() {
        return Err(Refusal::Invalid {
            field: "name",
            why: "must not be dots only",
        });
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_path_the_last_part_is_the_name() {
        assert_eq!(file_name("C:\\报价\\单.pdf"), Ok("单.pdf".into()));
        assert_eq!(file_name("../../etc/passwd"), Ok("passwd".into()));
        for wrong in ["", "a/", "..", "a\nb"] {
            assert!(file_name(wrong).is_err(), "{wrong}");
        }
    }
}
