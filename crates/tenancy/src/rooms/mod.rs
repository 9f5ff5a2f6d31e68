//! Rooms as they are planned: created, scheduled, changed, ended.
//!
//! What happens in a live room is not decided here but in `room-core`; this is what it opens from.
//!
//! Begin with [`Room`], then [`create`].

mod agenda;
mod change;
mod create;
mod list;
mod settings;

#[cfg(test)]
pub(crate) use agenda::checked as checked_agenda;
pub use agenda::{AgendaItem, MAX_AGENDA_ITEMS};
pub use change::{RoomPatch, SchedulePatch, cancel, change, end};
pub use create::{NewRoom, NewSchedule, create};
pub use list::{list, move_on};
pub use settings::{RoomSettings, SettingsPatch};

use crate::schedule::{Occurrence, Schedule, ScheduleRefusal};
use crate::{Context, Denied, Refusal};
use base::{PersonId, Redacted, RoomId, TenantId};
use room_core::kinds::Kind;
use store::rooms::{RoomRow, ScheduleRow};
use store::{Reader, StoreError, Tx};

/// A room that is not scheduled is of the day it was made on: this long lists show it among those
/// of now. Its link goes on opening it.
pub const UNPLANNED_LASTS_MS: u64 = 24 * 3_600_000;

/// Who is early may look in this long before the time; hosts may at any time.
pub const EARLY_MS: u64 = 15 * 60_000;

const MAX_TITLE: usize = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomState {
    Active,
    Ended,
    Cancelled,
}

impl RoomState {
    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Ended => "ended",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        [Self::Active, Self::Ended, Self::Cancelled]
            .into_iter()
            .find(|state| state.code() == code)
    }
}

#[derive(Clone, Debug)]
pub struct Room {
    pub id: RoomId,
    pub tenant: TenantId,
    pub kind: Kind,
    pub title: String,
    pub template: Option<String>,
    pub state: RoomState,
    pub host: Option<PersonId>,
    pub host_name: Option<String>,
    pub link_code: Option<Redacted<String>>,
    pub schedule: Option<Schedule>,
    pub settings: RoomSettings,
    pub agenda: Vec<AgendaItem>,
    pub created_ms: u64,
    pub changed_ms: u64,
    pub version: u64,
}

