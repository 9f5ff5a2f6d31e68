//! Links into rooms: a role for whoever has the code.
//!
//! Begin with [`create`] and [`invitation`].

pub mod code;
mod enter;
pub mod passcode;

pub use enter::{Entrant, Invitation, JoinRefusal, Visitor, count_use, identify, invitation};

use crate::rooms::Room;
use crate::{Context, Denied, Refusal, Right, audit, events, text};
use base::{LinkId, Redacted};
use room_core::kinds::Role;
use serde_json::json;
use store::Tx;
use store::links::LinkRow;

const MAX_LABEL: usize = 100;
const MAX_NAME: usize = 80;
/// As many as a room of any kind can hold, many times over.
const MAX_USES: u32 = 1_000_000;

/// A link to be made. `role` is not [`Role::Agent`]: software shows a key.
#[derive(Clone, Debug)]
pub struct NewLink {
    pub role: Role,
    pub label: String,
    /// For one person: his name is filled in, and only one browser can use it unless `max_uses`
    /// says otherwise.
    pub person_name: Option<String>,
    /// Already hashed ([`passcode::hash`]).
    pub passcode_hash: Option<Redacted<String>>,
    pub expires_ms: Option<u64>,
    pub max_uses: Option<u32>,
}

impl NewLink {
    pub fn for_everybody(role: Role) -> Self {
        Self {
            role,
            label: String::new(),
            person_name: None,
            passcode_hash: None,
            expires_ms: None,
            max_uses: None,
        }
    }
}

/// What is to be different. `Some(None)` takes away what may be absent.
#[derive(Clone, Debug, Default)]
pub struct LinkPatch {
    pub role: Option<Role>,
    pub label: Option<String>,
    pub person_name: Option<Option<String>>,
    pub passcode_hash: Option<Option<Redacted<String>>>,
    pub expires_ms: Option<Option<u64>>,
    pub max_uses: Option<Option<u32>>,
}

/// Makes a link into `room`.
///
/// # Errors
/// The right `rooms.write` is missing, or a field cannot be so.
pub async fn create(
    tx: &mut Tx,
    context: &mut Context,
    room: &Room,
    new: NewLink,
    is_default: bool,
) -> Result<LinkRow, Denied> {
    context.actor.need(Right::RoomsWrite)?;
    let for_one = new.person_name.is_some();
    let link = LinkRow {
        id: LinkId::random(&mut context.rng),
        tenant: room.tenant.clone(),
        room: room.id.clone(),
        code: code::random(),
        role: given_role(new.role)?.as_str().to_owned(),
        label: label(&new.label)?,
        person_name: new.person_name.as_deref().map(name).transpose()?,
        passcode_hash: new.passcode_hash,
        expires_ms: to_come(new.expires_ms, context.now_ms)?,
        max_uses: bounded(new.max_uses.or(for_one.then_some(1)))?,
        uses: 0,
        revoked_ms: None,
        is_default,
        created_ms: context.now_ms,
        version: 1,
    };
    tx.links().insert(&link).await?;
    told(tx, context, &link, "link.created").await?;
    Ok(link)
}

/// Changes a link; `holds` is asked with its version first.
///
/// # Errors
/// The right `rooms.write` is missing, there is no such link, it is revoked, a field cannot be so,
/// or [`Refusal::Changed`].
pub async fn change(
    tx: &mut Tx,
    context: &mut Context,
    id: &LinkId,
    patch: LinkPatch,
    holds: impl Fn(u64) -> Result<(), Refusal>,
) -> Result<LinkRow, Denied> {
    let mut link = find(tx, context, id).await?;
    holds(link.version)?;
    if link.revoked_ms.is_some() {
        return Err(Refusal::Conflict {
            what: "link",
            why: "it is revoked",
        }
        .into());
    }
    if let Some(role) = patch.role {
        link.role = given_role(role)?.as_str().to_owned();
    }
    if let Some(text) = &patch.label {
        link.label = label(text)?;
    }
    if let Some(person) = &patch.person_name {
        link.person_name = person.as_deref().map(name).transpose()?;
    }
    if let Some(hash) = patch.passcode_hash {
        link.passcode_hash = hash;
    }
    if let Some(expires_ms) = patch.expires_ms {
        link.expires_ms = to_come(expires_ms, context.now_ms)?;
    }
    if let Some(max_uses) = patch.max_uses {
        link.max_uses = bounded(max_uses)?;
    }
    keep(tx, context, link, "link.changed").await
}

/// The link opens nothing any more; doing it twice is doing it once.
///
/// # Errors
/// The right `rooms.write` is missing, or there is no such link.
pub async fn revoke(tx: &mut Tx, context: &mut Context, id: &LinkId) -> Result<LinkRow, Denied> {
    let mut link = find(tx, context, id).await?;
    if link.revoked_ms.is_some() {
        return Ok(link);
    }
    link.revoked_ms = Some(context.now_ms);
    keep(tx, context, link, "link.revoked").await
}

async fn find(tx: &mut Tx, context: &Context, id: &LinkId) -> Result<LinkRow, Denied> {
    context.actor.need(Right::RoomsWrite)?;
    let link = tx.links().find(context.actor.tenant()?, id).await?;
    Ok(link.ok_or(Refusal::NotFound { what: "link" })?)
}

async fn keep(
    tx: &mut Tx,
    context: &mut Context,
    mut link: LinkRow,
    event: &'static str,
) -> Result<LinkRow, Denied> {
    link.version += 1;
    if !tx.links().update(&link).await? {
        return Err(Refusal::Changed.into());
    }
    told(tx, context, &link, event).await?;
    Ok(link)
}

async fn told(
    tx: &mut Tx,
    context: &mut Context,
    link: &LinkRow,
    event: &'static str,
) -> Result<(), Denied> {
    let data = json!({ "link_id": link.id, "room_id": link.room, "role": link.role });
    audit::enter(
        tx,
        context,
        &link.tenant,
        event,
        link.id.as_str(),
        data.clone(),
    )
    .await?;
    events::announce(tx, context, &link.tenant, event, data).await?;
    Ok(())
}

fn given_role(role: Role) -> Result<Role, Refusal> {
    if role == Role::Agent {
        return Err(Refusal::Invalid {
            field: "role",
            why: "agent is for software, which shows an API key",
        });
    }
    Ok(role)
}

fn label(text: &str) -> Result<String, Refusal> {
    if text.trim().is_empty() {
        return Ok(String::new());
    }
    text::line("label", text, MAX_LABEL)
}

fn name(text: &str) -> Result<String, Refusal> {
    text::line("person_name", text, MAX_NAME)
}

fn to_come(expires_ms: Option<u64>, now_ms: u64) -> Result<Option<u64>, Refusal> {
    if expires_ms.is_some_and(|at| at <= now_ms) {
        return Err(Refusal::Invalid {
            field: "expires_at",
            why: "must lie in the future",
        });
    }
    Ok(expires_ms)
}

fn bounded(max_uses: Option<u32>) -> Result<Option<u32>, Refusal> {
    if max_uses.is_some_and(|uses| !(1..=MAX_USES).contains(&uses)) {
        return Err(Refusal::Invalid {
            field: "max_uses",
            why: "must be from 1 to 1000000",
        });
    }
    Ok(max_uses)
}
