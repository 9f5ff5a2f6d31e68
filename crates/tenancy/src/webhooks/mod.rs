//! Webhooks of tenants: whom to tell of what, by the Standard Webhooks specification
//! (standardwebhooks.com).
//!
//! Events lie in the outbox with the change that they tell of; [`fan_out`] makes a delivery of each
//! for each webhook that asks for it; the server attempts deliveries and [`outcome`] says what
//! follows from an answer.
//!
//! Begin with [`create`], then [`fan_out`].

mod address;
mod delivery;
mod sign;

pub use address::is_public;
pub use delivery::{Answer, RETRIES_S, fan_out, outcome, test};
pub use sign::{Signature, new_secret, sign};

use crate::{Context, Denied, Refusal, Right, audit, events, text};
use base::WebhookId;
use serde_json::{Value, json};
use store::PageRequest;
use store::Tx;
use store::hooks::HookRow;

const MAX_LABEL: usize = 100;
/// Each event is told to each of them.
const MAX_HOOKS: u32 = 20;

#[derive(Clone, Debug)]
pub struct NewHook {
    pub url: String,
    pub label: String,
    /// Empty: all.
    pub events: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub struct HookPatch {
    pub url: Option<String>,
    pub label: Option<String>,
    pub events: Option<Vec<String>>,
    pub enabled: Option<bool>,
    /// Make a new secret; the old one signs nothing any more.
    pub new_secret: bool,
}

/// # Errors
/// The right `webhooks.write` is missing, a field cannot be so, or there are too many.
pub async fn create(tx: &mut Tx, context: &mut Context, new: NewHook) -> Result<HookRow, Denied> {
    context.actor.need(Right::WebhooksWrite)?;
    let tenant = context.actor.tenant()?.clone();
    let all = PageRequest {
        limit: MAX_HOOKS,
        after: None,
    };
    if tx.hooks().list(&tenant, &all).await?.items.len() >= MAX_HOOKS as usize {
        return Err(Refusal::Conflict {
            what: "tenant",
            why: "it has 20 webhooks already",
        }
        .into());
    }
    let hook = HookRow {
        id: WebhookId::random(&mut context.rng),
        tenant,
        url: address::checked(&new.url)?,
        label: label(&new.label)?,
        secret: new_secret(),
        events: known_events(&new.events)?,
        enabled: true,
        created_ms: context.now_ms,
        version: 1,
    };
    tx.hooks().insert(&hook).await?;
    told(
        tx,
        context,
        &hook,
        "webhook.created",
        json!({ "events": new.events }),
    )
    .await?;
    Ok(hook)
}

/// Changes a webhook; `holds` is asked with its version first.
///
/// # Errors
/// The right `webhooks.write` is missing, there is no such webhook, a field cannot be so, or
/// [`Refusal::Changed`].
pub async fn change(
    tx: &mut Tx,
    context: &mut Context,
    id: &WebhookId,
    patch: HookPatch,
    holds: impl Fn(u64) -> Result<(), Refusal>,
) -> Result<HookRow, Denied> {
    let mut hook = find(tx, context, id).await?;
    holds(hook.version)?;
    if let Some(url) = &patch.url {
        hook.url = address::checked(url)?;
    }
    if let Some(text) = &patch.label {
        hook.label = label(text)?;
    }
    if let Some(events) = &patch.events {
        hook.events = known_events(events)?;
    }
    if let Some(enabled) = patch.enabled {
        hook.enabled = enabled;
    }
    if patch.new_secret {
        hook.secret = new_secret();
    }
    hook.version += 1;
    if !tx.hooks().update(&hook).await? {
        return Err(Refusal::Changed.into());
    }
    let detail = json!({ "enabled": hook.enabled, "new_secret": patch.new_secret });
    told(tx, context, &hook, "webhook.changed", detail).await?;
    Ok(hook)
}

/// Takes a webhook away, with its log.
///
/// # Errors
/// The right `webhooks.write` is missing, or there is no such webhook.
pub async fn delete(tx: &mut Tx, context: &mut Context, id: &WebhookId) -> Result<(), Denied> {
    let hook = find(tx, context, id).await?;
    tx.hooks().delete(&hook.tenant, &hook.id).await?;
    told(tx, context, &hook, "webhook.deleted", json!({})).await
}

/// Puts a delivery back, to be attempted at once.
///
/// # Errors
/// The right `webhooks.write` is missing, or there is no such webhook or delivery.
pub async fn retry(
    tx: &mut Tx,
    context: &mut Context,
    id: &WebhookId,
    delivery: &str,
) -> Result<(), Denied> {
    let hook = find(tx, context, id).await?;
    let now_ms = context.now_ms;
    if !tx.hooks().retry(&hook.id, delivery, now_ms).await? {
        return Err(Refusal::NotFound { what: "delivery" }.into());
    }
    let detail = json!({ "delivery": delivery });
    told(tx, context, &hook, "webhook.retried", detail).await
}

async fn find(tx: &mut Tx, context: &Context, id: &WebhookId) -> Result<HookRow, Denied> {
    context.actor.need(Right::WebhooksWrite)?;
    let hook = tx.hooks().find(context.actor.tenant()?, id).await?;
    Ok(hook.ok_or(Refusal::NotFound { what: "webhook" })?)
}

async fn told(
    tx: &mut Tx,
    context: &Context,
    hook: &HookRow,
    action: &str,
    detail: Value,
) -> Result<(), Denied> {
    audit::enter(tx, context, &hook.tenant, action, hook.id.as_str(), detail).await
}

fn label(given: &str) -> Result<String, Refusal> {
    if given.trim().is_empty() {
        return Ok(String::new());
    }
    text::line("label", given, MAX_LABEL)
}

/// As JSON.
fn known_events(wanted: &[String]) -> Result<String, Refusal> {
    let is_known = |name: &String| events::NAMES.iter().any(|(known, _)| known == name);
    if wanted.len() > events::NAMES.len() || !wanted.iter().all(is_known) {
        return Err(Refusal::Invalid {
            field: "events",
            why: "names an event that there is not",
        });
    }
    Ok(Value::from(wanted.to_vec()).to_string())
}

/// The events that a webhook asks for; empty: all.
pub fn events_of(hook: &HookRow) -> Vec<String> {
    serde_json::from_str(&hook.events).unwrap_or_default()
}
