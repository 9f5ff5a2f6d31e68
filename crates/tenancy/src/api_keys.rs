//! Keys by which a tenant's servers sign in: scoped, revocable, shown once.

use crate::{Actor, Context, Denied, Refusal, Right, audit, secret};
use base::{ApiKeyId, Redacted};
use serde_json::json;
use store::api_keys::ApiKeyRow;
use store::{Page, PageRequest, Reader, Store, StoreError, Tx};

/// So that a scanner for leaked secrets recognises one.
const PREFIX: &str = "sk_";
/// A server asks many times a second, and each note is a write.
const NOTED_EVERY_MS: u64 = 3_600_000;
const MAX_LABEL_CHARACTERS: usize = 100;

#[derive(Clone, Debug)]
pub struct NewApiKey {
    pub label: String,
    pub scopes: Vec<Right>,
    pub expires_ms: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub label: String,
    pub scopes: Vec<Right>,
    pub created_ms: u64,
    pub expires_ms: Option<u64>,
    /// To the hour.
    pub last_used_ms: Option<u64>,
    pub revoked_ms: Option<u64>,
}

/// Makes a key and returns it with its secret, which cannot be had again.
///
/// # Errors
/// The actor lacks a right, or would give a scope that he has not himself.
pub async fn create(
    tx: &mut Tx,
    context: &mut Context,
    new: NewApiKey,
) -> Result<(ApiKey, Redacted<String>), Denied> {
    context.actor.need(Right::KeysWrite)?;
    let tenant = context.actor.tenant()?.clone();
    let label = crate::text::line("label", &new.label, MAX_LABEL_CHARACTERS)?;
    let mut scopes = new.scopes;
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.is_empty() {
        return Err(invalid("scopes", "a key needs at least one").into());
    }
    for scope in &scopes {
        if !scope.is_scope() {
            return Err(invalid("scopes", "no key can have this one").into());
        }
        context.actor.need(*scope)?;
    }
    if new.expires_ms.is_some_and(|at| at <= context.now_ms) {
        return Err(invalid("expires_at", "lies in the past").into());
    }
    let secret = Redacted::new(format!("{PREFIX}{}", secret::random().expose()));
    let key = ApiKey {
        id: ApiKeyId::random(&mut context.rng),
        label,
        scopes,
        created_ms: context.now_ms,
        expires_ms: new.expires_ms,
        last_used_ms: None,
        revoked_ms: None,
    };
    let codes: Vec<&str> = key.scopes.iter().map(|scope| scope.code()).collect();
    let row = ApiKeyRow {
        id: key.id.clone(),
        tenant: tenant.clone(),
        label: key.label.clone(),
        scopes: codes.join(" "),
        created_ms: key.created_ms,
        expires_ms: key.expires_ms,
        last_used_ms: None,
        revoked_ms: None,
    };
    let hash = secret::hash(secret.expose().as_bytes());
    tx.api_keys().insert(&row, &hash).await?;
    let detail = json!({ "scopes": codes });
    audit::enter(
        tx,
        context,
        &tenant,
        "api_key.created",
        key.id.as_str(),
        detail,
    )
    .await?;
    Ok((key, secret))
}

/// # Errors
/// There is no such key, or it is revoked already.
pub async fn revoke(tx: &mut Tx, context: &Context, id: &ApiKeyId) -> Result<(), Denied> {
    context.actor.need(Right::KeysWrite)?;
    let tenant = context.actor.tenant()?;
    if !tx.api_keys().revoke(tenant, id, context.now_ms).await? {
        return Err(Refusal::NotFound { what: "API key" }.into());
    }
    audit::enter(
        tx,
        context,
        tenant,
        "api_key.revoked",
        id.as_str(),
        json!({}),
    )
    .await
}

/// The tenant's keys, newest first, with those that no longer work.
///
/// # Errors
/// The actor lacks a right.
pub async fn list(
    reader: &mut Reader,
    actor: &Actor,
    request: &PageRequest,
) -> Result<Page<ApiKey>, Denied> {
    actor.need(Right::KeysRead)?;
    let page = reader.api_keys().list(actor.tenant()?, request).await?;
    Ok(page.map(shown))
}

/// Who shows `secret`; None if it is no key's, or the key's time is over.
///
/// # Errors
/// The database does not answer.
pub async fn actor(store: &Store, secret: &str, now_ms: u64) -> Result<Option<Actor>, StoreError> {
    if !secret.starts_with(PREFIX) {
        return Ok(None);
    }
    let hash = secret::hash(secret.as_bytes());
    let Some(row) = store
        .reader()
        .await?
        .api_keys()
        .find_by_secret(&hash)
        .await?
    else {
        return Ok(None);
    };
    let over = row.revoked_ms.is_some() || row.expires_ms.is_some_and(|at| at <= now_ms);
    if over {
        return Ok(None);
    }
    let noted_ms = row.last_used_ms.unwrap_or(0);
    if now_ms.saturating_sub(noted_ms) >= NOTED_EVERY_MS {
        let mut tx = store.begin().await?;
        tx.api_keys().note_use(&row.id, now_ms).await?;
        tx.commit().await?;
    }
    let tenant = row.tenant.clone();
    let key = shown(row);
    Ok(Some(Actor::Key {
        key: key.id,
        tenant,
        scopes: key.scopes,
    }))
}

fn shown(row: ApiKeyRow) -> ApiKey {
    ApiKey {
        id: row.id,
        label: row.label,
        scopes: row.scopes.split(' ').filter_map(Right::parse).collect(),
        created_ms: row.created_ms,
        expires_ms: row.expires_ms,
        last_used_ms: row.last_used_ms,
        revoked_ms: row.revoked_ms,
    }
}

fn invalid(field: &'static str, why: &'static str) -> Refusal {
    Refusal::Invalid { field, why }
}
