//! What has been: the lives of live rooms, and who was there when.

use crate::sql::{Connection, Row, sql};
use crate::{Cursor, Page, PageRequest, StoreError};
use base::{RoomId, TenantId};

/// One life of a room, from its first participant to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// The live room's sid, `RM_…`.
    pub id: String,
    pub tenant: TenantId,
    pub room: RoomId,
    pub started_ms: u64,
    pub ended_ms: Option<u64>,
    /// The room's last event before it began, and the last when it ended.
    pub first_seq: u64,
    pub last_seq: Option<u64>,
    /// Different people who were there; read, not written.
    pub people: u32,
}

/// One life of some room of a tenant's, as lists of several rooms tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeetingRow {
    pub session: SessionRow,
    pub room_title: String,
    pub room_kind: String,
}

/// One stay of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttendanceRow {
    /// The participant's sid, `PA_…`.
    pub id: String,
    pub session: String,
    pub identity: String,
    pub name: String,
    pub role: String,
    pub joined_ms: u64,
    pub left_ms: Option<u64>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT room_sessions.*, (SELECT COUNT(DISTINCT identity) FROM attendances
                 WHERE session_id = room_sessions.id) AS people FROM room_sessions ",
            $rest
        )
    };
}

#[derive(Debug)]
pub struct History<'c>(Connection<'c>);

impl<'c> History<'c> {
    pub(crate) fn new(connection: Connection<'c>) -> Self {
        Self(connection)
    }

    /// Notes that `server` is alive; says when it was before.
    pub async fn alive(&mut self, server: &str, now_ms: u64) -> Result<Option<u64>, StoreError> {
        let before = sql(
            "look when a server was alive",
            "SELECT seen_ms FROM servers WHERE id = $1",
        )
        .bind(server)
        .fetch_optional(&mut self.0)
        .await?;
        sql(
            "note that a server is alive",
            "INSERT INTO servers (id, seen_ms) VALUES ($1, $2)
             ON CONFLICT (id) DO UPDATE SET seen_ms = excluded.seen_ms",
        )
        .bind(server)
        .bind(now_ms)
        .execute(&mut self.0)
        .await?;
        before.map(|row| row.get("seen_ms")).transpose()
    }

    /// Somebody is in a room that `server` has; says whether he is the first.
    pub async fn open(&mut self, session: &SessionRow, server: &str) -> Result<bool, StoreError> {
        let opened = sql(
            "open a room's session",
            "INSERT INTO room_sessions (id, tenant_id, room_id, started_ms, server, first_seq)
             VALUES ($1, $2, $3, $4, $5,
                 COALESCE((SELECT seq FROM room_events WHERE room = $3 AND at_ms < $4
                           ORDER BY seq DESC LIMIT 1), 0))
             ON CONFLICT DO NOTHING",
        )
        .bind(&session.id)
        .bind(&session.tenant)
        .bind(&session.room)
        .bind(session.started_ms)
        .bind(server)
        .execute(&mut self.0)
        .await?;
        Ok(opened == 1)
    }

