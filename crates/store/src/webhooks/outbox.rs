//! Writing: enqueue, claim, and what came of it.

use super::DeliveryId;
use crate::StoreError;
use base::Redacted;
use sqlx::{Row, SqliteConnection};

/// An event to be delivered to one endpoint.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// The event's own id: the same for every endpoint, so that a receiver can tell a repetition.
    pub event_id: String,
    /// The event's name, `room_started`.
    pub event: String,
    pub endpoint: String,
    /// Deliveries of one lane keep their order; the room's name, or empty.
    pub lane: Redacted<String>,
    pub body: Redacted<Vec<u8>>,
}

/// A delivery that the caller now has to attempt.
#[derive(Clone, Debug)]
pub struct Claimed {
    pub id: DeliveryId,
    pub event_id: String,
    pub event: String,
    pub endpoint: String,
    pub body: Redacted<Vec<u8>>,
    pub enqueued_ms: u64,
    /// Attempts that have failed so far.
    pub attempts: u32,
}

#[derive(Debug)]
pub struct WebhookOutbox<'c> {
    connection: &'c mut SqliteConnection,
}

impl<'c> WebhookOutbox<'c> {
    pub(crate) fn new(connection: &'c mut SqliteConnection) -> Self {
        Self { connection }
    }

    pub async fn enqueue(
        &mut self,
        now_ms: u64,
        delivery: &NewDelivery,
    ) -> Result<DeliveryId, StoreError> {
        let id = sqlx::query(
            "INSERT INTO webhook_outbox (event_id, event, endpoint, lane, body, enqueued_ms, due_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $6) RETURNING id",
        )
        .bind(&delivery.event_id)
        .bind(&delivery.event)
        .bind(&delivery.endpoint)
        .bind(delivery.lane.expose())
        .bind(delivery.body.expose())
        .bind(signed(now_ms))
        .fetch_one(&mut *self.connection)
        .await
        .map_err(StoreError::query("enqueue a webhook"))?
        .get(0);
        Ok(DeliveryId(id))
    }

    /// Takes up to `limit` deliveries for `endpoint` that are due: of each lane only the oldest.
    /// They are the caller's until `claimed_to_ms`, when others may take them.
    pub async fn claim(
        &mut self,
        now_ms: u64,
        claimed_to_ms: u64,
        endpoint: &str,
        limit: u32,
    ) -> Result<Vec<Claimed>, StoreError> {
        let rows = sqlx::query(
            "UPDATE webhook_outbox SET claimed_to_ms = $2
             WHERE id IN (
                 SELECT head.id FROM webhook_outbox AS head
                 WHERE head.endpoint = $3 AND head.given_up_ms IS NULL
                   AND head.due_ms <= $1 AND head.claimed_to_ms <= $1
                   AND NOT EXISTS (
                       SELECT 1 FROM webhook_outbox AS older
                       WHERE older.endpoint = head.endpoint AND older.lane = head.lane
                         AND older.given_up_ms IS NULL AND older.id < head.id)
                 ORDER BY head.due_ms, head.id LIMIT $4)
             RETURNING id, event_id, event, endpoint, body, enqueued_ms, attempts",
        )
        .bind(signed(now_ms))
        .bind(signed(claimed_to_ms))
        .bind(endpoint)
        .bind(limit)
        .fetch_all(&mut *self.connection)
        .await
        .map_err(StoreError::query("claim webhooks"))?;
        let mut claimed: Vec<_> = rows
            .into_iter()
            .map(|row| Claimed {
                id: DeliveryId(row.get("id")),
                event_id: row.get("event_id"),
                event: row.get("event"),
                endpoint: row.get("endpoint"),
                body: Redacted::new(row.get("body")),
                enqueued_ms: unsigned(row.get("enqueued_ms")),
                attempts: u32::try_from(row.get::<i64, _>("attempts")).unwrap_or(u32::MAX),
            })
            .collect();
        // RETURNING promises no order.
        claimed.sort_by_key(|c| c.id);
        Ok(claimed)
    }

    /// When the next delivery for `endpoint` can be claimed, if one is waiting; may lie in the past.
    pub async fn next_due_ms(&mut self, endpoint: &str) -> Result<Option<u64>, StoreError> {
        let due: Option<i64> = sqlx::query(
            "SELECT MIN(MAX(head.due_ms, head.claimed_to_ms)) FROM webhook_outbox AS head
             WHERE head.endpoint = $1 AND head.given_up_ms IS NULL
               AND NOT EXISTS (
                   SELECT 1 FROM webhook_outbox AS older
                   WHERE older.endpoint = head.endpoint AND older.lane = head.lane
                     AND older.given_up_ms IS NULL AND older.id < head.id)",
        )
        .bind(endpoint)
        .fetch_one(&mut *self.connection)
        .await
        .map_err(StoreError::query("look up the next webhook"))?
        .get(0);
        Ok(due.map(unsigned))
    }

