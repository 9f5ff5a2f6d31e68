//! People of a tenant.

use crate::{Actor, Context, Denied, Refusal, Right, TenantRole, audit, mail, tenants, text};
use base::{PersonId, Redacted, TenantId};
use serde_json::json;
use store::people::{MemberRow, PersonRow};
use store::{Page, PageRequest, Reader, StoreError, Tx};

/// Looks after the whole platform.
pub const OPERATOR: &str = "operator";
pub const MAX_NAME_CHARACTERS: usize = 100;

#[derive(Clone, Debug)]
pub struct NewPerson {
    pub email: String,
    pub name: String,
    pub role: TenantRole,
    /// The tenant's, if left out.
    pub locale: Option<String>,
    /// From [`crate::password::hash`]; None for who signs in by link or elsewhere.
    pub password_hash: Option<Redacted<String>>,
}

/// What is to be different; None stays.
#[derive(Clone, Debug, Default)]
pub struct PersonChange {
    pub email: Option<String>,
    pub name: Option<String>,
    pub locale: Option<String>,
    pub role: Option<TenantRole>,
    /// Ends his sessions.
    pub password_hash: Option<Redacted<String>>,
    /// The hash of the session that goes on when the password changes.
    pub kept_session: Option<[u8; 32]>,
}

impl PersonChange {
    fn touches_person(&self) -> bool {
        self.email.is_some()
            || self.name.is_some()
            || self.locale.is_some()
            || self.password_hash.is_some()
    }
}

/// Somebody of the staff.
#[derive(Clone, Debug)]
pub struct Member {
    pub id: PersonId,
    pub email: Redacted<String>,
    pub name: Redacted<String>,
    pub locale: String,
    pub role: TenantRole,
    pub joined_ms: u64,
    pub version: u64,
}

/// Adds somebody to the actor's tenant: an account is made for an address that has none.
///
/// # Errors
/// The actor lacks a right, or the person is there already.
pub async fn create(tx: &mut Tx, context: &mut Context, new: NewPerson) -> Result<Member, Denied> {
    context.actor.need(Right::PeopleWrite)?;
    let tenant = context.actor.tenant()?.clone();
    may_give(&context.actor, new.role)?;
    add(tx, context, &tenant, new).await
}

/// As [`create`], for whoever has been found to be allowed to.
pub(crate) async fn add(
    tx: &mut Tx,
    context: &mut Context,
    tenant: &TenantId,
    new: NewPerson,
) -> Result<Member, Denied> {
    let email = text::email("email", &new.email)?;
    let name = text::line("name", &new.name, MAX_NAME_CHARACTERS)?;
    let id = match tx.people().find_by_email(&email).await? {
        // Who has an account keeps his name and password: they are his, not the tenant's.
        Some(known) => known.id,
        None => {
            let locale = match &new.locale {
                Some(locale) => text::locale("locale", locale)?,
                None => tenant_locale(tx, tenant).await?,
            };
            let person = PersonRow {
                id: PersonId::random(&mut context.rng),
                email: Redacted::new(email),
                name: Redacted::new(name),
                locale,
                password_hash: new.password_hash,
                platform_role: None,
                created_ms: context.now_ms,
                version: 1,
            };
            tx.people().insert(&person).await.map_err(taken)?;
            person.id
        }
    };
    if tx.people().member(tenant, &id).await?.is_some() {
        return Err(Refusal::Taken { field: "email" }.into());
    }
    tx.people()
        .set_role(context.now_ms, tenant, &id, new.role.code())
        .await?;
    let detail = json!({ "role": new.role });
    audit::enter(tx, context, tenant, "person.added", id.as_str(), detail).await?;
    member(tx, tenant, &id).await
}

/// Posts a letter to somebody who has just been added: where he now belongs, and where to sign in.
///
/// # Errors
/// The database does not answer.
pub async fn invite(
    tx: &mut Tx,
    context: &Context,
    member: &Member,
    public_url: &str,
) -> Result<(), Denied> {
    let tenant = tenants::name(tx, context.actor.tenant()?).await?;
    let to = mail::Addressee {
        person: &member.id,
        email: &member.email,
        name: &member.name,
        locale: &member.locale,
    };
    let url = format!("{public_url}/console/sign-in");
    let letter = to.invitation(&tenant, &url, context.now_ms);
    mail::post(tx, context, &letter).await
}

/// Changes somebody of the actor's tenant. Everybody may change himself, except his role.
///
/// # Errors
/// The actor lacks a right; the tenant would have no owner; or the account is also another tenant's.
pub async fn update(
    tx: &mut Tx,
    context: &Context,
    id: &PersonId,
    change: PersonChange,
) -> Result<Member, Denied> {
    let tenant = context.actor.tenant()?.clone();
    let is_self = context.actor.person() == Some(id);
    if !is_self || change.role.is_some() {
        context.actor.need(Right::PeopleWrite)?;
    }
    let found = tx.people().member(&tenant, id).await?;
    let mut row = found.ok_or(Refusal::NotFound { what: "person" })?;
    if change.touches_person() && !is_self {
        may_change_account(tx, &context.actor, &row).await?;
    }
    let mut changed = Vec::new();
    if let Some(role) = change.role {
        change_role(tx, context, &tenant, &row, role).await?;
        changed.push("role");
    }
    if let Some(name) = &change.name {
        row.person.name = Redacted::new(text::line("name", name, MAX_NAME_CHARACTERS)?);
        changed.push("name");
    }
    if let Some(locale) = &change.locale {
        row.person.locale = text::locale("locale", locale)?;
        changed.push("locale");
    }
    if let Some(email) = &change.email {
        row.person.email = Redacted::new(text::email("email", email)?);
        changed.push("email");
    }
    if let Some(hash) = change.password_hash {
        row.person.password_hash = Some(hash);
        let kept = change.kept_session.unwrap_or_default();
        tx.sessions().end_others(id, &kept).await?;
        changed.push("password");
    }
    tx.people().update(&row.person).await.map_err(taken)?;
    let detail = json!({ "changed": changed, "role": change.role });
    audit::enter(tx, context, &tenant, "person.changed", id.as_str(), detail).await?;
    member(tx, &tenant, id).await
}

