//! Merchants.

use crate::sql::{Connection, Row, sql};
use crate::{Cursor, Page, PageRequest, StoreError};
use base::TenantId;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantRow {
    pub id: TenantId,
    pub name: String,
    /// For addresses; unique.
    pub slug: String,
    /// JSON object.
    pub brand: String,
    /// IANA.
    pub timezone: String,
    /// BCP 47.
    pub locale: String,
    /// How long history and files are kept.
    pub retention_days: u32,
    pub created_ms: u64,
    pub version: u64,
}

#[derive(Debug)]
pub struct Tenants<'c>(Connection<'c>);

impl<'c> Tenants<'c> {
    pub(crate) fn new(connection: Connection<'c>) -> Self {
        Self(connection)
    }

    /// # Errors
    /// [`StoreError::is_conflict`] if the slug is in use.
    pub async fn insert(&mut self, tenant: &TenantRow) -> Result<(), StoreError> {
        sql(
            "add a tenant",
            "INSERT INTO tenants (id, name, slug, brand, timezone, locale, retention_days,
                 created_ms, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&tenant.id)
        .bind(&tenant.name)
        .bind(&tenant.slug)
        .bind(&tenant.brand)
        .bind(&tenant.timezone)
        .bind(&tenant.locale)
        .bind(tenant.retention_days)
        .bind(tenant.created_ms)
        .bind(tenant.version)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    /// Writes everything that can change; the version counts on.
    ///
    /// # Errors
    /// [`StoreError::is_conflict`] if the slug is in use.
    pub async fn update(&mut self, tenant: &TenantRow) -> Result<(), StoreError> {
        sql(
            "change a tenant",
            "UPDATE tenants SET name = $2, slug = $3, brand = $4, timezone = $5, locale = $6,
                 retention_days = $7, version = version + 1
             WHERE id = $1",
        )
        .bind(&tenant.id)
        .bind(&tenant.name)
        .bind(&tenant.slug)
        .bind(&tenant.brand)
        .bind(&tenant.timezone)
        .bind(&tenant.locale)
        .bind(tenant.retention_days)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    pub async fn find(&mut self, id: &TenantId) -> Result<Option<TenantRow>, StoreError> {
        let row = sql(
            "look up a tenant",
            "SELECT id, name, slug, brand, timezone, locale, retention_days, created_ms, version
             FROM tenants WHERE id = $1",
        )
        .bind(id)
        .fetch_optional(&mut self.0)
        .await?;
        row.as_ref().map(tenant).transpose()
    }

    pub async fn find_by_slug(&mut self, slug: &str) -> Result<Option<TenantRow>, StoreError> {
        let row = sql(
            "look up a tenant",
            "SELECT id, name, slug, brand, timezone, locale, retention_days, created_ms, version
             FROM tenants WHERE slug = $1",
        )
        .bind(slug)
        .fetch_optional(&mut self.0)
        .await?;
        row.as_ref().map(tenant).transpose()
    }

    /// All of them, oldest first.
    pub async fn list(&mut self, request: &PageRequest) -> Result<Page<TenantRow>, StoreError> {
        let (at_ms, id) = request.above();
        let rows = sql(
            "list tenants",
            "SELECT id, name, slug, brand, timezone, locale, retention_days, created_ms, version
             FROM tenants WHERE (created_ms, id) > ($1, $2) ORDER BY created_ms, id LIMIT $3",
        )
        .bind(at_ms)
        .bind(id)
        .bind(request.probe())
        .fetch_all(&mut self.0)
        .await?;
        let tenants = rows.iter().map(tenant).collect::<Result<Vec<_>, _>>()?;
        Ok(request.page(tenants, |tenant| Cursor {
            at_ms: tenant.created_ms,
            id: tenant.id.to_string(),
        }))
    }
}

fn tenant(row: &Row) -> Result<TenantRow, StoreError> {
    Ok(TenantRow {
        id: row.get("id")?,
        name: row.get("name")?,
        slug: row.get("slug")?,
        brand: row.get("brand")?,
        timezone: row.get("timezone")?,
        locale: row.get("locale")?,
        retention_days: row.get("retention_days")?,
        created_ms: row.get("created_ms")?,
        version: row.get("version")?,
    })
}
