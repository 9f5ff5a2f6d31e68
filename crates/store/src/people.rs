//! People, and what they are to which tenant.

use crate::sql::{Connection, Row, sql};
use crate::{Cursor, Page, PageRequest, StoreError};
use base::{PersonId, Redacted, TenantId};

#[derive(Clone, Debug)]
pub struct PersonRow {
    pub id: PersonId,
    /// In lower case.
    pub email: Redacted<String>,
    pub name: Redacted<String>,
    /// BCP 47: `zh-CN`.
    pub locale: String,
    /// In PHC form; None for who signs in elsewhere.
    pub password_hash: Option<Redacted<String>>,
    /// `operator`, or none.
    pub platform_role: Option<String>,
    pub created_ms: u64,
    pub version: u64,
}

/// Somebody of a tenant's staff.
#[derive(Clone, Debug)]
pub struct MemberRow {
    pub person: PersonRow,
    pub role: String,
    pub joined_ms: u64,
}

/// A tenant that somebody belongs to.
#[derive(Clone, Debug)]
pub struct MembershipRow {
    pub tenant: TenantId,
    pub role: String,
}

/// Reading and writing; a reader offers it too, and writes through it are refused by the database.
#[derive(Debug)]
pub struct People<'c>(Connection<'c>);

impl<'c> People<'c> {
    pub(crate) fn new(connection: Connection<'c>) -> Self {
        Self(connection)
    }

