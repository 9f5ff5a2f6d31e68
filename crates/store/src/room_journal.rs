//! Everything that changed a live room, in its order, so that the room can begin again from it.

use crate::StoreError;
use crate::sql::{Connection, Row, sql};
use base::Redacted;

/// One event of a room.
#[derive(Clone, Debug)]
pub struct JournalEntry {
    /// Counts the events of a room; never twice.
    pub seq: u64,
    pub at_ms: u64,
    /// JSON; may hold what people said.
    pub payload: Redacted<String>,
}

#[derive(Debug)]
pub struct RoomJournal<'c>(Connection<'c>);

impl<'c> RoomJournal<'c> {
    pub(crate) fn new(connection: Connection<'c>) -> Self {
        Self(connection)
    }

    /// Appends events of one room, named as it is named live.
    ///
    /// # Errors
    /// One of them has a `seq` that is there already ([`StoreError::is_conflict`]): two tasks
    /// believe to be this room.
    pub async fn append(&mut self, room: &str, entries: &[JournalEntry]) -> Result<(), StoreError> {
        for entry in entries {
            sql(
                "append to a room's journal",
                "INSERT INTO room_events (room, seq, at_ms, payload) VALUES ($1, $2, $3, $4)",
            )
            .bind(room)
            .bind(entry.seq)
            .bind(entry.at_ms)
            .bind(entry.payload.expose())
            .execute(&mut self.0)
            .await?;
        }
        Ok(())
    }

    /// Events before `before_seq` in whose payload `text` stands somewhere, latest first.
    pub async fn mentioning(
        &mut self,
        room: &str,
        before_seq: u64,
        text: &str,
    ) -> Result<Vec<JournalEntry>, StoreError> {
        let mut pattern = String::from("%");
        for c in text.chars() {
            if matches!(c, '%' | '_' | '~') {
                pattern.push('~');
            }
            pattern.push(c);
        }
        pattern.push('%');
        let rows = sql(
            "search a room's journal",
            "SELECT seq, at_ms, payload FROM room_events
             WHERE room = $1 AND seq < $2 AND payload LIKE $3 ESCAPE '~' ORDER BY seq DESC",
        )
        .bind(room)
        .bind(before_seq)
        .bind(pattern)
        .fetch_all(&mut self.0)
        .await?;
        rows.iter().map(read).collect()
    }

    /// Puts another payload in the place of an event's.
    pub async fn replace(
        &mut self,
        room: &str,
        seq: u64,
        payload: &Redacted<String>,
    ) -> Result<(), StoreError> {
        sql(
            "change a room's journal",
            "UPDATE room_events SET payload = $3 WHERE room = $1 AND seq = $2",
        )
        .bind(room)
        .bind(seq)
        .bind(payload.expose())
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    /// Forgets a room's events.
    pub async fn forget(&mut self, room: &str) -> Result<u64, StoreError> {
        sql(
            "forget a room's journal",
            "DELETE FROM room_events WHERE room = $1",
        )
        .bind(room)
        .execute(&mut self.0)
        .await
    }
}

#[derive(Debug)]
pub struct RoomJournalReader<'c>(Connection<'c>);

impl<'c> RoomJournalReader<'c> {
    pub(crate) fn new(connection: Connection<'c>) -> Self {
        Self(connection)
    }

    /// Up to `limit` events after `after_seq`, oldest first.
    pub async fn read(
        &mut self,
        room: &str,
        after_seq: u64,
        limit: u32,
    ) -> Result<Vec<JournalEntry>, StoreError> {
        let rows = sql(
            "read a room's journal",
            "SELECT seq, at_ms, payload FROM room_events
             WHERE room = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        )
        .bind(room)
        .bind(after_seq)
        .bind(limit)
        .fetch_all(&mut self.0)
        .await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<JournalEntry, StoreError> {
    Ok(JournalEntry {
        seq: row.get("seq")?,
        at_ms: row.get("at_ms")?,
        payload: Redacted::new(row.get("payload")?),
    })
}