impl Room {
    /// What is kept of it.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn of_row(row: RoomRow) -> Result<Self, StoreError> {
        let corrupt = || StoreError::Corrupt { what: "room" };
        let schedule = row.schedule.as_ref().map(|kept| {
            Schedule::parse(
                &kept.starts_local,
                &kept.timezone,
                kept.duration_min,
                kept.recurrence.as_deref(),
            )
        });
        Ok(Self {
            id: row.id,
            tenant: row.tenant,
            kind: Kind::parse(&row.kind).ok_or_else(corrupt)?,
            title: row.title,
            template: row.template,
            state: RoomState::parse(&row.state).ok_or_else(corrupt)?,
            host: row.host,
            host_name: row.host_name,
            link_code: row.link_code,
            schedule: schedule.transpose().map_err(|_| corrupt())?,
            settings: serde_json::from_str(&row.settings).map_err(|_| corrupt())?,
            agenda: serde_json::from_str(&row.agenda).map_err(|_| corrupt())?,
            created_ms: row.created_ms,
            changed_ms: row.changed_ms,
            version: row.version,
        })
    }

    fn to_row(&self, now_ms: u64) -> RoomRow {
        let (shown, recurs) = self.shown(now_ms);
        let json = |written: Result<String, serde_json::Error>| written.unwrap_or_default();
        RoomRow {
            id: self.id.clone(),
            tenant: self.tenant.clone(),
            kind: self.kind.as_str().to_owned(),
            title: self.title.clone(),
            template: self.template.clone(),
            state: self.state.code().to_owned(),
            host: self.host.clone(),
            host_name: None,
            link_code: None,
            schedule: self.schedule.as_ref().map(|schedule| ScheduleRow {
                starts_local: schedule.starts_at(),
                timezone: schedule.timezone().to_owned(),
                duration_min: schedule.duration_min(),
                recurrence: schedule.rule().map(ToString::to_string),
            }),
            next_start_ms: unsigned(shown.starts_at_ms),
            next_end_ms: unsigned(shown.ends_at_ms),
            recurs,
            settings: json(serde_json::to_string(&self.settings)),
            agenda: json(serde_json::to_string(&self.agenda)),
            created_ms: self.created_ms,
            changed_ms: self.changed_ms,
            version: self.version,
        }
    }

    /// The occurrence that is now or comes next; none without a schedule, or after the last.
    pub fn next(&self, now_ms: u64) -> Option<Occurrence> {
        self.schedule.as_ref()?.next(signed(now_ms))
    }

    /// The occurrence that lists show (the next, else the last), and whether another may follow.
    fn shown(&self, now_ms: u64) -> (Occurrence, bool) {
        let unplanned = Occurrence {
            starts_at_ms: signed(self.created_ms),
            ends_at_ms: signed(self.created_ms + UNPLANNED_LASTS_MS),
        };
        let Some(schedule) = &self.schedule else {
            return (unplanned, false);
        };
        match schedule.next(signed(now_ms)) {
            Some(next) => (next, schedule.rule().is_some()),
            None => (schedule.last().unwrap_or(unplanned), false),
        }
    }

    /// Whether people may come in now, and if not yet, from when on.
    pub fn opening(&self, now_ms: u64) -> Opening {
        if self.state != RoomState::Active {
            return Opening::Ended;
        }
        if self.schedule.is_none() {
            return Opening::Open;
        }
        match self.next(now_ms) {
            None => Opening::Over,
            Some(next) => {
                let opens_at_ms = unsigned(next.starts_at_ms).saturating_sub(EARLY_MS);
                if now_ms < opens_at_ms {
                    Opening::NotYet { opens_at_ms }
                } else {
                    Opening::Open
                }
            }
        }
    }
}

/// Whether a room lets people in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    Open,
    NotYet {
        opens_at_ms: u64,
    },
    /// Its last occurrence is over. Who is in stays, and a host may open it again.
    Over,
    Ended,
}

/// A room of the actor's tenant.
///
/// # Errors
/// [`Refusal::NotFound`], also for another tenant's.
pub async fn find(tx: &mut Tx, context: &Context, id: &RoomId) -> Result<Room, Denied> {
    let tenant = context.actor.tenant()?;
    let row = tx.rooms().find(tenant, id).await?;
    Ok(Room::of_row(row.ok_or(NOT_FOUND)?)?)
}

/// As [`find`], for reading only.
///
/// # Errors
/// [`Refusal::NotFound`], also for another tenant's.
pub async fn read(reader: &mut Reader, tenant: &TenantId, id: &RoomId) -> Result<Room, Denied> {
    let row = reader.rooms().find(tenant, id).await?;
    Ok(Room::of_row(row.ok_or(NOT_FOUND)?)?)
}

const NOT_FOUND: Refusal = Refusal::NotFound { what: "room" };

impl From<ScheduleRefusal> for Refusal {
    fn from(refusal: ScheduleRefusal) -> Self {
        let (field, why) = match refusal {
            ScheduleRefusal::MalformedTime => (
                "schedule.starts_at",
                "must be a local date and time like 2026-12-01T15:00",
            ),
            ScheduleRefusal::UnknownTimezone => (
                "schedule.timezone",
                "must be an IANA time zone like Asia/Shanghai",
            ),
            ScheduleRefusal::Duration => {
                ("schedule.duration_min", "must be from 1 minute to 24 hours")
            }
            ScheduleRefusal::MalformedRecurrence { part } => ("schedule.recurrence", part),
            ScheduleRefusal::UnsupportedRecurrence { part } => ("schedule.recurrence", part),
            ScheduleRefusal::NeverHappens => ("schedule.recurrence", "matches no date"),
        };
        Self::Invalid { field, why }
    }
}

fn signed(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

fn unsigned(ms: i64) -> u64 {
    u64::try_from(ms).unwrap_or(0)
}
