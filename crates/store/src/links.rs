//! Links into rooms, and the guests who come by them.

use crate::sql::{Connection, Row, sql};
use crate::{Cursor, Page, PageRequest, StoreError};
use base::{LinkId, PersonId, Redacted, RoomId, TenantId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRow {
    pub id: LinkId,
    pub tenant: TenantId,
    pub room: RoomId,
    /// Opens the room, so it is a secret of a kind.
    pub code: Redacted<String>,
    pub role: String,
    pub label: String,
    pub person_name: Option<String>,
    pub passcode_hash: Option<Redacted<String>>,
    pub expires_ms: Option<u64>,
    pub max_uses: Option<u32>,
    pub uses: u32,
    pub revoked_ms: Option<u64>,
    /// The one that was made with the room.
    pub is_default: bool,
    pub created_ms: u64,
    pub version: u64,
}

#[derive(Debug)]
pub struct Links<'c>(Connection<'c>);

impl<'c> Links<'c> {
    pub(crate) fn new(connection: Connection<'c>) -> Self {
        Self(connection)
    }

    /// # Errors
    /// Also when the code is taken ([`StoreError::is_conflict`]).
    pub async fn insert(&mut self, link: &LinkRow) -> Result<(), StoreError> {
        sql(
            "add a link",
            "INSERT INTO links (id, tenant_id, room_id, code, role, label, person_name, passcode_hash,
                 expires_ms, max_uses, uses, revoked_ms, is_default, created_ms, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        )
        .bind(&link.id)
        .bind(&link.tenant)
        .bind(&link.room)
        .bind(link.code.expose())
        .bind(&link.role)
        .bind(&link.label)
        .bind(&link.person_name)
        .bind(link.passcode_hash.as_ref().map(|hash| hash.expose().as_str()))
        .bind(link.expires_ms)
        .bind(link.max_uses)
        .bind(link.uses)
        .bind(link.revoked_ms)
        .bind(link.is_default)
        .bind(link.created_ms)
        .bind(link.version)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    /// Writes what may change, if the row still has the version before `link.version`; says
    /// whether it had.
    pub async fn update(&mut self, link: &LinkRow) -> Result<bool, StoreError> {
        let changed = sql(
            "change a link",
            "UPDATE links SET role = $3, label = $4, person_name = $5, passcode_hash = $6,
                 expires_ms = $7, max_uses = $8, revoked_ms = $9, version = $10
             WHERE tenant_id = $1 AND id = $2 AND version = $10 - 1",
        )
        .bind(&link.tenant)
        .bind(&link.id)
        .bind(&link.role)
        .bind(&link.label)
        .bind(&link.person_name)
        .bind(
            link.passcode_hash
                .as_ref()
                .map(|hash| hash.expose().as_str()),
        )
        .bind(link.expires_ms)
        .bind(link.max_uses)
        .bind(link.revoked_ms)
        .bind(link.version)
        .execute(&mut self.0)
        .await?;
        Ok(changed == 1)
    }

    pub async fn find(
        &mut self,
        tenant: &TenantId,
        link: &LinkId,
    ) -> Result<Option<LinkRow>, StoreError> {
        let row = sql(
            "look up a link",
            "SELECT * FROM links WHERE tenant_id = $1 AND id = $2",
        )
        .bind(tenant)
        .bind(link)
        .fetch_optional(&mut self.0)
        .await?;
        row.as_ref().map(read).transpose()
    }

    /// Whoever's it is: a visitor knows nothing but the code.
    pub async fn find_by_code(&mut self, code: &str) -> Result<Option<LinkRow>, StoreError> {
        let row = sql("look up a code", "SELECT * FROM links WHERE code = $1")
            .bind(code)
            .fetch_optional(&mut self.0)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// The link that was made with the room.
    pub async fn default_of(&mut self, room: &RoomId) -> Result<Option<LinkRow>, StoreError> {
        let row = sql(
            "look up a room's own link",
            "SELECT * FROM links WHERE room_id = $1 AND is_default = 1 AND revoked_ms IS NULL
             ORDER BY created_ms LIMIT 1",
        )
        .bind(room)
        .fetch_optional(&mut self.0)
        .await?;
        row.as_ref().map(read).transpose()
    }

    /// Oldest first.
    pub async fn list(
        &mut self,
        tenant: &TenantId,
        room: &RoomId,
        page: &PageRequest,
    ) -> Result<Page<LinkRow>, StoreError> {
        let (at, id) = page.above();
        let rows = sql(
            "list links",
            "SELECT * FROM links WHERE tenant_id = $1 AND room_id = $2
               AND (created_ms > $3 OR (created_ms = $3 AND id > $4))
             ORDER BY created_ms, id LIMIT $5",
        )
        .bind(tenant)
        .bind(room)
        .bind(at)
        .bind(id)
        .bind(page.probe())
        .fetch_all(&mut self.0)
        .await?;
        let links = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        Ok(page.page(links, |link| Cursor {
            at_ms: link.created_ms,
            id: link.id.to_string(),
        }))
    }

    /// Counts a use by `identity`, unless he has come by this link before or all its uses are
    /// spent; says whether he may come. One statement decides, so that two guests cannot share
    /// the last use.
    pub async fn use_by(
        &mut self,
        link: &LinkId,
        identity: &str,
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        let first = sql(
            "note who used a link",
            "INSERT INTO link_uses (link_id, identity, first_ms) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
        )
        .bind(link)
        .bind(identity)
        .bind(now_ms)
        .execute(&mut self.0)
        .await?;
        if first == 0 {
            return Ok(true);
        }
        let counted = sql(
            "count a link's use",
            "UPDATE links SET uses = uses + 1 WHERE id = $1 AND (max_uses IS NULL OR uses < max_uses)",
        )
        .bind(link)
        .execute(&mut self.0)
        .await?;
        Ok(counted == 1)
    }

    /// The guest of this device, made if he is new; his name is what he calls himself now.
    pub async fn guest(
        &mut self,
        tenant: &TenantId,
        fresh: &PersonId,
        device_hash: &[u8],
        name: &str,
        now_ms: u64,
    ) -> Result<PersonId, StoreError> {
        let row = sql(
            "know a guest again",
            "INSERT INTO guests (id, tenant_id, device_hash, name, created_ms, seen_ms)
             VALUES ($1, $2, $3, $4, $5, $5)
             ON CONFLICT (tenant_id, device_hash)
             DO UPDATE SET name = excluded.name, seen_ms = excluded.seen_ms
             RETURNING id",
        )
        .bind(fresh)
        .bind(tenant)
        .bind(device_hash)
        .bind(name)
        .bind(now_ms)
        .fetch_one(&mut self.0)
        .await?;
        row.get("id")
    }
}

fn read(row: &Row) -> Result<LinkRow, StoreError> {
    Ok(LinkRow {
        id: row.get("id")?,
        tenant: row.get("tenant_id")?,
        room: row.get("room_id")?,
        code: Redacted::new(row.get("code")?),
        role: row.get("role")?,
        label: row.get("label")?,
        person_name: row.get("person_name")?,
        passcode_hash: row
            .get::<Option<String>>("passcode_hash")?
            .map(Redacted::new),
        expires_ms: row.get("expires_ms")?,
        max_uses: row.get("max_uses")?,
        uses: row.get("uses")?,
        revoked_ms: row.get("revoked_ms")?,
        is_default: row.get("is_default")?,
        created_ms: row.get("created_ms")?,
        version: row.get("version")?,
    })
}
