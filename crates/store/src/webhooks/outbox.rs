//! Writing: enqueue, claim, and what came of it.

use super::DeliveryId;
use crate::StoreError;
use crate::sql::{Connection, sql};
use base::Redacted;

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
    connection: Connection<'c>,
}

impl<'c> WebhookOutbox<'c> {
    pub(crate) fn new(connection: Connection<'c>) -> Self {
        Self { connection }
    }

    pub async fn enqueue(
        &mut self,
        now_ms: u64,
        delivery: &NewDelivery,
    ) -> Result<DeliveryId, StoreError> {
        let row = sql("enqueue a webhook", "INSERT INTO webhook_outbox (event_id, event, endpoint, lane, body, enqueued_ms, due_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $6) RETURNING id")
        .bind(&delivery.event_id)
        .bind(&delivery.event)
        .bind(&delivery.endpoint)
        .bind(delivery.lane.expose())
        .bind(delivery.body.expose())
        .bind(now_ms)
            .fetch_one(&mut self.connection)
            .await?;
        Ok(DeliveryId(row.get("id")?))
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
        let rows = sql(
            "claim webhooks",
            "UPDATE webhook_outbox SET claimed_to_ms = $2
             WHERE claimed_to_ms <= $1 AND id IN (
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
        .bind(now_ms)
        .bind(claimed_to_ms)
        .bind(endpoint)
        .bind(limit)
        .fetch_all(&mut self.connection)
        .await?;
        let mut claimed = rows
            .iter()
            .map(|row| {
                Ok(Claimed {
                    id: DeliveryId(row.get("id")?),
                    event_id: row.get("event_id")?,
                    event: row.get("event")?,
                    endpoint: row.get("endpoint")?,
                    body: Redacted::new(row.get("body")?),
                    enqueued_ms: row.get("enqueued_ms")?,
                    attempts: row.get("attempts")?,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        // RETURNING promises no order.
        claimed.sort_by_key(|c| c.id);
        Ok(claimed)
    }

    /// When the next delivery for `endpoint` can be claimed, if one is waiting; may lie in the past.
    pub async fn next_due_ms(&mut self, endpoint: &str) -> Result<Option<u64>, StoreError> {
        let row = sql(
            "look up the next webhook",
            "SELECT MIN(CASE WHEN head.due_ms > head.claimed_to_ms THEN head.due_ms
                        ELSE head.claimed_to_ms END) AS due_ms
             FROM webhook_outbox AS head
             WHERE head.endpoint = $1 AND head.given_up_ms IS NULL
               AND NOT EXISTS (
                   SELECT 1 FROM webhook_outbox AS older
                   WHERE older.endpoint = head.endpoint AND older.lane = head.lane
                     AND older.given_up_ms IS NULL AND older.id < head.id)",
        )
        .bind(endpoint)
        .fetch_one(&mut self.connection)
        .await?;
        row.get("due_ms")
    }

    pub async fn mark_delivered(&mut self, id: DeliveryId) -> Result<(), StoreError> {
        sql(
            "mark a webhook as delivered",
            "DELETE FROM webhook_outbox WHERE id = $1",
        )
        .bind(id.0)
        .execute(&mut self.connection)
        .await?;
        Ok(())
    }

    /// The attempt failed; the delivery may be claimed again from `due_ms` on.
    pub async fn mark_failed(
        &mut self,
        id: DeliveryId,
        due_ms: u64,
        error: &str,
    ) -> Result<(), StoreError> {
        sql(
            "mark a webhook as failed",
            "UPDATE webhook_outbox
             SET attempts = attempts + 1, due_ms = $2, claimed_to_ms = 0, last_error = $3
             WHERE id = $1",
        )
        .bind(id.0)
        .bind(due_ms)
        .bind(error)
        .execute(&mut self.connection)
        .await?;
        Ok(())
    }

    /// The delivery will not be attempted again; those behind it in its lane may go on.
    pub async fn mark_given_up(
        &mut self,
        id: DeliveryId,
        now_ms: u64,
        error: &str,
    ) -> Result<(), StoreError> {
        sql(
            "give up a webhook",
            "UPDATE webhook_outbox
             SET attempts = attempts + 1, given_up_ms = $2, claimed_to_ms = 0, last_error = $3
             WHERE id = $1",
        )
        .bind(id.0)
        .bind(now_ms)
        .bind(error)
        .execute(&mut self.connection)
        .await?;
        Ok(())
    }

    /// Lets go of every claim: for the start of a process that is alone with its database, after
    /// one that was killed.
    pub async fn release_claims(&mut self) -> Result<u64, StoreError> {
        sql(
            "release claimed webhooks",
            "UPDATE webhook_outbox SET claimed_to_ms = 0 WHERE claimed_to_ms > 0",
        )
        .execute(&mut self.connection)
        .await
    }

    /// Gives up what is meant for endpoints other than `endpoints`: nobody would ever claim it.
    pub async fn give_up_strangers(
        &mut self,
        now_ms: u64,
        endpoints: &[String],
    ) -> Result<u64, StoreError> {
        let pending = sql(
            "list webhook endpoints",
            "SELECT DISTINCT endpoint FROM webhook_outbox WHERE given_up_ms IS NULL",
        )
        .fetch_all(&mut self.connection)
        .await?;
        let mut given_up = 0;
        for row in pending {
            let endpoint: String = row.get("endpoint")?;
            if endpoints.contains(&endpoint) {
                continue;
            }
            let done = sql(
                "give up webhooks of an endpoint",
                "UPDATE webhook_outbox
                 SET given_up_ms = $2, last_error = 'the endpoint is no longer configured'
                 WHERE endpoint = $1 AND given_up_ms IS NULL",
            )
            .bind(endpoint)
            .bind(now_ms)
            .execute(&mut self.connection)
            .await?;
            given_up += done;
        }
        Ok(given_up)
    }

    /// Forgets what was given up before `before_ms`.
    pub async fn forget_given_up(&mut self, before_ms: u64) -> Result<u64, StoreError> {
        sql(
            "forget old webhooks",
            "DELETE FROM webhook_outbox WHERE given_up_ms < $1",
        )
        .bind(before_ms)
        .execute(&mut self.connection)
        .await
    }

    /// How many deliveries wait.
    pub async fn pending_count(&mut self) -> Result<u64, StoreError> {
        let row = sql(
            "count webhooks",
            "SELECT COUNT(*) AS pending FROM webhook_outbox WHERE given_up_ms IS NULL",
        )
        .fetch_one(&mut self.connection)
        .await?;
        row.get("pending")
    }
}
