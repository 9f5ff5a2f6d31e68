//! Webhooks of tenants: whom to tell, what there is to tell, and what came of it.

use crate::sql::{Connection, Row, sql};
use crate::{Cursor, Page, PageRequest, StoreError};
use base::{EventId, Redacted, TenantId, WebhookId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookRow {
    pub id: WebhookId,
    pub tenant: TenantId,
    /// May hold a secret of the receiver's.
    pub url: Redacted<String>,
    pub label: String,
    /// Signs the deliveries: `whsec_…`.
    pub secret: Redacted<String>,
    /// JSON array of event names; empty: all.
    pub events: String,
    pub enabled: bool,
    pub created_ms: u64,
    pub version: u64,
}

/// One event for one webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryRow {
    /// `dlv_…`.
    pub id: String,
    pub hook: WebhookId,
    pub tenant: TenantId,
    pub event_id: EventId,
    pub event: String,
    /// JSON; may name people.
    pub body: Redacted<String>,
    /// `pending`, `delivered`, `failed`.
    pub state: String,
    pub attempts: u32,
    pub due_ms: u64,
    pub last_status: Option<u32>,
    pub last_error: String,
    pub created_ms: u64,
    pub finished_ms: Option<u64>,
}

/// What came of an attempt.
#[derive(Clone, Debug)]
pub struct AttemptOutcome {
    pub state: &'static str,
    /// When to try again, for `pending`.
    pub due_ms: u64,
    pub status: Option<u32>,
    pub error: String,
    pub at_ms: u64,
}

#[derive(Debug)]
pub struct Hooks<'c>(Connection<'c>);

impl<'c> Hooks<'c> {
    pub(crate) fn new(connection: Connection<'c>) -> Self {
        Self(connection)
    }