    /// A room has ended, and with it every stay; says whether anybody had been there.
    pub async fn close(&mut self, session: &str, at_ms: u64) -> Result<bool, StoreError> {
        let closed = sql(
            "close a room's session",
            // The room's next session may have begun when this one's server was found dead.
            "UPDATE room_sessions SET ended_ms = $2, last_seq = COALESCE(
                 (SELECT MIN(next.first_seq) FROM room_sessions AS next
                  WHERE next.room_id = room_sessions.room_id
                    AND next.started_ms > room_sessions.started_ms),
                 (SELECT MAX(seq) FROM room_events WHERE room = room_sessions.room_id),
                 0)
             WHERE id = $1 AND ended_ms IS NULL",
        )
        .bind(session)
        .bind(at_ms)
        .execute(&mut self.0)
        .await?;
        sql(
            "end the stays of a session",
            "UPDATE attendances SET left_ms = $2 WHERE session_id = $1 AND left_ms IS NULL",
        )
        .bind(session)
        .bind(at_ms)
        .execute(&mut self.0)
        .await?;
        Ok(closed == 1)
    }

    /// Closes what servers other than `server` have left open that were last alive before
    /// `alive_ms`, as of the last that is known of each session, and forgets those servers.
    pub async fn close_left_open(
        &mut self,
        server: &str,
        alive_ms: u64,
    ) -> Result<u64, StoreError> {
        let rows = sql(
            "look for sessions left open",
            "SELECT id, started_ms,
                 (SELECT seen_ms FROM servers WHERE id = room_sessions.server) AS seen_ms,
                 (SELECT MAX(at_ms) FROM room_events WHERE room = room_sessions.room_id
                    AND NOT EXISTS (SELECT 1 FROM room_sessions AS next
                        WHERE next.room_id = room_sessions.room_id
                          AND next.started_ms > room_sessions.started_ms
                          AND next.started_ms <= room_events.at_ms)) AS event_ms,
                 (SELECT MAX(joined_ms) FROM attendances WHERE session_id = room_sessions.id) AS came_ms,
                 (SELECT MAX(left_ms) FROM attendances WHERE session_id = room_sessions.id) AS went_ms
             FROM room_sessions WHERE ended_ms IS NULL AND server <> $1 AND NOT EXISTS
                 (SELECT 1 FROM servers WHERE id = room_sessions.server AND seen_ms >= $2)",
        )
        .bind(server)
        .bind(alive_ms)
        .fetch_all(&mut self.0)
        .await?;
        for row in &rows {
            let id: String = row.get("id")?;
            let known = [
                Some(row.get::<u64>("started_ms")?),
                row.get("seen_ms")?,
                row.get("event_ms")?,
                row.get("came_ms")?,
                row.get("went_ms")?,
            ];
            let last = known.into_iter().flatten().max().unwrap_or(0);
            self.close(&id, last).await?;
        }
        sql(
            "forget dead servers",
            "DELETE FROM servers WHERE id <> $1 AND seen_ms < $2",
        )
        .bind(server)
        .bind(alive_ms)
        .execute(&mut self.0)
        .await?;
        Ok(rows.len() as u64)
    }

    pub async fn come(&mut self, stay: &AttendanceRow) -> Result<(), StoreError> {
        sql(
            "note who came",
            "INSERT INTO attendances (id, session_id, identity, name, role, joined_ms)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        )
        .bind(&stay.id)
        .bind(&stay.session)
        .bind(&stay.identity)
        .bind(&stay.name)
        .bind(&stay.role)
        .bind(stay.joined_ms)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    pub async fn leave(&mut self, stay: &str, at_ms: u64) -> Result<(), StoreError> {
        sql(
            "note who left",
            "UPDATE attendances SET left_ms = $2 WHERE id = $1 AND left_ms IS NULL",
        )
        .bind(stay)
        .bind(at_ms)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    pub async fn session(
        &mut self,
        tenant: &TenantId,
        session: &str,
    ) -> Result<Option<SessionRow>, StoreError> {
        let row = sql(
            "look up a session",
            select!("WHERE tenant_id = $1 AND id = $2"),
        )
        .bind(tenant)
        .bind(session)
        .fetch_optional(&mut self.0)
        .await?;
        row.as_ref().map(read).transpose()
    }

    /// Latest first.
    pub async fn sessions(
        &mut self,
        tenant: &TenantId,
        room: &RoomId,
        page: &PageRequest,
    ) -> Result<Page<SessionRow>, StoreError> {
        let (at, id) = page.below();
        let rows = sql(
            "list sessions",
            select!(
                "WHERE tenant_id = $1 AND room_id = $2
               AND (started_ms < $3 OR (started_ms = $3 AND id < $4))
             ORDER BY started_ms DESC, id DESC LIMIT $5"
            ),
        )
        .bind(tenant)
        .bind(room)
        .bind(at)
        .bind(id)
        .bind(page.probe())
        .fetch_all(&mut self.0)
        .await?;
        let sessions = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        Ok(page.page(sessions, |session| Cursor {
            at_ms: session.started_ms,
            id: session.id.clone(),
        }))
    }

    /// Of all rooms of a tenant's, latest first.
    pub async fn meetings(
        &mut self,
        tenant: &TenantId,
        page: &PageRequest,
    ) -> Result<Page<MeetingRow>, StoreError> {
        let (at, id) = page.below();
        let rows = sql(
            "list the sessions of a tenant",
            "SELECT room_sessions.*, rooms.title AS room_title, rooms.kind AS room_kind,
                 (SELECT COUNT(DISTINCT identity) FROM attendances
                  WHERE session_id = room_sessions.id) AS people
             FROM room_sessions JOIN rooms ON rooms.id = room_sessions.room_id
             WHERE room_sessions.tenant_id = $1
               AND (started_ms < $2 OR (started_ms = $2 AND room_sessions.id < $3))
             ORDER BY started_ms DESC, room_sessions.id DESC LIMIT $4",
        )
        .bind(tenant)
        .bind(at)
        .bind(id)
        .bind(page.probe())
        .fetch_all(&mut self.0)
        .await?;
        let meetings = rows
            .iter()
            .map(|row| {
                Ok(MeetingRow {
                    session: read(row)?,
                    room_title: row.get("room_title")?,
                    room_kind: row.get("room_kind")?,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        Ok(page.page(meetings, |MeetingRow { session, .. }| Cursor {
            at_ms: session.started_ms,
            id: session.id.clone(),
        }))
    }

    /// Stays of a session in the order of their coming.
    pub async fn attendances(
        &mut self,
        session: &str,
        limit: u32,
    ) -> Result<Vec<AttendanceRow>, StoreError> {
        let rows = sql(
            "list attendances",
            "SELECT * FROM attendances WHERE session_id = $1 ORDER BY joined_ms, id LIMIT $2",
        )
        .bind(session)
        .bind(limit)
        .fetch_all(&mut self.0)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(AttendanceRow {
                    id: row.get("id")?,
                    session: row.get("session_id")?,
                    identity: row.get("identity")?,
                    name: row.get("name")?,
                    role: row.get("role")?,
                    joined_ms: row.get("joined_ms")?,
                    left_ms: row.get("left_ms")?,
                })
            })
            .collect()
    }
}

fn read(row: &Row) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        id: row.get("id")?,
        tenant: row.get("tenant_id")?,
        room: row.get("room_id")?,
        started_ms: row.get("started_ms")?,
        ended_ms: row.get("ended_ms")?,
        first_seq: row.get("first_seq")?,
        last_seq: row.get("last_seq")?,
        people: row.get("people")?,
    })
}