    pub async fn mark_delivered(&mut self, id: DeliveryId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM webhook_outbox WHERE id = $1")
            .bind(id.0)
            .execute(&mut *self.connection)
            .await
            .map_err(StoreError::query("mark a webhook as delivered"))?;
        Ok(())
    }

    /// The attempt failed; the delivery may be claimed again from `due_ms` on.
    pub async fn mark_failed(
        &mut self,
        id: DeliveryId,
        due_ms: u64,
        error: &str,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE webhook_outbox
             SET attempts = attempts + 1, due_ms = $2, claimed_to_ms = 0, last_error = $3
             WHERE id = $1",
        )
        .bind(id.0)
        .bind(signed(due_ms))
        .bind(error)
        .execute(&mut *self.connection)
        .await
        .map_err(StoreError::query("mark a webhook as failed"))?;
        Ok(())
    }

    /// The delivery will not be attempted again; those behind it in its lane may go on.
    pub async fn mark_given_up(
        &mut self,
        id: DeliveryId,
        now_ms: u64,
        error: &str,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE webhook_outbox
             SET attempts = attempts + 1, given_up_ms = $2, claimed_to_ms = 0, last_error = $3
             WHERE id = $1",
        )
        .bind(id.0)
        .bind(signed(now_ms))
        .bind(error)
        .execute(&mut *self.connection)
        .await
        .map_err(StoreError::query("give up a webhook"))?;
        Ok(())
    }

    /// Lets go of every claim: for the start of a process that is alone with its database, after
    /// one that was killed.
    pub async fn release_claims(&mut self) -> Result<u64, StoreError> {
        let done =
            sqlx::query("UPDATE webhook_outbox SET claimed_to_ms = 0 WHERE claimed_to_ms > 0")
                .execute(&mut *self.connection)
                .await
                .map_err(StoreError::query("release claimed webhooks"))?;
        Ok(done.rows_affected())
    }

    /// Gives up what is meant for endpoints other than `endpoints`: nobody would ever claim it.
    pub async fn give_up_strangers(
        &mut self,
        now_ms: u64,
        endpoints: &[String],
    ) -> Result<u64, StoreError> {
        let pending =
            sqlx::query("SELECT DISTINCT endpoint FROM webhook_outbox WHERE given_up_ms IS NULL")
                .fetch_all(&mut *self.connection)
                .await
                .map_err(StoreError::query("list webhook endpoints"))?;
        let mut given_up = 0;
        for row in pending {
            let endpoint: String = row.get(0);
            if endpoints.contains(&endpoint) {
                continue;
            }
            let done = sqlx::query(
                "UPDATE webhook_outbox
                 SET given_up_ms = $2, last_error = 'the endpoint is no longer configured'
                 WHERE endpoint = $1 AND given_up_ms IS NULL",
            )
            .bind(endpoint)
            .bind(signed(now_ms))
            .execute(&mut *self.connection)
            .await
            .map_err(StoreError::query("give up webhooks of an endpoint"))?;
            given_up += done.rows_affected();
        }
        Ok(given_up)
    }

    /// Forgets what was given up before `before_ms`.
    pub async fn forget_given_up(&mut self, before_ms: u64) -> Result<u64, StoreError> {
        let done = sqlx::query("DELETE FROM webhook_outbox WHERE given_up_ms < $1")
            .bind(signed(before_ms))
            .execute(&mut *self.connection)
            .await
            .map_err(StoreError::query("forget old webhooks"))?;
        Ok(done.rows_affected())
    }

    /// How many deliveries wait.
    pub async fn pending_count(&mut self) -> Result<u64, StoreError> {
        let count: i64 =
            sqlx::query("SELECT COUNT(*) FROM webhook_outbox WHERE given_up_ms IS NULL")
                .fetch_one(&mut *self.connection)
                .await
                .map_err(StoreError::query("count webhooks"))?
                .get(0);
        Ok(unsigned(count))
    }
}

/// SQL integers are signed; times beyond 292 million years are cut.
pub(super) fn signed(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

pub(super) fn unsigned(ms: i64) -> u64 {
    u64::try_from(ms).unwrap_or(0)
}
