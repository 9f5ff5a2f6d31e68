//! A new room, with a link for everybody.

use super::{AgendaItem, MAX_TITLE, Room, RoomSettings, RoomState, SettingsPatch, agenda};
use crate::links::{self, NewLink};
use crate::schedule::Schedule;
use crate::templates::{self, Language};
use crate::{Context, Denied, Refusal, Right, audit, events, text};
use base::{PersonId, RoomId, TenantId};
use room_core::kinds::{Kind, Role};
use serde_json::json;
use store::Tx;

#[derive(Clone, Debug)]
pub struct NewRoom {
    pub kind: Kind,
    pub title: String,
    pub template: Option<String>,
    pub schedule: Option<NewSchedule>,
    pub settings: SettingsPatch,
    /// None: as the template has it.
    pub agenda: Option<Vec<AgendaItem>>,
    /// None: who creates it.
    pub host: Option<PersonId>,
    /// In which the template's agenda is written.
    pub language: Language,
}

#[derive(Clone, Debug)]
pub struct NewSchedule {
    pub starts_at: String,
    pub timezone: String,
    pub duration_min: u32,
    pub recurrence: Option<String>,
}

impl NewSchedule {
    pub(super) fn parsed(&self) -> Result<Schedule, Refusal> {
        Ok(Schedule::parse(
            &self.starts_at,
            &self.timezone,
            self.duration_min,
            self.recurrence.as_deref(),
        )?)
    }
}

/// Creates a room and its link in one transaction.
///
/// # Errors
/// The right `rooms.write` is missing, or a field cannot be so.
pub async fn create(tx: &mut Tx, context: &mut Context, new: NewRoom) -> Result<Room, Denied> {
    context.actor.need(Right::RoomsWrite)?;
    let tenant = context.actor.tenant()?.clone();
    let template = new.template.as_deref().map(|id| template(id, new.kind));
    let template = template.transpose()?;
    let agenda = match (new.agenda, template) {
        (Some(items), _) => agenda::checked(items)?,
        (None, Some(template)) => template.agenda_in(new.language),
        (None, None) => Vec::new(),
    };
    let host = match new.host {
        Some(person) => Some(member(tx, &tenant, person).await?),
        None => context.actor.person().cloned(),
    };
    let room = Room {
        id: RoomId::random(&mut context.rng),
        tenant: tenant.clone(),
        kind: new.kind,
        title: text::line("title", &new.title, MAX_TITLE)?,
        template: template.map(|template| template.id.to_owned()),
        state: RoomState::Active,
        host,
        host_name: None,
        link_code: None,
        schedule: new.schedule.as_ref().map(NewSchedule::parsed).transpose()?,
        settings: RoomSettings::of_kind(new.kind).with(&new.settings, new.kind)?,
        agenda,
        created_ms: context.now_ms,
        changed_ms: context.now_ms,
        version: 1,
    };
    tx.rooms().insert(&room.to_row(context.now_ms)).await?;
    let detail = json!({ "kind": room.kind, "scheduled": room.schedule.is_some() });
    audit::enter(
        tx,
        context,
        &tenant,
        "room.created",
        room.id.as_str(),
        detail,
    )
    .await?;
    let data = json!({ "room_id": room.id, "kind": room.kind, "title": room.title });
    events::announce(tx, context, &tenant, "room.created", data).await?;
    let link = NewLink::for_everybody(guest_role(room.kind));
    links::create(tx, context, &room, link, true).await?;
    super::find(tx, context, &room.id).await
}

/// What somebody is who comes by a link that says nothing else.
pub(crate) fn guest_role(kind: Kind) -> Role {
    if kind.table().counts(Role::Audience) {
        Role::Audience
    } else {
        Role::Member
    }
}

fn template(id: &str, kind: Kind) -> Result<&'static templates::Template, Refusal> {
    let why = "there is no such template for this kind of room";
    templates::find(id)
        .filter(|template| template.kind == kind)
        .ok_or(Refusal::Invalid {
            field: "template_id",
            why,
        })
}

/// # Errors
/// `person` does not work for the tenant.
pub(super) async fn member(
    tx: &mut Tx,
    tenant: &TenantId,
    person: PersonId,
) -> Result<PersonId, Denied> {
    match tx.people().member(tenant, &person).await? {
        Some(_) => Ok(person),
        None => Err(Refusal::Invalid {
            field: "host_id",
            why: "is not one of the tenant's people",
        }
        .into()),
    }
}
