//! Keys by which a tenant's servers sign in. Secrets are here as hashes only.

use crate::sql::{Connection, Row, sql};
use crate::{Cursor, Page, PageRequest, StoreError};
use base::{ApiKeyId, TenantId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKeyRow {
    pub id: ApiKeyId,
    pub tenant: TenantId,
    /// What it is for, in the tenant's words.
    pub label: String,
    /// Codes of rights, separated by spaces.
    pub scopes: String,
    pub created_ms: u64,
    pub expires_ms: Option<u64>,
    /// To the hour.
    pub last_used_ms: Option<u64>,
    pub revoked_ms: Option<u64>,
}

#[derive(Debug)]
pub struct ApiKeys<'c>(Connection<'c>);

impl<'c> ApiKeys<'c> {
    pub(crate) fn new(connection: Connection<'c>) -> Self {
        Self(connection)
    }

    pub async fn insert(&mut self, key: &ApiKeyRow, secret_hash: &[u8]) -> Result<(), StoreError> {
        sql(
            "add an API key",
            "INSERT INTO api_keys
                 (id, tenant_id, label, secret_hash, scopes, created_ms, expires_ms, revoked_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&key.id)
        .bind(&key.tenant)
        .bind(&key.label)
        .bind(secret_hash)
        .bind(&key.scopes)
        .bind(key.created_ms)
        .bind(key.expires_ms)
        .bind(key.revoked_ms)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    /// The key with that secret, whatever has become of it.
    pub async fn find_by_secret(
        &mut self,
        secret_hash: &[u8],
    ) -> Result<Option<ApiKeyRow>, StoreError> {
        let row = sql(
            "look up an API key",
            "SELECT id, tenant_id, label, scopes, created_ms, expires_ms, last_used_ms,
                    revoked_ms
             FROM api_keys WHERE secret_hash = $1",
        )
        .bind(secret_hash)
        .fetch_optional(&mut self.0)
        .await?;
        row.as_ref().map(key).transpose()
    }

    /// The tenant's keys, newest first.
    pub async fn list(
        &mut self,
        tenant: &TenantId,
        request: &PageRequest,
    ) -> Result<Page<ApiKeyRow>, StoreError> {
        let (at_ms, id) = request.below();
        let rows = sql(
            "list API keys",
            "SELECT id, tenant_id, label, scopes, created_ms, expires_ms, last_used_ms,
                    revoked_ms
             FROM api_keys WHERE tenant_id = $1 AND (created_ms, id) < ($2, $3)
             ORDER BY created_ms DESC, id DESC LIMIT $4",
        )
        .bind(tenant)
        .bind(at_ms)
        .bind(id)
        .bind(request.probe())
        .fetch_all(&mut self.0)
        .await?;
        let keys = rows.iter().map(key).collect::<Result<Vec<_>, _>>()?;
        Ok(request.page(keys, |key| Cursor {
            at_ms: key.created_ms,
            id: key.id.to_string(),
        }))
    }

    pub async fn note_use(&mut self, id: &ApiKeyId, now_ms: u64) -> Result<(), StoreError> {
        sql(
            "note the use of an API key",
            "UPDATE api_keys SET last_used_ms = $2 WHERE id = $1",
        )
        .bind(id)
        .bind(now_ms)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    /// False if the tenant has no such key that still works.
    pub async fn revoke(
        &mut self,
        tenant: &TenantId,
        id: &ApiKeyId,
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        let revoked = sql(
            "revoke an API key",
            "UPDATE api_keys SET revoked_ms = $3
             WHERE tenant_id = $1 AND id = $2 AND revoked_ms IS NULL",
        )
        .bind(tenant)
        .bind(id)
        .bind(now_ms)
        .execute(&mut self.0)
        .await?;
        Ok(revoked == 1)
    }
}

fn key(row: &Row) -> Result<ApiKeyRow, StoreError> {
    Ok(ApiKeyRow {
        id: row.get("id")?,
        tenant: row.get("tenant_id")?,
        label: row.get("label")?,
        scopes: row.get("scopes")?,
        created_ms: row.get("created_ms")?,
        expires_ms: row.get("expires_ms")?,
        last_used_ms: row.get("last_used_ms")?,
        revoked_ms: row.get("revoked_ms")?,
    })
}
