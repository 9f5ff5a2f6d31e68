//! From events to deliveries, and from answers to the next attempt.

use super::events_of;
use crate::schedule::rfc3339;
use crate::{Context, Denied};
use base::rng::Rng;
use base::{EventId, Redacted, WebhookId};
use serde_json::{Value, json};
use store::hooks::{AttemptOutcome, DeliveryRow, HookRow};
use store::outbox::Event;
use store::{StoreError, Tx};

/// Letters of a delivery's id after `dlv_`.
const ID_LETTERS: usize = 20;

/// Seconds after which each attempt follows the one before it, as the specification proposes:
/// at once, then later and later, for three days in all.
pub const RETRIES_S: [u64; 9] = [
    5,
    5 * 60,
    30 * 60,
    2 * 3_600,
    5 * 3_600,
    10 * 3_600,
    14 * 3_600,
    20 * 3_600,
    24 * 3_600,
];

/// Errors are shown in the log; longer ones tell nothing more.
const MAX_ERROR_BYTES: usize = 300;

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Status(u16),
    /// No answer at all, with the reason.
    Unreachable(String),
}

/// Makes deliveries of up to `limit` events, in the transaction that takes them from the outbox;
/// returns the events, for whoever else reacts.
///
/// # Errors
/// The database cannot be read or written.
pub async fn fan_out(
    tx: &mut Tx,
    rng: &mut Rng,
    now_ms: u64,
    limit: u32,
) -> Result<Vec<Event>, StoreError> {
    let events = tx.outbox().take(limit).await?;
    for event in &events {
        for hook in tx.hooks().enabled(&event.tenant).await? {
            let wanted = events_of(&hook);
            if wanted.is_empty() || wanted.contains(&event.event) {
                enqueue(tx, rng, now_ms, &hook, event).await?;
            }
        }
    }
    Ok(events)
}

/// Sends a webhook an event of its own, so that its owner sees whether it works.
///
/// # Errors
/// The right `webhooks.write` is missing, or there is no such webhook.
pub async fn test(tx: &mut Tx, context: &mut Context, id: &WebhookId) -> Result<(), Denied> {
    let hook = &super::find(tx, context, id).await?;
    let event = Event {
        id: EventId::random(&mut context.rng),
        tenant: hook.tenant.clone(),
        event: "webhook.test".to_owned(),
        payload: Redacted::new(json!({ "webhook_id": hook.id }).to_string()),
        at_ms: context.now_ms,
    };
    enqueue(tx, &mut context.rng, context.now_ms, hook, &event).await?;
    Ok(())
}

async fn enqueue(
    tx: &mut Tx,
    rng: &mut Rng,
    now_ms: u64,
    hook: &HookRow,
    event: &Event,
) -> Result<(), StoreError> {
    let data: Value = serde_json::from_str(event.payload.expose()).unwrap_or_default();
    let body = json!({
        "type": event.event,
        "timestamp": rfc3339(i64::try_from(event.at_ms).unwrap_or(i64::MAX)),
        "data": data,
    });
    let delivery = DeliveryRow {
        id: rng.id("dlv_", ID_LETTERS),
        hook: hook.id.clone(),
        tenant: hook.tenant.clone(),
        event_id: event.id.clone(),
        event: event.event.clone(),
        body: Redacted::new(body.to_string()),
        state: "pending".to_owned(),
        attempts: 0,
        due_ms: now_ms,
        last_status: None,
        last_error: String::new(),
        created_ms: now_ms,
        finished_ms: None,
    };
    tx.hooks().enqueue(&delivery).await
}

/// What follows from an answer to the attempt after `attempts` failed ones.
pub fn outcome(attempts: u32, answer: &Answer, now_ms: u64, rng: &mut Rng) -> AttemptOutcome {
    let (status, error) = match answer {
        Answer::Status(status) if (200..300).contains(status) => {
            return AttemptOutcome {
                state: "delivered",
                due_ms: now_ms,
                status: Some((*status).into()),
                error: String::new(),
                at_ms: now_ms,
            };
        }
        Answer::Status(status) => (Some(u32::from(*status)), format!("answered {status}")),
        Answer::Unreachable(why) => (None, why.clone()),
    };
    // 410 Gone: the receiver asks not to be told any more.
    let next = RETRIES_S
        .get(attempts as usize)
        .filter(|_| status != Some(410));
    let mut error = error;
    error.truncate(error.floor_char_boundary(MAX_ERROR_BYTES));
    AttemptOutcome {
        state: if next.is_some() { "pending" } else { "failed" },
        // A tenth more or less, so that what failed together does not come back together.
        due_ms: next.map_or(now_ms, |wait_s| {
            let wait_ms = wait_s * 1_000;
            now_ms + wait_ms - wait_ms / 10 + rng.below(wait_ms / 5 + 1)
        }),
        status,
        error,
        at_ms: now_ms,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_that_is_down_is_tried_for_three_days() {
        let mut rng = Rng::from_seed(1);
        let (mut now_ms, mut attempts) = (0, 0);
        let last = loop {
            let outcome = outcome(attempts, &Answer::Status(503), now_ms, &mut rng);
            attempts += 1;
            if outcome.state == "failed" {
                break outcome;
            }
            assert!(outcome.due_ms > now_ms);
            now_ms = outcome.due_ms;
        };
        assert_eq!(attempts, 10);
        let days = now_ms as f64 / 86_400_000.0;
        assert!((2.5..4.0).contains(&days), "{days}");
        assert_eq!(
            (last.status, last.error.as_str()),
            (Some(503), "answered 503")
        );
    }

    #[test]
    fn two_hundred_is_enough_and_gone_is_gone() {
        let mut rng = Rng::from_seed(1);
        assert_eq!(
            outcome(3, &Answer::Status(204), 5, &mut rng).state,
            "delivered"
        );
        assert_eq!(
            outcome(0, &Answer::Status(410), 5, &mut rng).state,
            "failed"
        );
        assert_eq!(
            outcome(0, &Answer::Status(302), 5, &mut rng).state,
            "pending"
        );
    }
}
