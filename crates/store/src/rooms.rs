//! Rooms as they are planned and kept.

use crate::sql::{Connection, Row, sql};
use crate::{Cursor, Page, PageRequest, StoreError};
use base::{PersonId, Redacted, RoomId, TenantId};

/// A row; what its texts mean is known to whoever writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomRow {
    pub id: RoomId,
    pub tenant: TenantId,
    pub kind: String,
    pub title: String,
    pub template: Option<String>,
    /// `active`, `ended`, `cancelled`.
    pub state: String,
    pub host: Option<PersonId>,
    /// Read, not written.
    pub host_name: Option<String>,
    /// Of the link that was made with it, unless it is revoked; read, not written.
    pub link_code: Option<Redacted<String>>,
    pub schedule: Option<ScheduleRow>,
    /// The occurrence that is now or next, else the last.
    pub next_start_ms: u64,
    pub next_end_ms: u64,
    /// Whether the rule may have a later one.
    pub recurs: bool,
    /// JSON object.
    pub settings: String,
    /// JSON array.
    pub agenda: String,
    pub created_ms: u64,
    pub changed_ms: u64,
    /// Grows with every change.
    pub version: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleRow {
    pub starts_local: String,
    pub timezone: String,
    pub duration_min: u32,
    pub recurrence: Option<String>,
}

/// Which rooms a list shows, and in which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Newest first.
    All,
    /// Whose occurrence touches this day, in its order; cancelled ones left out.
    Day { from_ms: u64, to_ms: u64 },
    /// Active ones that are now or to come, soonest first.
    Upcoming { now_ms: u64 },
    /// Those that are over, ended or cancelled, latest first.
    Past { now_ms: u64 },
}

#[derive(Clone, Debug)]
pub struct RoomFilter {
    pub when: When,
    pub host: Option<PersonId>,
    pub kind: Option<String>,
    pub state: Option<String>,
}

/// Rooms with what lists show beside them.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT rooms.*, (SELECT name FROM people WHERE people.id = rooms.host_id) AS host_name,
                 (SELECT code FROM links WHERE links.room_id = rooms.id AND is_default = 1
                  AND revoked_ms IS NULL ORDER BY links.created_ms LIMIT 1) AS link_code
             FROM rooms ",
            $rest
        )
    };
}

#[derive(Debug)]
pub struct Rooms<'c>(Connection<'c>);

impl<'c> Rooms<'c> {
    pub(crate) fn new(connection: Connection<'c>) -> Self {
        Self(connection)
    }

    pub async fn insert(&mut self, room: &RoomRow) -> Result<(), StoreError> {
        let schedule = room.schedule.as_ref();
        sql(
            "add a room",
            "INSERT INTO rooms (id, tenant_id, kind, title, template_id, state, host_id, starts_local,
                 timezone, duration_min, recurrence, next_start_ms, next_end_ms, settings, agenda,
                 created_ms, changed_ms, version, recurs)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
        )
        .bind(&room.id)
        .bind(&room.tenant)
        .bind(&room.kind)
        .bind(&room.title)
        .bind(&room.template)
        .bind(&room.state)
        .bind(&room.host)
        .bind(schedule.map(|s| s.starts_local.as_str()))
        .bind(schedule.map(|s| s.timezone.as_str()))
        .bind(schedule.map(|s| s.duration_min))
        .bind(schedule.and_then(|s| s.recurrence.as_deref()))
        .bind(room.next_start_ms)
        .bind(room.next_end_ms)
        .bind(&room.settings)
        .bind(&room.agenda)
        .bind(room.created_ms)
        .bind(room.changed_ms)
        .bind(room.version)
        .bind(room.recurs)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    /// Writes what may change, if the row still has the version before `room.version`; says
    /// whether it had.
    pub async fn update(&mut self, room: &RoomRow) -> Result<bool, StoreError> {
        let schedule = room.schedule.as_ref();
        let changed = sql(
            "change a room",
            "UPDATE rooms SET title = $3, state = $4, host_id = $5, starts_local = $6, timezone = $7,
                 duration_min = $8, recurrence = $9, next_start_ms = $10, next_end_ms = $11,
                 settings = $12, agenda = $13, changed_ms = $14, template_id = $15, version = $16,
                 recurs = $17
             WHERE tenant_id = $1 AND id = $2 AND version = $16 - 1",
        )
        .bind(&room.tenant)
        .bind(&room.id)
        .bind(&room.title)
        .bind(&room.state)
        .bind(&room.host)
        .bind(schedule.map(|s| s.starts_local.as_str()))
        .bind(schedule.map(|s| s.timezone.as_str()))
        .bind(schedule.map(|s| s.duration_min))
        .bind(schedule.and_then(|s| s.recurrence.as_deref()))
        .bind(room.next_start_ms)
        .bind(room.next_end_ms)
        .bind(&room.settings)
        .bind(&room.agenda)
        .bind(room.changed_ms)
        .bind(&room.template)
        .bind(room.version)
        .bind(room.recurs)
        .execute(&mut self.0)
        .await?;
        Ok(changed == 1)
    }

