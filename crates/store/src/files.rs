//! What people have uploaded; the bytes lie in [`crate::blobs`].

use crate::sql::{Connection, Row, sql};
use crate::{Cursor, Page, PageRequest, StoreError};
use base::{FileId, RoomId, TenantId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRow {
    pub id: FileId,
    pub tenant: TenantId,
    pub room: Option<RoomId>,
    pub name: String,
    pub media_type: String,
    pub bytes: u64,
    pub sha256: Vec<u8>,
    /// Identity of whoever brought it.
    pub uploader: String,
    pub created_ms: u64,
}

#[derive(Debug)]
pub struct Files<'c>(Connection<'c>);

impl<'c> Files<'c> {
    pub(crate) fn new(connection: Connection<'c>) -> Self {
        Self(connection)
    }

    pub async fn insert(&mut self, file: &FileRow) -> Result<(), StoreError> {
        sql(
            "add a file",
            "INSERT INTO files (id, tenant_id, room_id, name, media_type, bytes, sha256, uploader, created_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&file.id)
        .bind(&file.tenant)
        .bind(&file.room)
        .bind(&file.name)
        .bind(&file.media_type)
        .bind(file.bytes)
        .bind(&file.sha256)
        .bind(&file.uploader)
        .bind(file.created_ms)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    pub async fn find(
        &mut self,
        tenant: &TenantId,
        file: &FileId,
    ) -> Result<Option<FileRow>, StoreError> {
        let row = sql(
            "look up a file",
            "SELECT * FROM files WHERE tenant_id = $1 AND id = $2",
        )
        .bind(tenant)
        .bind(file)
        .fetch_optional(&mut self.0)
        .await?;
        row.as_ref().map(read).transpose()
    }

    /// Of a live room, which knows its name only.
    pub async fn find_in_room(
        &mut self,
        room: &str,
        file: &str,
    ) -> Result<Option<FileRow>, StoreError> {
        let row = sql(
            "look up a room's file",
            "SELECT * FROM files WHERE room_id = $1 AND id = $2",
        )
        .bind(room)
        .bind(file)
        .fetch_optional(&mut self.0)
        .await?;
        row.as_ref().map(read).transpose()
    }

    /// A file of no room, such as a logo: those are for everybody to see.
    pub async fn find_shown(&mut self, file: &FileId) -> Result<Option<FileRow>, StoreError> {
        let row = sql(
            "look up a file of no room",
            "SELECT * FROM files WHERE room_id IS NULL AND id = $1",
        )
        .bind(file)
        .fetch_optional(&mut self.0)
        .await?;
        row.as_ref().map(read).transpose()
    }

    /// Newest first.
    pub async fn list(
        &mut self,
        tenant: &TenantId,
        room: &RoomId,
        page: &PageRequest,
    ) -> Result<Page<FileRow>, StoreError> {
        let (at, id) = page.below();
        let rows = sql(
            "list files",
            "SELECT * FROM files WHERE tenant_id = $1 AND room_id = $2
               AND (created_ms < $3 OR (created_ms = $3 AND id < $4))
             ORDER BY created_ms DESC, id DESC LIMIT $5",
        )
        .bind(tenant)
        .bind(room)
        .bind(at)
        .bind(id)
        .bind(page.probe())
        .fetch_all(&mut self.0)
        .await?;
        let files = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        Ok(page.page(files, |file| Cursor {
            at_ms: file.created_ms,
            id: file.id.to_string(),
        }))
    }

    /// Takes the row away; says whether its content is now nobody's.
    pub async fn delete(&mut self, file: &FileRow) -> Result<bool, StoreError> {
        sql("delete a file", "DELETE FROM files WHERE id = $1")
            .bind(&file.id)
            .execute(&mut self.0)
            .await?;
        let others = sql(
            "look for others with this content",
            "SELECT COUNT(*) AS n FROM files WHERE sha256 = $1",
        )
        .bind(&file.sha256)
        .fetch_one(&mut self.0)
        .await?;
        Ok(others.get::<i64>("n")? == 0)
    }

    /// How many bytes the tenant's files have.
    pub async fn total_bytes(&mut self, tenant: &TenantId) -> Result<u64, StoreError> {
        let row = sql(
            "add up a tenant's files",
            "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) AS n FROM files WHERE tenant_id = $1",
        )
        .bind(tenant)
        .fetch_one(&mut self.0)
        .await?;
        row.get("n")
    }
}

fn read(row: &Row) -> Result<FileRow, StoreError> {
    Ok(FileRow {
        id: row.get("id")?,
        tenant: row.get("tenant_id")?,
        room: row.get("room_id")?,
        name: row.get("name")?,
        media_type: row.get("media_type")?,
        bytes: row.get("bytes")?,
        sha256: row.get("sha256")?,
        uploader: row.get("uploader")?,
        created_ms: row.get("created_ms")?,
    })
}
