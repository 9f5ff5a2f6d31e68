//! Signed-in browsers, and the ways to become one.

use crate::tenants::{self, Tenant};
use crate::{Actor, Context, Denied, Refusal, TenantRole, audit, mail, password, secret, text};
use base::{EventId, PersonId, Redacted, TenantId};
use serde_json::json;
use store::outbox::Event;
use store::people::PersonRow;
use store::sessions::SessionRow;
use store::{Reader, Store, StoreError, Tx};

/// People sign in once in two weeks; somebody's forgotten browser is not open for ever.
pub const SESSION_MS: u64 = 14 * 24 * 3_600 * 1_000;
/// Mail takes minutes; a link in an old mailbox must not open the door.
pub const MAGIC_LINK_MS: u64 = 15 * 60 * 1_000;
/// The event that brings a sign-in link to webhooks.
pub const MAGIC_LINK_REQUESTED: &str = "magic_link.requested";
/// Open links of one person: whoever types her address over and over fills nobody's mailbox.
const MAX_MAGIC_LINKS: u64 = 5;

/// What somebody who has signed in is told of himself.
#[derive(Clone, Debug)]
pub struct Me {
    pub id: PersonId,
    pub name: Redacted<String>,
    pub email: Redacted<String>,
    pub locale: String,
    pub is_operator: bool,
    /// The tenant worked in.
    pub tenant: Option<(Tenant, TenantRole)>,
    /// All that can be worked in.
    pub tenants: Vec<Tenant>,
}

/// The person with that address, if the password is his.
///
/// # Errors
/// [`Refusal::WrongCredentials`], whatever it is that is wrong.
pub async fn check_password(
    store: &Store,
    email: &str,
    given: Redacted<String>,
) -> Result<PersonRow, Denied> {
    let email = text::email("email", email).unwrap_or_default();
    let person = store.reader().await?.people().find_by_email(&email).await?;
    let hash = person.as_ref().and_then(|row| row.password_hash.clone());
    let is_right = password::is_right(hash, given).await;
    match person.filter(|_| is_right) {
        Some(person) => Ok(person),
        None => Err(Refusal::WrongCredentials.into()),
    }
}

/// Begins a session for somebody who has shown who he is, in the first of his tenants, and returns
/// its token.
///
/// # Errors
/// He belongs to no tenant and is no operator: there is nothing that he could do here.
pub async fn begin(
    tx: &mut Tx,
    context: &mut Context,
    person: &PersonRow,
    way: &'static str,
) -> Result<Redacted<String>, Denied> {
    let memberships = tx.people().memberships(&person.id).await?;
    let tenant = memberships.into_iter().next().map(|first| first.tenant);
    if tenant.is_none() && person.platform_role.is_none() {
        return Err(Refusal::NoTenant.into());
    }
    let token = secret::random();
    let session = SessionRow {
        token_hash: secret::hash(token.expose().as_bytes()).to_vec(),
        person: person.id.clone(),
        tenant: tenant.clone(),
        created_ms: context.now_ms,
        expires_ms: context.now_ms + SESSION_MS,
    };
    tx.sessions().insert(&session).await?;
    context.actor = Actor::Person {
        person: person.id.clone(),
        tenant: None,
        is_operator: person.platform_role.as_deref() == Some(crate::people::OPERATOR),
    };
    let log = tenant.unwrap_or_else(audit::platform);
    let target = person.id.as_str();
    audit::enter(
        tx,
        context,
        &log,
        "session.begun",
        target,
        json!({ "way": way }),
    )
    .await?;
    Ok(token)
}

/// # Errors
/// The database does not answer.
pub async fn end(tx: &mut Tx, context: &Context, token_hash: &[u8; 32]) -> Result<(), Denied> {
    tx.sessions().end(token_hash).await?;
    let log = context.actor.tenant().cloned();
    let log = log.unwrap_or_else(|_| audit::platform());
    let target = context.actor.audit_name();
    audit::enter(tx, context, &log, "session.ended", &target, json!({})).await
}

/// Changes the tenant that a session works in.
///
/// # Errors
/// The person does not belong to it.
pub async fn work_in(
    tx: &mut Tx,
    context: &Context,
    token_hash: &[u8; 32],
    tenant: &TenantId,
) -> Result<(), Denied> {
    let not_found = Refusal::NotFound { what: "tenant" };
    let person = context.actor.person().ok_or_else(|| not_found.clone())?;
    if tx.people().member(tenant, person).await?.is_none() {
        return Err(not_found.into());
    }
    tx.sessions().set_tenant(token_hash, tenant).await?;
    let target = person.as_str();
    audit::enter(
        tx,
        context,
        tenant,
        "session.tenant_chosen",
        target,
        json!({}),
    )
    .await
}