    pub async fn insert(&mut self, hook: &HookRow) -> Result<(), StoreError> {
        sql(
            "add a webhook",
            "INSERT INTO hooks (id, tenant_id, url, label, secret, events, enabled, created_ms, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&hook.id)
        .bind(&hook.tenant)
        .bind(hook.url.expose())
        .bind(&hook.label)
        .bind(hook.secret.expose())
        .bind(&hook.events)
        .bind(hook.enabled)
        .bind(hook.created_ms)
        .bind(hook.version)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    /// Writes what may change, if the row still has the version before `hook.version`; says
    /// whether it had.
    pub async fn update(&mut self, hook: &HookRow) -> Result<bool, StoreError> {
        let changed = sql(
            "change a webhook",
            "UPDATE hooks SET url = $3, label = $4, events = $5, enabled = $6, secret = $7, version = $8
             WHERE tenant_id = $1 AND id = $2 AND version = $8 - 1",
        )
        .bind(&hook.tenant)
        .bind(&hook.id)
        .bind(hook.url.expose())
        .bind(&hook.label)
        .bind(&hook.events)
        .bind(hook.enabled)
        .bind(hook.secret.expose())
        .bind(hook.version)
        .execute(&mut self.0)
        .await?;
        Ok(changed == 1)
    }

    /// With its deliveries.
    pub async fn delete(
        &mut self,
        tenant: &TenantId,
        hook: &WebhookId,
    ) -> Result<bool, StoreError> {
        let gone = sql(
            "delete a webhook",
            "DELETE FROM hooks WHERE tenant_id = $1 AND id = $2",
        )
        .bind(tenant)
        .bind(hook)
        .execute(&mut self.0)
        .await?;
        Ok(gone == 1)
    }

    pub async fn find(
        &mut self,
        tenant: &TenantId,
        hook: &WebhookId,
    ) -> Result<Option<HookRow>, StoreError> {
        let row = sql(
            "look up a webhook",
            "SELECT * FROM hooks WHERE tenant_id = $1 AND id = $2",
        )
        .bind(tenant)
        .bind(hook)
        .fetch_optional(&mut self.0)
        .await?;
        row.as_ref().map(read).transpose()
    }

    /// Oldest first.
    pub async fn list(
        &mut self,
        tenant: &TenantId,
        page: &PageRequest,
    ) -> Result<Page<HookRow>, StoreError> {
        let (at, id) = page.above();
        let rows = sql(
            "list webhooks",
            "SELECT * FROM hooks WHERE tenant_id = $1
               AND (created_ms > $2 OR (created_ms = $2 AND id > $3))
             ORDER BY created_ms, id LIMIT $4",
        )
        .bind(tenant)
        .bind(at)
        .bind(id)
        .bind(page.probe())
        .fetch_all(&mut self.0)
        .await?;
        let hooks = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        Ok(page.page(hooks, |hook| Cursor {
            at_ms: hook.created_ms,
            id: hook.id.to_string(),
        }))
    }

    /// Those of a tenant that are told at all.
    pub async fn enabled(&mut self, tenant: &TenantId) -> Result<Vec<HookRow>, StoreError> {
        let rows = sql(
            "list enabled webhooks",
            "SELECT * FROM hooks WHERE tenant_id = $1 AND enabled = 1 ORDER BY created_ms, id",
        )
        .bind(tenant)
        .fetch_all(&mut self.0)
        .await?;
        rows.iter().map(read).collect()
    }

    /// Whether any tenant's webhook is told of `event`, the name of one.
    pub async fn is_heard(&mut self, event: &str) -> Result<bool, StoreError> {
        let row = sql(
            "look for a webhook",
            "SELECT COUNT(*) AS listeners FROM hooks
             WHERE enabled = 1 AND (events = '[]' OR events LIKE $1)",
        )
        .bind(format!("%\"{event}\"%"))
        .fetch_one(&mut self.0)
        .await?;
        let listeners: u64 = row.get("listeners")?;
        Ok(listeners > 0)
    }

    pub async fn enqueue(&mut self, delivery: &DeliveryRow) -> Result<(), StoreError> {
        sql(
            "enqueue a delivery",
            "INSERT INTO hook_deliveries (id, hook_id, tenant_id, event_id, event, body, state, due_ms, created_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&delivery.id)
        .bind(&delivery.hook)
        .bind(&delivery.tenant)
        .bind(&delivery.event_id)
        .bind(&delivery.event)
        .bind(delivery.body.expose())
        .bind(&delivery.state)
        .bind(delivery.due_ms)
        .bind(delivery.created_ms)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    /// Takes up to `limit` due deliveries, oldest first, with whom they are for. They are the
    /// caller's until `claimed_to_ms`.
    pub async fn claim(
        &mut self,
        now_ms: u64,
        claimed_to_ms: u64,
        limit: u32,
    ) -> Result<Vec<(DeliveryRow, HookRow)>, StoreError> {
        let rows = sql(
            "claim deliveries",
            "UPDATE hook_deliveries SET claimed_to_ms = $2
             WHERE claimed_to_ms <= $1 AND id IN (
                 SELECT id FROM hook_deliveries
                 WHERE state = 'pending' AND due_ms <= $1 AND claimed_to_ms <= $1
                 ORDER BY due_ms, id LIMIT $3)
             RETURNING *",
        )
        .bind(now_ms)
        .bind(claimed_to_ms)
        .bind(limit)
        .fetch_all(&mut self.0)
        .await?;
        let mut claimed = Vec::with_capacity(rows.len());
        for row in &rows {
            let delivery = read_delivery(row)?;
            if let Some(hook) = self.find(&delivery.tenant, &delivery.hook).await? {
                claimed.push((delivery, hook));
            }
        }
        claimed.sort_by(|(a, _), (b, _)| (a.due_ms, &a.id).cmp(&(b.due_ms, &b.id)));
        Ok(claimed)
    }

    /// When the next delivery can be claimed; may lie in the past.
    pub async fn next_due_ms(&mut self) -> Result<Option<u64>, StoreError> {
        let row = sql(
            "look up the next delivery",
            "SELECT MIN(CASE WHEN claimed_to_ms > due_ms THEN claimed_to_ms ELSE due_ms END) AS due_ms
             FROM hook_deliveries WHERE state = 'pending'",
        )
        .fetch_one(&mut self.0)
        .await?;
        row.get("due_ms")
    }

    pub async fn settle(
        &mut self,
        delivery: &str,
        outcome: &AttemptOutcome,
    ) -> Result<(), StoreError> {
        let finished = (outcome.state != "pending").then_some(outcome.at_ms);
        sql(
            "note what came of a delivery",
            "UPDATE hook_deliveries SET state = $2, attempts = attempts + 1, due_ms = $3,
                 claimed_to_ms = 0, last_status = $4, last_error = $5, finished_ms = $6
             WHERE id = $1",
        )
        .bind(delivery)
        .bind(outcome.state)
        .bind(outcome.due_ms)
        .bind(outcome.status)
        .bind(&outcome.error)
        .bind(finished)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    /// Stops telling a webhook, whose receiver has asked for it.
    pub async fn disable(&mut self, hook: &WebhookId) -> Result<(), StoreError> {
        sql(
            "disable a webhook",
            "UPDATE hooks SET enabled = 0, version = version + 1 WHERE id = $1",
        )
        .bind(hook)
        .execute(&mut self.0)
        .await?;
        Ok(())
    }

    /// Puts a delivery back to be attempted now; says whether there is one.
    pub async fn retry(
        &mut self,
        hook: &WebhookId,
        delivery: &str,
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        let changed = sql(
            "put a delivery back",
            "UPDATE hook_deliveries SET state = 'pending', due_ms = $3, finished_ms = NULL
             WHERE hook_id = $1 AND id = $2",
        )
        .bind(hook)
        .bind(delivery)
        .bind(now_ms)
        .execute(&mut self.0)
        .await?;
        Ok(changed == 1)
    }

    /// Latest first.
    pub async fn deliveries(
        &mut self,
        hook: &WebhookId,
        page: &PageRequest,
    ) -> Result<Page<DeliveryRow>, StoreError> {
        let (at, id) = page.below();
        let rows = sql(
            "list deliveries",
            "SELECT * FROM hook_deliveries WHERE hook_id = $1
               AND (created_ms < $2 OR (created_ms = $2 AND id < $3))
             ORDER BY created_ms DESC, id DESC LIMIT $4",
        )
        .bind(hook)
        .bind(at)
        .bind(id)
        .bind(page.probe())
        .fetch_all(&mut self.0)
        .await?;
        let rows = rows
            .iter()
            .map(read_delivery)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(page.page(rows, |delivery| Cursor {
            at_ms: delivery.created_ms,
            id: delivery.id.clone(),
        }))
    }

    /// Forgets what was finished before `before_ms`.
    pub async fn forget(&mut self, before_ms: u64) -> Result<u64, StoreError> {
        sql(
            "forget old deliveries",
            "DELETE FROM hook_deliveries WHERE finished_ms < $1",
        )
        .bind(before_ms)
        .execute(&mut self.0)
        .await
    }

    /// Lets go of every claim, at the start of a process that is alone with its database.
    pub async fn release_claims(&mut self) -> Result<u64, StoreError> {
        sql(
            "release claimed deliveries",
            "UPDATE hook_deliveries SET claimed_to_ms = 0 WHERE claimed_to_ms > 0",
        )
        .execute(&mut self.0)
        .await
    }
}

fn read(row: &Row) -> Result<HookRow, StoreError> {
    Ok(HookRow {
        id: row.get("id")?,
        tenant: row.get("tenant_id")?,
        url: Redacted::new(row.get("url")?),
        label: row.get("label")?,
        secret: Redacted::new(row.get("secret")?),
        events: row.get("events")?,
        enabled: row.get("enabled")?,
        created_ms: row.get("created_ms")?,
        version: row.get("version")?,
    })
}

fn read_delivery(row: &Row) -> Result<DeliveryRow, StoreError> {
    Ok(DeliveryRow {
        id: row.get("id")?,
        hook: row.get("hook_id")?,
        tenant: row.get("tenant_id")?,
        event_id: row.get("event_id")?,
        event: row.get("event")?,
        body: Redacted::new(row.get("body")?),
        state: row.get("state")?,
        attempts: row.get("attempts")?,
        due_ms: row.get("due_ms")?,
        last_status: row.get("last_status")?,
        last_error: row.get("last_error")?,
        created_ms: row.get("created_ms")?,
        finished_ms: row.get("finished_ms")?,
    })
}