    /// Moves the occurrence that lists show; not a change of the room.
    pub async fn set_next(
        &mut self,
        room: &RoomId,
        start_ms: u64,
        end_ms: u64,
        recurs: bool,
    ) -> Result<(), StoreError> {
        sql(
            "move a room's next occurrence",
            "UPDATE rooms SET next_start_ms = $2, next_end_ms = $3, recurs = $4 WHERE id = $1",
        )
        .bind(room)
        .bind(start_ms)
        .bind(end_ms)
        .bind(recurs)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    pub async fn find(
        &mut self,
        tenant: &TenantId,
        room: &RoomId,
    ) -> Result<Option<RoomRow>, StoreError> {
        let row = sql(
            "look up a room",
            select!("WHERE tenant_id = $1 AND id = $2"),
        )
        .bind(tenant)
        .bind(room)
        .fetch_optional(&mut self.0)
        .await?;
        row.as_ref().map(read).transpose()
    }

    /// Whoever's it is: for the live room, which knows its name only.
    pub async fn find_by_name(&mut self, name: &str) -> Result<Option<RoomRow>, StoreError> {
        let row = sql("look up a room by name", select!("WHERE id = $1"))
            .bind(name)
            .fetch_optional(&mut self.0)
            .await?;
        row.as_ref().map(read).transpose()
    }

    pub async fn list(
        &mut self,
        tenant: &TenantId,
        filter: &RoomFilter,
        page: &PageRequest,
    ) -> Result<Page<RoomRow>, StoreError> {
        let (text, from, to, (at, id)) = match filter.when {
            When::All => (
                select!(
                    "WHERE tenant_id = $1 AND $4 >= 0 AND $5 >= 0
                   AND (created_ms < $6 OR (created_ms = $6 AND id < $7))
                   AND ($2 = '' OR host_id = $2) AND ($3 = '' OR kind = $3) AND ($9 = '' OR state = $9)
                 ORDER BY created_ms DESC, id DESC LIMIT $8"
                ),
                0,
                0,
                page.below(),
            ),
            When::Day { from_ms, to_ms } => (
                select!(
                    "WHERE tenant_id = $1 AND state <> 'cancelled'
                   AND next_end_ms > $4 AND next_start_ms < $5
                   AND (next_start_ms > $6 OR (next_start_ms = $6 AND id > $7))
                   AND ($2 = '' OR host_id = $2) AND ($3 = '' OR kind = $3) AND ($9 = '' OR state = $9)
                 ORDER BY next_start_ms, id LIMIT $8"
                ),
                from_ms,
                to_ms,
                page.above(),
            ),
            When::Upcoming { now_ms } => (
                select!(
                    "WHERE tenant_id = $1 AND state = 'active'
                   AND next_end_ms > $4 AND $5 >= 0
                   AND (next_start_ms > $6 OR (next_start_ms = $6 AND id > $7))
                   AND ($2 = '' OR host_id = $2) AND ($3 = '' OR kind = $3) AND ($9 = '' OR state = $9)
                 ORDER BY next_start_ms, id LIMIT $8"
                ),
                now_ms,
                0,
                page.above(),
            ),
            When::Past { now_ms } => (
                select!(
                    "WHERE tenant_id = $1 AND (state <> 'active' OR next_end_ms <= $4)
                   AND $5 >= 0
                   AND (next_start_ms < $6 OR (next_start_ms = $6 AND id < $7))
                   AND ($2 = '' OR host_id = $2) AND ($3 = '' OR kind = $3) AND ($9 = '' OR state = $9)
                 ORDER BY next_start_ms DESC, id DESC LIMIT $8"
                ),
                now_ms,
                0,
                page.below(),
            ),
        };
        let rows = sql("list rooms", text)
            .bind(tenant)
            .bind(filter.host.as_ref().map_or("", PersonId::as_str))
            .bind(filter.kind.as_deref().unwrap_or_default())
            .bind(from)
            .bind(to)
            .bind(at)
            .bind(id)
            .bind(page.probe())
            .bind(filter.state.as_deref().unwrap_or_default())
            .fetch_all(&mut self.0)
            .await?;
        let rooms = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let by_creation = filter.when == When::All;
        Ok(page.page(rooms, |room| Cursor {
            at_ms: if by_creation {
                room.created_ms
            } else {
                room.next_start_ms
            },
            id: room.id.to_string(),
        }))
    }

    /// Recurring rooms whose shown occurrence is over.
    pub async fn due_to_move(
        &mut self,
        now_ms: u64,
        limit: u32,
    ) -> Result<Vec<RoomRow>, StoreError> {
        let rows = sql(
            "look for rooms whose occurrence is over",
            select!(
                "WHERE recurs = 1 AND state = 'active' AND next_end_ms <= $1
             ORDER BY next_end_ms DESC LIMIT $2"
            ),
        )
        .bind(now_ms)
        .bind(limit)
        .fetch_all(&mut self.0)
        .await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<RoomRow, StoreError> {
    let starts_local: Option<String> = row.get("starts_local")?;
    let schedule = match starts_local {
        None => None,
        Some(starts_local) => Some(ScheduleRow {
            starts_local,
            timezone: row.get::<Option<String>>("timezone")?.unwrap_or_default(),
            duration_min: row.get::<Option<u32>>("duration_min")?.unwrap_or_default(),
            recurrence: row.get("recurrence")?,
        }),
    };
    Ok(RoomRow {
        id: row.get("id")?,
        tenant: row.get("tenant_id")?,
        kind: row.get("kind")?,
        title: row.get("title")?,
        template: row.get("template_id")?,
        state: row.get("state")?,
        host: row.get("host_id")?,
        host_name: row.get("host_name")?,
        link_code: row.get::<Option<String>>("link_code")?.map(Redacted::new),
        schedule,
        next_start_ms: row.get("next_start_ms")?,
        next_end_ms: row.get("next_end_ms")?,
        recurs: row.get("recurs")?,
        settings: row.get("settings")?,
        agenda: row.get("agenda")?,
        created_ms: row.get("created_ms")?,
        changed_ms: row.get("changed_ms")?,
        version: row.get("version")?,
    })
}