/// How often somebody of the actor's tenant has been changed.
///
/// # Errors
/// There is no such member.
pub async fn version(tx: &mut Tx, actor: &Actor, id: &PersonId) -> Result<u64, Denied> {
    let found = tx.people().member(actor.tenant()?, id).await?;
    Ok(found
        .ok_or(Refusal::NotFound { what: "person" })?
        .person
        .version)
}

/// Ends somebody's membership in the actor's tenant. His account stays.
///
/// # Errors
/// The actor lacks a right, there is no such member, or the tenant would have no owner.
pub async fn remove(tx: &mut Tx, context: &Context, id: &PersonId) -> Result<(), Denied> {
    context.actor.need(Right::PeopleWrite)?;
    let tenant = context.actor.tenant()?;
    let found = tx.people().member(tenant, id).await?;
    let row = found.ok_or(Refusal::NotFound { what: "person" })?;
    if row.role == TenantRole::Owner.code() {
        may_give(&context.actor, TenantRole::Owner)?;
        keeps_owner(tx, tenant).await?;
    }
    tx.people().remove_member(tenant, id).await?;
    audit::enter(
        tx,
        context,
        tenant,
        "person.removed",
        id.as_str(),
        json!({}),
    )
    .await
}

/// The staff of the actor's tenant, in the order in which they came.
///
/// # Errors
/// The actor lacks a right.
pub async fn list(
    reader: &mut Reader,
    actor: &Actor,
    request: &PageRequest,
) -> Result<Page<Member>, Denied> {
    actor.need(Right::PeopleRead)?;
    let page = reader.people().members(actor.tenant()?, request).await?;
    Ok(page.map(shown))
}

/// # Errors
/// The actor lacks a right, or his tenant has no such member.
pub async fn read(reader: &mut Reader, actor: &Actor, id: &PersonId) -> Result<Member, Denied> {
    actor.need(Right::PeopleRead)?;
    let found = reader.people().member(actor.tenant()?, id).await?;
    Ok(shown(found.ok_or(Refusal::NotFound { what: "person" })?))
}

async fn change_role(
    tx: &mut Tx,
    context: &Context,
    tenant: &TenantId,
    row: &MemberRow,
    role: TenantRole,
) -> Result<(), Denied> {
    let was_owner = row.role == TenantRole::Owner.code();
    if was_owner != (role == TenantRole::Owner) {
        may_give(&context.actor, TenantRole::Owner)?;
    }
    if was_owner && role != TenantRole::Owner {
        keeps_owner(tx, tenant).await?;
    }
    tx.people()
        .set_role(context.now_ms, tenant, &row.person.id, role.code())
        .await?;
    Ok(())
}

/// Owners are made and unmade by owners, and by those who run the server.
fn may_give(actor: &Actor, role: TenantRole) -> Result<(), Refusal> {
    let may = match actor {
        Actor::Person { tenant, .. } => {
            role != TenantRole::Owner
                || matches!(tenant, Some((_, TenantRole::Owner)))
                || actor.may(Right::PlatformTenants)
        }
        Actor::System { .. } => true,
        Actor::Key { .. } => role != TenantRole::Owner,
        Actor::Nobody | Actor::Guest { .. } => false,
    };
    if may {
        return Ok(());
    }
    Err(Refusal::OwnersOnly)
}

async fn keeps_owner(tx: &mut Tx, tenant: &TenantId) -> Result<(), Denied> {
    let owners = tx
        .people()
        .count_role(tenant, TenantRole::Owner.code())
        .await?;
    if owners > 1 {
        return Ok(());
    }
    Err(Refusal::LastOwner.into())
}

/// An account that works for several tenants is changed by its person only; so is an owner's, by
/// others than owners.
async fn may_change_account(tx: &mut Tx, actor: &Actor, row: &MemberRow) -> Result<(), Denied> {
    if row.role == TenantRole::Owner.code() {
        may_give(actor, TenantRole::Owner)?;
    }
    let is_shared = tx.people().memberships(&row.person.id).await?.len() > 1;
    if is_shared || row.person.platform_role.is_some() {
        return Err(Refusal::SharedPerson.into());
    }
    Ok(())
}

async fn tenant_locale(tx: &mut Tx, tenant: &TenantId) -> Result<String, Denied> {
    let found = tx.tenants().find(tenant).await?;
    Ok(found.ok_or(Refusal::NotFound { what: "tenant" })?.locale)
}

async fn member(tx: &mut Tx, tenant: &TenantId, id: &PersonId) -> Result<Member, Denied> {
    let found = tx.people().member(tenant, id).await?;
    Ok(shown(found.ok_or(Refusal::NotFound { what: "person" })?))
}

fn shown(row: MemberRow) -> Member {
    Member {
        id: row.person.id,
        email: row.person.email,
        name: row.person.name,
        locale: row.person.locale,
        // A role that this version does not know has the least rights.
        role: TenantRole::parse(&row.role).unwrap_or(TenantRole::Staff),
        joined_ms: row.joined_ms,
        version: row.person.version,
    }
}

fn taken(error: StoreError) -> Denied {
    if error.is_conflict() {
        return Refusal::Taken { field: "email" }.into();
    }
    error.into()
}