/// Makes a sign-in link for the person with that address, enters the event that tells webhooks of
/// it and, where the server sends mail, posts the letter. Who has no account, or too many open links,
/// gets none, and the asker is not told.
///
/// # Errors
/// The database does not answer.
pub async fn request_magic_link(
    tx: &mut Tx,
    context: &mut Context,
    email: &str,
    public_url: &str,
    by_mail: bool,
) -> Result<(), Denied> {
    let email = text::email("email", email)?;
    let Some(person) = tx.people().find_by_email(&email).await? else {
        return Ok(());
    };
    let open = tx
        .sessions()
        .count_magic_links(&person.id, context.now_ms)
        .await?;
    if open >= MAX_MAGIC_LINKS {
        return Ok(());
    }
    let Some(first) = tx
        .people()
        .memberships(&person.id)
        .await?
        .into_iter()
        .next()
    else {
        return Ok(());
    };
    let token = secret::random();
    let expires_ms = context.now_ms + MAGIC_LINK_MS;
    let hash = secret::hash(token.expose().as_bytes());
    tx.sessions()
        .insert_magic_link(&hash, &person.id, context.now_ms, expires_ms)
        .await?;
    // Behind the # it stays in the browser, out of the logs of proxies.
    let url = format!("{public_url}/console/sign-in#magic={}", token.expose());
    if by_mail {
        let tenant = tenants::name(tx, &first.tenant).await?;
        let to = mail::Addressee {
            person: &person.id,
            email: &person.email,
            name: &person.name,
            locale: &person.locale,
        };
        mail::post(tx, context, &to.sign_in(&tenant, &url, expires_ms)).await?;
    }
    let payload = json!({
        "person_id": person.id,
        "email": person.email.expose(),
        "name": person.name.expose(),
        "locale": person.locale,
        "url": url,
        "expires_at_ms": expires_ms,
    });
    let event = Event {
        id: EventId::random(&mut context.rng),
        tenant: first.tenant.clone(),
        event: MAGIC_LINK_REQUESTED.to_owned(),
        payload: Redacted::new(payload.to_string()),
        at_ms: context.now_ms,
    };
    tx.outbox().push(&event).await?;
    let target = person.id.as_str();
    audit::enter(
        tx,
        context,
        &first.tenant,
        MAGIC_LINK_REQUESTED,
        target,
        json!({}),
    )
    .await
}

/// The person whose link it is. It works once.
///
/// # Errors
/// [`Refusal::LinkSpent`].
pub async fn spend_magic_link(
    tx: &mut Tx,
    context: &Context,
    token: &str,
) -> Result<PersonRow, Denied> {
    let hash = secret::hash(token.as_bytes());
    let person = tx
        .sessions()
        .spend_magic_link(&hash, context.now_ms)
        .await?;
    let person = person.ok_or(Refusal::LinkSpent)?;
    let found = tx.people().find(&person).await?;
    found.ok_or_else(|| Refusal::LinkSpent.into())
}

/// Who a session is of; None if it has ended.
///
/// # Errors
/// The database cannot be read.
pub async fn actor(
    reader: &mut Reader,
    token_hash: &[u8; 32],
    now_ms: u64,
) -> Result<Option<Actor>, StoreError> {
    let owner = reader.sessions().owner(token_hash, now_ms).await?;
    Ok(owner.map(|owner| Actor::Person {
        person: owner.person,
        tenant: owner
            .tenant
            .and_then(|(tenant, role)| Some((tenant, TenantRole::parse(&role)?))),
        is_operator: owner.platform_role.as_deref() == Some(crate::people::OPERATOR),
    }))
}

/// # Errors
/// The session's person is gone.
pub async fn me(reader: &mut Reader, token_hash: &[u8; 32], now_ms: u64) -> Result<Me, Denied> {
    let gone = || Refusal::NotFound { what: "session" };
    let owner = reader.sessions().owner(token_hash, now_ms).await?;
    let owner = owner.ok_or_else(gone)?;
    let person = reader.people().find(&owner.person).await?;
    let person = person.ok_or_else(gone)?;
    let mut all = Vec::new();
    for membership in reader.people().memberships(&owner.person).await? {
        if let Some(row) = reader.tenants().find(&membership.tenant).await? {
            all.push(tenants::shown(row));
        }
    }
    let working_in = owner.tenant.and_then(|(id, role)| {
        let tenant = all.iter().find(|tenant| tenant.id == id)?.clone();
        Some((tenant, TenantRole::parse(&role)?))
    });
    Ok(Me {
        id: person.id,
        name: person.name,
        email: person.email,
        locale: person.locale,
        is_operator: person.platform_role.as_deref() == Some(crate::people::OPERATOR),
        tenant: working_in,
        tenants: all,
    })
}
