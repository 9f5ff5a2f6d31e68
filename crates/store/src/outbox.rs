//! What has happened, on its way to those who react to it.
//!
//! An event is written in the transaction of the change that it tells of. Whoever reacts takes
//! events and writes what follows from them (jobs, further rows) in one transaction too, so that
//! nothing is lost and nothing follows twice.

use crate::StoreError;
use crate::sql::{Connection, sql};
use base::{EventId, Redacted, TenantId};

#[derive(Clone, Debug)]
pub struct Event {
    pub id: EventId,
    pub tenant: TenantId,
    /// As webhooks name it: `room.created`.
    pub event: String,
    /// JSON; may name people.
    pub payload: Redacted<String>,
    pub at_ms: u64,
}

#[derive(Debug)]
pub struct Outbox<'c>(Connection<'c>);

impl<'c> Outbox<'c> {
    pub(crate) fn new(connection: Connection<'c>) -> Self {
        Self(connection)
    }

    pub async fn push(&mut self, event: &Event) -> Result<(), StoreError> {
        sql(
            "enter an event",
            "INSERT INTO outbox (event_id, tenant_id, event, payload, at_ms)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(&event.id)
        .bind(&event.tenant)
        .bind(&event.event)
        .bind(event.payload.expose())
        .bind(event.at_ms)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    /// Takes the oldest `limit` events out. They are gone when the transaction is committed, and
    /// back when it is not.
    pub async fn take(&mut self, limit: u32) -> Result<Vec<Event>, StoreError> {
        let rows = sql(
            "take events",
            "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT $1)
             RETURNING id, event_id, tenant_id, event, payload, at_ms",
        )
        .bind(limit)
        .fetch_all(&mut self.0)
        .await?;
        let mut events = rows
            .iter()
            .map(|row| {
                let event = Event {
                    id: row.get("event_id")?,
                    tenant: row.get("tenant_id")?,
                    event: row.get("event")?,
                    payload: Redacted::new(row.get("payload")?),
                    at_ms: row.get("at_ms")?,
                };
                Ok((row.get::<i64>("id")?, event))
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        // RETURNING promises no order.
        events.sort_by_key(|(id, _)| *id);
        Ok(events.into_iter().map(|(_, event)| event).collect())
    }
}
