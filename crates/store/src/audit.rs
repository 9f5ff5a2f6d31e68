//! Who did what to whom, one chain of entries a tenant. Entries can be added and read, and the
//! database refuses to change or delete them.

use crate::sql::{Connection, Row, sql};
use crate::{Cursor, Page, PageRequest, StoreError};
use base::TenantId;

/// A SHA-256.
pub type Hash = [u8; 32];

/// Before the first entry.
pub const NO_HASH: Hash = [0; 32];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    pub seq: u64,
    pub at_ms: u64,
    /// An id, or `system`, or `nobody`.
    pub actor: String,
    /// `person.created`.
    pub action: String,
    /// An id; empty where there is none.
    pub target: String,
    /// JSON object: what changed. Ids and settings, no texts.
    pub detail: String,
    /// Covers this entry and the one before it.
    pub hash: Hash,
}

/// What a reader looks for; an empty filter is everything.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    pub actor: Option<String>,
    /// The action, or its beginning up to a dot: `person` finds `person.created`.
    pub action: Option<String>,
    pub target: Option<String>,
    pub from_ms: Option<u64>,
    pub to_ms: Option<u64>,
}

#[derive(Debug)]
pub struct AuditLog<'c>(Connection<'c>);

impl<'c> AuditLog<'c> {
    pub(crate) fn new(connection: Connection<'c>) -> Self {
        Self(connection)
    }

    /// Takes the next number of the tenant's chain, and the hash of the entry before it. Other
    /// writers of this chain wait until the transaction has ended.
    pub async fn next(&mut self, tenant: &TenantId) -> Result<(u64, Hash), StoreError> {
        sql(
            "begin an audit log",
            "INSERT INTO audit_heads (tenant_id, seq, hash) VALUES ($1, 0, $2)
             ON CONFLICT DO NOTHING",
        )
        .bind(tenant)
        .bind(NO_HASH.as_slice())
        .execute(&mut self.0)
        .await?;
        let row = sql(
            "lock the audit log",
            "UPDATE audit_heads SET seq = seq + 1 WHERE tenant_id = $1 RETURNING seq, hash",
        )
        .bind(tenant)
        .fetch_one(&mut self.0)
        .await?;
        Ok((row.get("seq")?, hash(&row)?))
    }

    /// Appends an entry whose number came from [`AuditLog::next`].
    pub async fn append(
        &mut self,
        tenant: &TenantId,
        entry: &AuditEntry,
    ) -> Result<(), StoreError> {
        sql(
            "append to the audit log",
            "INSERT INTO audit_entries
                 (tenant_id, seq, at_ms, actor, action, target, detail, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(tenant)
        .bind(entry.seq)
        .bind(entry.at_ms)
        .bind(&entry.actor)
        .bind(&entry.action)
        .bind(&entry.target)
        .bind(&entry.detail)
        .bind(entry.hash.as_slice())
        .execute(&mut self.0)
        .await?;
        sql(
            "close the audit log's chain",
            "UPDATE audit_heads SET hash = $2 WHERE tenant_id = $1",
        )
        .bind(tenant)
        .bind(entry.hash.as_slice())
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    /// Entries that match, newest first.
    pub async fn search(
        &mut self,
        tenant: &TenantId,
        filter: &AuditFilter,
        request: &PageRequest,
    ) -> Result<Page<AuditEntry>, StoreError> {
        let before = request
            .after
            .as_ref()
            .map_or(u64::MAX, |cursor| cursor.at_ms);
        let rows = sql(
            "search the audit log",
            "SELECT seq, at_ms, actor, action, target, detail, hash FROM audit_entries
             WHERE tenant_id = $1 AND seq < $2
               AND ($3 = '' OR actor = $3)
               AND ($4 = '' OR action = $4 OR substr(action, 1, length($4) + 1) = $4 || '.')
               AND ($5 = '' OR target = $5)
               AND at_ms >= $6 AND at_ms < $7
             ORDER BY seq DESC LIMIT $8",
        )
        .bind(tenant)
        .bind(before)
        .bind(filter.actor.as_deref().unwrap_or_default())
        .bind(filter.action.as_deref().unwrap_or_default())
        .bind(filter.target.as_deref().unwrap_or_default())
        .bind(filter.from_ms.unwrap_or(0))
        .bind(filter.to_ms.unwrap_or(u64::MAX))
        .bind(request.probe())
        .fetch_all(&mut self.0)
        .await?;
        let entries = rows.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        Ok(request.page(entries, |entry| Cursor {
            at_ms: entry.seq,
            id: String::new(),
        }))
    }

    /// Up to `limit` entries after `seq`, oldest first: for checking and exporting.
    pub async fn after(
        &mut self,
        tenant: &TenantId,
        seq: u64,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let rows = sql(
            "read the audit log",
            "SELECT seq, at_ms, actor, action, target, detail, hash FROM audit_entries
             WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        )
        .bind(tenant)
        .bind(seq)
        .bind(limit)
        .fetch_all(&mut self.0)
        .await?;
        rows.iter().map(entry).collect()
    }

    /// Number and hash of the newest entry, as they were noted when it was written.
    pub async fn head(&mut self, tenant: &TenantId) -> Result<(u64, Hash), StoreError> {
        let row = sql(
            "read the audit log's head",
            "SELECT seq, hash FROM audit_heads WHERE tenant_id = $1",
        )
        .bind(tenant)
        .fetch_optional(&mut self.0)
        .await?;
        match row {
            Some(row) => Ok((row.get("seq")?, hash(&row)?)),
            None => Ok((0, NO_HASH)),
        }
    }
}

fn entry(row: &Row) -> Result<AuditEntry, StoreError> {
    Ok(AuditEntry {
        seq: row.get("seq")?,
        at_ms: row.get("at_ms")?,
        actor: row.get("actor")?,
        action: row.get("action")?,
        target: row.get("target")?,
        detail: row.get("detail")?,
        hash: hash(row)?,
    })
}

/// A hash of another length is none of ours, and breaks the chain as it should.
fn hash(row: &Row) -> Result<Hash, StoreError> {
    let bytes: Vec<u8> = row.get("hash")?;
    Ok(bytes.try_into().unwrap_or(NO_HASH))
}
