//! A tenant's logo: a picture for everybody to see, since guests see it before they are let in.

use crate::files::{Digest, FileRefusal};
use crate::tenants::{self, Tenant, TenantChange};
use crate::{Context, Denied, Refusal, Right};
use base::FileId;
use store::files::FileRow;
use store::{Reader, Tx};

/// It is loaded with each join page, and a picture of 512 × 512 stays far below.
pub const MAX_BYTES: u64 = 256 * 1024;

#[derive(Debug)]
pub struct Changed {
    pub tenant: Tenant,
    /// SHA-256 of the picture before, where nobody has it any more: its bytes can go.
    pub left_over: Option<Vec<u8>>,
}

/// Puts a picture, whose bytes lie on the disk, in the place of the one before.
///
/// # Errors
/// The right `tenant.write` is missing; or (inner) it is no picture, or the tenant's files would
/// become too many.
pub async fn put(
    tx: &mut Tx,
    context: &mut Context,
    digest: Digest,
    tenant_bytes: u64,
) -> Result<Result<Changed, FileRefusal>, Denied> {
    context.actor.need(Right::TenantWrite)?;
    if !digest.media_type.is_picture() {
        return Ok(Err(FileRefusal::UnsupportedType));
    }
    let tenant = context.actor.tenant()?.clone();
    let present = tx.files().total_bytes(&tenant).await?;
    if present.saturating_add(digest.bytes) > tenant_bytes {
        let limit = tenant_bytes;
        return Ok(Err(FileRefusal::QuotaExceeded { limit }));
    }
    let file = FileRow {
        id: FileId::random(&mut context.rng),
        tenant,
        room: None,
        name: "logo".to_owned(),
        media_type: digest.media_type.of_name("logo").to_owned(),
        bytes: digest.bytes,
        sha256: digest.sha256.to_vec(),
        uploader: context.actor.audit_name(),
        created_ms: context.now_ms,
    };
    tx.files().insert(&file).await?;
    Ok(Ok(replaced(tx, context, Some(file.id)).await?))
}

/// Takes the logo down; pages then show the tenant's name alone.
///
/// # Errors
/// The right `tenant.write` is missing.
pub async fn take_down(tx: &mut Tx, context: &mut Context) -> Result<Changed, Denied> {
    context.actor.need(Right::TenantWrite)?;
    replaced(tx, context, None).await
}

/// A logo, for anybody.
///
/// # Errors
/// There is none of this id.
pub async fn find(reader: &mut Reader, id: &FileId) -> Result<FileRow, Denied> {
    let file = reader.files().find_shown(id).await?;
    Ok(file.ok_or(Refusal::NotFound { what: "logo" })?)
}

async fn replaced(tx: &mut Tx, context: &Context, logo: Option<FileId>) -> Result<Changed, Denied> {
    let own = context.actor.tenant()?.clone();
    let found = tx.tenants().find(&own).await?;
    let before = tenants::shown(found.ok_or(Refusal::NotFound { what: "tenant" })?);
    let mut left_over = None;
    if let Some(id) = &before.brand.logo_file_id
        && let Some(file) = tx.files().find(&own, id).await?
        && tx.files().delete(&file).await?
    {
        left_over = Some(file.sha256);
    }
    let change = TenantChange {
        logo: Some(logo),
        ..TenantChange::default()
    };
    let tenant = tenants::update(tx, context, &own, change).await?;
    Ok(Changed { tenant, left_over })
}
