//! Reading: what an operator is shown.

use super::DeliveryId;
use crate::StoreError;
use crate::sql::{Connection, Row, sql};

/// A delivery as `stoa webhooks pending` shows it: without its body, which may name people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub id: DeliveryId,
    pub event_id: String,
    pub event: String,
    pub endpoint: String,
    pub enqueued_ms: u64,
    /// Not before this time will it be attempted (again).
    pub due_ms: u64,
    /// Attempts that have failed so far.
    pub attempts: u32,
    /// Set when it will not be attempted again.
    pub given_up_ms: Option<u64>,
    /// What came of the last attempt; empty before the first.
    pub last_error: String,
}

#[derive(Debug)]
pub struct WebhookList<'c> {
    connection: Connection<'c>,
}

impl<'c> WebhookList<'c> {
    pub(crate) fn new(connection: Connection<'c>) -> Self {
        Self { connection }
    }

    /// The oldest `limit` deliveries that are still to be made.
    pub async fn pending(&mut self, limit: u32) -> Result<Vec<Listed>, StoreError> {
        let rows = sql("list pending webhooks", "SELECT id, event_id, event, endpoint, enqueued_ms, due_ms, attempts, given_up_ms, last_error
             FROM webhook_outbox WHERE given_up_ms IS NULL ORDER BY id LIMIT $1")
        .bind(limit)
            .fetch_all(&mut self.connection)
            .await?;
        rows.iter().map(listed).collect()
    }

    /// The `limit` deliveries given up most recently.
    pub async fn given_up(&mut self, limit: u32) -> Result<Vec<Listed>, StoreError> {
        let rows = sql("list webhooks that were given up", "SELECT id, event_id, event, endpoint, enqueued_ms, due_ms, attempts, given_up_ms, last_error
             FROM webhook_outbox WHERE given_up_ms IS NOT NULL
             ORDER BY given_up_ms DESC, id DESC LIMIT $1")
        .bind(limit)
            .fetch_all(&mut self.connection)
            .await?;
        rows.iter().map(listed).collect()
    }
}

fn listed(row: &Row) -> Result<Listed, StoreError> {
    Ok(Listed {
        id: DeliveryId(row.get("id")?),
        event_id: row.get("event_id")?,
        event: row.get("event")?,
        endpoint: row.get("endpoint")?,
        enqueued_ms: row.get("enqueued_ms")?,
        due_ms: row.get("due_ms")?,
        attempts: row.get("attempts")?,
        given_up_ms: row.get("given_up_ms")?,
        last_error: row.get("last_error")?,
    })
}
