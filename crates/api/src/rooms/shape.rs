//! A room as JSON has it.

use crate::vocabulary::RoomKind;
use crate::{Api, time};
use room_core::Live as LiveRoom;
use serde::{Deserialize, Serialize};
use tenancy::rooms::{self, NewSchedule, SettingsPatch};
use tenancy::schedule::Occurrence as Moment;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Room {
    #[schema(example = "room_x7mK2pQv9cRtY4nB8wLd")]
    id: String,
    kind: RoomKind,
    title: String,
    template_id: Option<String>,
    state: RoomState,
    /// Null for a room that a server has made for nobody in particular.
    host: Option<Host>,
    #[schema(format = DateTime)]
    created_at: String,
    /// Null: open at any time.
    schedule: Option<Schedule>,
    /// The one that is now, or the next.
    next_occurrence: Option<Occurrence>,
    settings: Settings,
    agenda: Vec<AgendaItem>,
    live: Live,
    /// For everybody; null when it is revoked.
    link: Option<RoomLink>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RoomState {
    Active,
    Ended,
    Cancelled,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Host {
    id: String,
    name: String,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Schedule {
    /// Local time in `timezone`.
    #[schema(example = "2026-12-01T15:00", max_length = 19)]
    starts_at: String,
    /// IANA name.
    #[schema(example = "Asia/Shanghai", max_length = 64)]
    timezone: String,
    #[schema(minimum = 1, maximum = 1440)]
    duration_min: u32,
    /// RRULE (RFC 5545) by day, week, month or year; null happens once.
    #[serde(default)]
    #[schema(example = "FREQ=WEEKLY;BYDAY=TU", max_length = 400)]
    recurrence: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Occurrence {
    #[schema(format = DateTime)]
    starts_at: String,
    #[schema(format = DateTime)]
    ends_at: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Settings {
    /// Newcomers wait until they are let in.
    lobby: bool,
    /// Nobody comes in any more.
    locked: bool,
    max_people: u32,
    chat: bool,
    annotation: bool,
    mute_on_entry: bool,
    camera_on_entry: bool,
}

/// What is left out stays, or is as the kind has it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SettingsChange {
    lobby: Option<bool>,
    locked: Option<bool>,
    #[schema(minimum = 1, maximum = 10000)]
    max_people: Option<u32>,
    chat: Option<bool>,
    annotation: Option<bool>,
    mute_on_entry: Option<bool>,
    camera_on_entry: Option<bool>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AgendaItem {
    id: String,
    text: String,
    minutes: u32,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgendaDraft {
    /// Left out, one is made.
    #[schema(min_length = 1, max_length = 40)]
    id: Option<String>,
    #[schema(min_length = 1, max_length = 300)]
    text: String,
    #[schema(maximum = 1440)]
    minutes: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Live {
    open: bool,
    people: u32,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoomLink {
    #[schema(example = "k7m-3qd-x9p-w4t")]
    code: String,
    url: String,
}

/// A room with what is going on in it. Not to be awaited within a transaction: the live room may
/// wait for the database itself.
pub(crate) async fn shown(api: &Api, room: rooms::Room) -> Room {
    let live = api.ports().live.look(room.id.as_str()).await;
    with(api, room, live.as_ref())
}

/// A room, and what was found to go on in it.
pub(super) fn with(api: &Api, room: rooms::Room, live: Option<&LiveRoom>) -> Room {
    let next = room.next(api.now_ms());
    Room {
        id: room.id.to_string(),
        kind: room.kind.into(),
        title: room.title,
        template_id: room.template,
        state: room.state.into(),
        host: room.host.zip(room.host_name).map(|(id, name)| Host {
            id: id.to_string(),
            name,
        }),
        created_at: time::written(room.created_ms),
        schedule: room.schedule.map(|schedule| Schedule {
            starts_at: schedule.starts_at(),
            timezone: schedule.timezone().to_owned(),
            duration_min: schedule.duration_min(),
            recurrence: schedule.rule().map(ToString::to_string),
        }),
        next_occurrence: next.map(Occurrence::from),
        settings: room.settings.into(),
        agenda: room.agenda.into_iter().map(AgendaItem::from).collect(),
        live: Live {
            open: live.is_some(),
            people: live.map_or(0, people_in),
        },
        link: room.link_code.map(|code| RoomLink {
            url: api.join_url(code.expose()),
            code: code.expose().clone(),
        }),
    }
}

/// Those who are shown and those who are only counted.
pub(crate) fn people_in(live: &LiveRoom) -> u32 {
    u32::try_from(live.people.len() + live.audience).unwrap_or(u32::MAX)
}

impl Schedule {
    pub(super) fn wanted(self) -> NewSchedule {
        NewSchedule {
            starts_at: self.starts_at,
            timezone: self.timezone,
            duration_min: self.duration_min,
            recurrence: self.recurrence,
        }
    }
}

/// Items as they came, with ids for those that have none.
pub(super) fn agenda(items: Vec<AgendaDraft>) -> Vec<rooms::AgendaItem> {
    let numbered = items.into_iter().zip(1..);
    numbered
        .map(|(item, number)| rooms::AgendaItem {
            id: item.id.unwrap_or_else(|| format!("a{number}")),
            text: item.text,
            minutes: item.minutes.filter(|minutes| *minutes > 0),
        })
        .collect()
}

impl From<Moment> for Occurrence {
    fn from(moment: Moment) -> Self {
        let written = |ms: i64| time::written(u64::try_from(ms).unwrap_or(0));
        Self {
            starts_at: written(moment.starts_at_ms),
            ends_at: written(moment.ends_at_ms),
        }
    }
}

impl From<rooms::RoomState> for RoomState {
    fn from(state: rooms::RoomState) -> Self {
        match state {
            rooms::RoomState::Active => Self::Active,
            rooms::RoomState::Ended => Self::Ended,
            rooms::RoomState::Cancelled => Self::Cancelled,
        }
    }
}

impl From<RoomState> for rooms::RoomState {
    fn from(state: RoomState) -> Self {
        match state {
            RoomState::Active => Self::Active,
            RoomState::Ended => Self::Ended,
            RoomState::Cancelled => Self::Cancelled,
        }
    }
}

impl From<rooms::AgendaItem> for AgendaItem {
    fn from(item: rooms::AgendaItem) -> Self {
        Self {
            id: item.id,
            text: item.text,
            minutes: item.minutes.unwrap_or(0),
        }
    }
}

impl From<rooms::RoomSettings> for Settings {
    fn from(settings: rooms::RoomSettings) -> Self {
        Self {
            lobby: settings.lobby,
            locked: settings.locked,
            max_people: settings.max_people,
            chat: settings.chat,
            annotation: settings.annotation,
            mute_on_entry: settings.mute_on_entry,
            camera_on_entry: settings.camera_on_entry,
        }
    }
}

impl From<SettingsChange> for SettingsPatch {
    fn from(change: SettingsChange) -> Self {
        Self {
            lobby: change.lobby,
            locked: change.locked,
            max_people: change.max_people,
            chat: change.chat,
            annotation: change.annotation,
            mute_on_entry: change.mute_on_entry,
            camera_on_entry: change.camera_on_entry,
        }
    }
}
