//! Signed-in browsers, and the ways to become one. Secrets are here as hashes only.

use crate::StoreError;
use crate::sql::{Connection, sql};
use base::{PersonId, Redacted, TenantId};

#[derive(Clone, Debug)]
pub struct SessionRow {
    /// SHA-256 of the token in the cookie.
    pub token_hash: Vec<u8>,
    pub person: PersonId,
    /// The tenant worked in.
    pub tenant: Option<TenantId>,
    pub created_ms: u64,
    pub expires_ms: u64,
}

/// Who a session is of.
#[derive(Clone, Debug)]
pub struct SessionOwner {
    pub person: PersonId,
    pub platform_role: Option<String>,
    /// With the role there; None also when he is no member any more.
    pub tenant: Option<(TenantId, String)>,
}

/// A sign-in that is under way at an identity provider.
#[derive(Clone, Debug)]
pub struct OidcLogin {
    pub nonce: Redacted<String>,
    /// Of PKCE (RFC 7636).
    pub verifier: Redacted<String>,
    pub return_to: String,
}

#[derive(Debug)]
pub struct Sessions<'c>(Connection<'c>);

impl<'c> Sessions<'c> {
    pub(crate) fn new(connection: Connection<'c>) -> Self {
        Self(connection)
    }

    pub async fn insert(&mut self, session: &SessionRow) -> Result<(), StoreError> {
        sql(
            "begin a session",
            "INSERT INTO sessions (token_hash, person_id, tenant_id, created_ms, expires_ms)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(&session.token_hash)
        .bind(&session.person)
        .bind(&session.tenant)
        .bind(session.created_ms)
        .bind(session.expires_ms)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    /// None if there is no such session, or it has ended.
    pub async fn owner(
        &mut self,
        token_hash: &[u8],
        now_ms: u64,
    ) -> Result<Option<SessionOwner>, StoreError> {
        let row = sql(
            "look up a session",
            "SELECT s.person_id, p.platform_role, m.tenant_id, m.role
             FROM sessions s
             JOIN people p ON p.id = s.person_id
             LEFT JOIN memberships m ON m.tenant_id = s.tenant_id AND m.person_id = s.person_id
             WHERE s.token_hash = $1 AND s.expires_ms > $2",
        )
        .bind(token_hash)
        .bind(now_ms)
        .fetch_optional(&mut self.0)
        .await?;
        row.map(|row| {
            let tenant: Option<TenantId> = row.get("tenant_id")?;
            let role: Option<String> = row.get("role")?;
            Ok(SessionOwner {
                person: row.get("person_id")?,
                platform_role: row.get("platform_role")?,
                tenant: tenant.zip(role),
            })
        })
        .transpose()
    }

    pub async fn set_tenant(
        &mut self,
        token_hash: &[u8],
        tenant: &TenantId,
    ) -> Result<(), StoreError> {
        sql(
            "change a session's tenant",
            "UPDATE sessions SET tenant_id = $2 WHERE token_hash = $1",
        )
        .bind(token_hash)
        .bind(tenant)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    pub async fn end(&mut self, token_hash: &[u8]) -> Result<(), StoreError> {
        sql(
            "end a session",
            "DELETE FROM sessions WHERE token_hash = $1",
        )
        .bind(token_hash)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    /// Ends the sessions of somebody whose password has changed, except the one it was changed in.
    pub async fn end_others(&mut self, person: &PersonId, kept: &[u8]) -> Result<u64, StoreError> {
        sql(
            "end sessions",
            "DELETE FROM sessions WHERE person_id = $1 AND token_hash <> $2",
        )
        .bind(person)
        .bind(kept)
        .execute(&mut self.0)
        .await
    }

    pub async fn insert_magic_link(
        &mut self,
        token_hash: &[u8],
        person: &PersonId,
        now_ms: u64,
        expires_ms: u64,
    ) -> Result<(), StoreError> {
        sql(
            "make a sign-in link",
            "INSERT INTO magic_links (token_hash, person_id, created_ms, expires_ms)
             VALUES ($1, $2, $3, $4)",
        )
        .bind(token_hash)
        .bind(person)
        .bind(now_ms)
        .bind(expires_ms)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    /// How many of somebody's links can still be spent.
    pub async fn count_magic_links(
        &mut self,
        person: &PersonId,
        now_ms: u64,
    ) -> Result<u64, StoreError> {
        let row = sql(
            "count sign-in links",
            "SELECT COUNT(*) AS links FROM magic_links WHERE person_id = $1 AND expires_ms > $2",
        )
        .bind(person)
        .bind(now_ms)
        .fetch_one(&mut self.0)
        .await?;
        row.get("links")
    }

    /// Takes the link out, so that it works once. None if it is spent or too old.
    pub async fn spend_magic_link(
        &mut self,
        token_hash: &[u8],
        now_ms: u64,
    ) -> Result<Option<PersonId>, StoreError> {
        let row = sql(
            "spend a sign-in link",
            "DELETE FROM magic_links WHERE token_hash = $1 AND expires_ms > $2
             RETURNING person_id",
        )
        .bind(token_hash)
        .bind(now_ms)
        .fetch_optional(&mut self.0)
        .await?;
        row.map(|row| row.get("person_id")).transpose()
    }

    pub async fn insert_oidc_login(
        &mut self,
        state_hash: &[u8],
        login: &OidcLogin,
        expires_ms: u64,
    ) -> Result<(), StoreError> {
        sql(
            "begin a sign-in elsewhere",
            "INSERT INTO oidc_logins (state_hash, nonce, verifier, return_to, expires_ms)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(state_hash)
        .bind(login.nonce.expose())
        .bind(login.verifier.expose())
        .bind(&login.return_to)
        .bind(expires_ms)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    /// Forgets the oldest sign-ins elsewhere that have begun, but for `kept` of them.
    pub async fn forget_oidc_logins(&mut self, kept: u32) -> Result<u64, StoreError> {
        sql(
            "forget sign-ins elsewhere",
            "DELETE FROM oidc_logins WHERE expires_ms <=
                 (SELECT expires_ms FROM oidc_logins ORDER BY expires_ms DESC LIMIT 1 OFFSET $1)",
        )
        .bind(kept)
        .execute(&mut self.0)
        .await
    }

    /// Takes it out, so that its answer counts once.
    pub async fn take_oidc_login(
        &mut self,
        state_hash: &[u8],
        now_ms: u64,
    ) -> Result<Option<OidcLogin>, StoreError> {
        let row = sql(
            "finish a sign-in elsewhere",
            "DELETE FROM oidc_logins WHERE state_hash = $1 AND expires_ms > $2
             RETURNING nonce, verifier, return_to",
        )
        .bind(state_hash)
        .bind(now_ms)
        .fetch_optional(&mut self.0)
        .await?;
        row.map(|row| {
            Ok(OidcLogin {
                nonce: Redacted::new(row.get("nonce")?),
                verifier: Redacted::new(row.get("verifier")?),
                return_to: row.get("return_to")?,
            })
        })
        .transpose()
    }

    /// Who is known at `issuer` as `subject`.
    pub async fn find_identity(
        &mut self,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<PersonId>, StoreError> {
        let row = sql(
            "look up an identity",
            "SELECT person_id FROM oidc_identities WHERE issuer = $1 AND subject = $2",
        )
        .bind(issuer)
        .bind(subject)
        .fetch_optional(&mut self.0)
        .await?;
        row.map(|row| row.get("person_id")).transpose()
    }

    /// Whether somebody has an identity at `issuer`.
    pub async fn is_known_at(
        &mut self,
        issuer: &str,
        person: &PersonId,
    ) -> Result<bool, StoreError> {
        let row = sql(
            "look for an identity",
            "SELECT subject FROM oidc_identities WHERE issuer = $1 AND person_id = $2 LIMIT 1",
        )
        .bind(issuer)
        .bind(person)
        .fetch_optional(&mut self.0)
        .await?;
        Ok(row.is_some())
    }

    pub async fn insert_identity(
        &mut self,
        issuer: &str,
        subject: &str,
        person: &PersonId,
    ) -> Result<(), StoreError> {
        sql(
            "note an identity",
            "INSERT INTO oidc_identities (issuer, subject, person_id) VALUES ($1, $2, $3)",
        )
        .bind(issuer)
        .bind(subject)
        .bind(person)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    /// Forgets sessions, links and sign-ins that have ended by themselves.
    pub async fn forget_expired(&mut self, now_ms: u64) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        for statement in [
            "DELETE FROM sessions WHERE expires_ms <= $1",
            "DELETE FROM magic_links WHERE expires_ms <= $1",
            "DELETE FROM oidc_logins WHERE expires_ms <= $1",
        ] {
            forgotten += sql("forget what has expired", statement)
                .bind(now_ms)
                .execute(&mut self.0)
                .await?;
        }
        Ok(forgotten)
    }
}
