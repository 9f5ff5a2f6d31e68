//! A room is changed, cancelled or ended.

use super::create::{NewSchedule, member};
use super::{AgendaItem, MAX_TITLE, Room, RoomState, SettingsPatch, agenda};
use crate::{Context, Denied, Refusal, Right, audit, events, text};
use base::{PersonId, RoomId};
use serde_json::{Value, json};
use store::Tx;

/// What is to be different.
#[derive(Clone, Debug, Default)]
pub struct RoomPatch {
    pub title: Option<String>,
    pub schedule: SchedulePatch,
    pub settings: SettingsPatch,
    pub agenda: Option<Vec<AgendaItem>>,
    pub host: Option<PersonId>,
}

impl RoomPatch {
    /// Whether nothing is to be different.
    pub fn is_empty(&self) -> bool {
        self.title.is_none()
            && matches!(self.schedule, SchedulePatch::Keep)
            && self.settings == SettingsPatch::default()
            && self.agenda.is_none()
            && self.host.is_none()
    }
}

#[derive(Clone, Debug, Default)]
pub enum SchedulePatch {
    #[default]
    Keep,
    /// From now on the room is open at any time.
    Remove,
    Set(NewSchedule),
}

/// Changes a room; `holds` is asked with its version first.
///
/// # Errors
/// The right `rooms.write` is missing, there is no such room, it is not active, a field cannot be
/// so, or [`Refusal::Changed`].
pub async fn change(
    tx: &mut Tx,
    context: &mut Context,
    id: &RoomId,
    patch: RoomPatch,
    holds: impl Fn(u64) -> Result<(), Refusal>,
) -> Result<Room, Denied> {
    let mut room = open_for_change(tx, context, id).await?;
    holds(room.version)?;
    if room.state != RoomState::Active {
        return Err(not_active());
    }
    let mut changed = Vec::new();
    if let Some(title) = &patch.title {
        room.title = text::line("title", title, MAX_TITLE)?;
        changed.push("title");
    }
    match &patch.schedule {
        SchedulePatch::Keep => {}
        SchedulePatch::Remove => {
            room.schedule = None;
            changed.push("schedule");
        }
        SchedulePatch::Set(schedule) => {
            room.schedule = Some(schedule.parsed()?);
            changed.push("schedule");
        }
    }
    if patch.settings != SettingsPatch::default() {
        room.settings = room.settings.with(&patch.settings, room.kind)?;
        changed.push("settings");
    }
    if let Some(items) = patch.agenda {
        room.agenda = agenda::checked(items)?;
        changed.push("agenda");
    }
    if let Some(person) = patch.host {
        room.host = Some(member(tx, &room.tenant, person).await?);
        changed.push("host");
    }
    keep(
        tx,
        context,
        room,
        "room.changed",
        json!({ "changed": changed }),
    )
    .await
}

/// The room will not take place; doing it twice is doing it once.
///
/// # Errors
/// The right `rooms.write` is missing, or there is no such room.
pub async fn cancel(tx: &mut Tx, context: &mut Context, id: &RoomId) -> Result<Room, Denied> {
    leave(tx, context, id, RoomState::Cancelled, "room.cancelled").await
}

/// The room is over for good; doing it twice is doing it once.
///
/// # Errors
/// As [`cancel`].
pub async fn end(tx: &mut Tx, context: &mut Context, id: &RoomId) -> Result<Room, Denied> {
    leave(tx, context, id, RoomState::Ended, "room.ended").await
}

async fn leave(
    tx: &mut Tx,
    context: &mut Context,
    id: &RoomId,
    state: RoomState,
    event: &'static str,
) -> Result<Room, Denied> {
    let mut room = open_for_change(tx, context, id).await?;
    if room.state == state {
        return Ok(room);
    }
    if room.state != RoomState::Active {
        return Err(not_active());
    }
    room.state = state;
    keep(tx, context, room, event, json!({})).await
}

async fn open_for_change(tx: &mut Tx, context: &Context, id: &RoomId) -> Result<Room, Denied> {
    context.actor.need(Right::RoomsWrite)?;
    super::find(tx, context, id).await
}

async fn keep(
    tx: &mut Tx,
    context: &mut Context,
    mut room: Room,
    event: &'static str,
    detail: Value,
) -> Result<Room, Denied> {
    room.version += 1;
    room.changed_ms = context.now_ms;
    if !tx.rooms().update(&room.to_row(context.now_ms)).await? {
        return Err(Refusal::Changed.into());
    }
    let tenant = room.tenant.clone();
    audit::enter(tx, context, &tenant, event, room.id.as_str(), detail).await?;
    let data = json!({
        "room_id": room.id, "kind": room.kind, "title": room.title, "state": room.state.code(),
    });
    events::announce(tx, context, &tenant, event, data).await?;
    super::find(tx, context, &room.id).await
}

fn not_active() -> Denied {
    Refusal::Conflict {
        what: "room",
        why: "it has been ended or cancelled",
    }
    .into()
}