    /// # Errors
    /// [`StoreError::is_conflict`] if the address belongs to somebody else.
    pub async fn insert(&mut self, person: &PersonRow) -> Result<(), StoreError> {
        sql(
            "add a person",
            "INSERT INTO people
                 (id, email, name, locale, password_hash, platform_role, created_ms, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&person.id)
        .bind(person.email.expose())
        .bind(person.name.expose())
        .bind(&person.locale)
        .bind(
            person
                .password_hash
                .as_ref()
                .map(|hash| hash.expose().clone()),
        )
        .bind(&person.platform_role)
        .bind(person.created_ms)
        .bind(person.version)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    /// Writes everything that can change; the version counts on.
    ///
    /// # Errors
    /// [`StoreError::is_conflict`] if the address belongs to somebody else.
    pub async fn update(&mut self, person: &PersonRow) -> Result<(), StoreError> {
        sql(
            "change a person",
            "UPDATE people SET name = $2, locale = $3, password_hash = $4, platform_role = $5,
                 email = $6, version = version + 1
             WHERE id = $1",
        )
        .bind(&person.id)
        .bind(person.name.expose())
        .bind(&person.locale)
        .bind(
            person
                .password_hash
                .as_ref()
                .map(|hash| hash.expose().clone()),
        )
        .bind(&person.platform_role)
        .bind(person.email.expose())
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    pub async fn find(&mut self, id: &PersonId) -> Result<Option<PersonRow>, StoreError> {
        let row = sql(
            "look up a person",
            "SELECT id, email, name, locale, password_hash, platform_role, created_ms, version
             FROM people WHERE id = $1",
        )
        .bind(id)
        .fetch_optional(&mut self.0)
        .await?;
        row.as_ref().map(person).transpose()
    }

    /// `email` in lower case.
    pub async fn find_by_email(&mut self, email: &str) -> Result<Option<PersonRow>, StoreError> {
        let row = sql(
            "look up an e-mail address",
            "SELECT id, email, name, locale, password_hash, platform_role, created_ms, version
             FROM people WHERE email = $1",
        )
        .bind(email)
        .fetch_optional(&mut self.0)
        .await?;
        row.as_ref().map(person).transpose()
    }

    /// Whether anybody is there at all.
    pub async fn is_empty(&mut self) -> Result<bool, StoreError> {
        let row = sql("look for people", "SELECT id FROM people LIMIT 1")
            .fetch_optional(&mut self.0)
            .await?;
        Ok(row.is_none())
    }

    /// Makes somebody a member, or changes what he is.
    pub async fn set_role(
        &mut self,
        now_ms: u64,
        tenant: &TenantId,
        person: &PersonId,
        role: &str,
    ) -> Result<(), StoreError> {
        sql(
            "set a role",
            "INSERT INTO memberships (tenant_id, person_id, role, created_ms)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, person_id) DO UPDATE SET role = excluded.role",
        )
        .bind(tenant)
        .bind(person)
        .bind(role)
        .bind(now_ms)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    /// Ends a membership; false if there was none.
    pub async fn remove_member(
        &mut self,
        tenant: &TenantId,
        person: &PersonId,
    ) -> Result<bool, StoreError> {
        let removed = sql(
            "end a membership",
            "DELETE FROM memberships WHERE tenant_id = $1 AND person_id = $2",
        )
        .bind(tenant)
        .bind(person)
        .execute(&mut self.0)
        .await?;
        Ok(removed == 1)
    }

    pub async fn member(
        &mut self,
        tenant: &TenantId,
        person: &PersonId,
    ) -> Result<Option<MemberRow>, StoreError> {
        let row = sql(
            "look up a member",
            "SELECT p.id, p.email, p.name, p.locale, p.password_hash, p.platform_role,
                    p.created_ms, p.version, m.role, m.created_ms AS joined_ms
             FROM memberships m JOIN people p ON p.id = m.person_id
             WHERE m.tenant_id = $1 AND m.person_id = $2",
        )
        .bind(tenant)
        .bind(person)
        .fetch_optional(&mut self.0)
        .await?;
        row.as_ref().map(member).transpose()
    }

    /// The tenant's staff, oldest first.
    pub async fn members(
        &mut self,
        tenant: &TenantId,
        request: &PageRequest,
    ) -> Result<Page<MemberRow>, StoreError> {
        let (at_ms, id) = request.above();
        let rows = sql(
            "list members",
            "SELECT p.id, p.email, p.name, p.locale, p.password_hash, p.platform_role,
                    p.created_ms, p.version, m.role, m.created_ms AS joined_ms
             FROM memberships m JOIN people p ON p.id = m.person_id
             WHERE m.tenant_id = $1 AND (m.created_ms, m.person_id) > ($2, $3)
             ORDER BY m.created_ms, m.person_id LIMIT $4",
        )
        .bind(tenant)
        .bind(at_ms)
        .bind(id)
        .bind(request.probe())
        .fetch_all(&mut self.0)
        .await?;
        let members = rows.iter().map(member).collect::<Result<Vec<_>, _>>()?;
        Ok(request.page(members, |member| Cursor {
            at_ms: member.joined_ms,
            id: member.person.id.to_string(),
        }))
    }

    /// How many members have `role`.
    pub async fn count_role(&mut self, tenant: &TenantId, role: &str) -> Result<u64, StoreError> {
        let row = sql(
            "count members",
            "SELECT COUNT(*) AS members FROM memberships WHERE tenant_id = $1 AND role = $2",
        )
        .bind(tenant)
        .bind(role)
        .fetch_one(&mut self.0)
        .await?;
        row.get("members")
    }

    /// Where somebody belongs, in the order in which he came.
    pub async fn memberships(
        &mut self,
        person: &PersonId,
    ) -> Result<Vec<MembershipRow>, StoreError> {
        let rows = sql(
            "list memberships",
            "SELECT tenant_id, role FROM memberships WHERE person_id = $1
             ORDER BY created_ms, tenant_id",
        )
        .bind(person)
        .fetch_all(&mut self.0)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(MembershipRow {
                    tenant: row.get("tenant_id")?,
                    role: row.get("role")?,
                })
            })
            .collect()
    }
}

fn person(row: &Row) -> Result<PersonRow, StoreError> {
    Ok(PersonRow {
        id: row.get("id")?,
        email: Redacted::new(row.get("email")?),
        name: Redacted::new(row.get("name")?),
        locale: row.get("locale")?,
        password_hash: row
            .get::<Option<String>>("password_hash")?
            .map(Redacted::new),
        platform_role: row.get("platform_role")?,
        created_ms: row.get("created_ms")?,
        version: row.get("version")?,
    })
}

fn member(row: &Row) -> Result<MemberRow, StoreError> {
    Ok(MemberRow {
        person: person(row)?,
        role: row.get("role")?,
        joined_ms: row.get("joined_ms")?,
    })
}
