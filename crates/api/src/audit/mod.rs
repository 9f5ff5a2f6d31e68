//! The audit log of a tenant, to be read.

mod export;
mod list;
mod verify;

use crate::problem::Problem;
use crate::{Api, time};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use store::audit::{AuditEntry, AuditFilter};
use tenancy::Refusal;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::handle))
        .routes(routes!(export::handle))
        .routes(routes!(verify::handle))
}

/// What to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// The id of a person or a key, or `system`.
    #[param(max_length = 100)]
    actor: Option<String>,
    /// An action, or its beginning up to a dot: `person` finds `person.added`.
    #[param(max_length = 100)]
    action: Option<String>,
    /// An id.
    #[param(max_length = 100)]
    target: Option<String>,
    /// Not before (RFC 3339).
    #[param(format = DateTime)]
    from: Option<String>,
    /// Before (RFC 3339).
    #[param(format = DateTime)]
    to: Option<String>,
}

impl AuditQuery {
    fn parsed(self) -> Result<AuditFilter, Problem> {
        Ok(AuditFilter {
            actor: self.actor,
            action: self.action,
            target: self.target,
            from_ms: at("from", self.from)?,
            to_ms: at("to", self.to)?,
        })
    }
}

fn at(field: &'static str, text: Option<String>) -> Result<Option<u64>, Problem> {
    let Some(text) = text else { return Ok(None) };
    match time::parsed(&text) {
        Some(ms) => Ok(Some(ms)),
        None => Err(Refusal::Invalid {
            field,
            why: "is not a time in the form of RFC 3339",
        }
        .into()),
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditedAct {
    /// Counts the tenant's entries from 1.
    id: String,
    #[schema(format = DateTime)]
    at: String,
    actor: AuditedActor,
    /// `person.added`
    action: String,
    #[schema(required)]
    target: Option<AuditedTarget>,
    /// What changed.
    #[schema(value_type = Object)]
    details: Value,
    /// SHA-256 of this entry and the one before it, in hexadecimal.
    hash: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditedActor {
    /// `person`, `key`, `guest`, `system` or `nobody`.
    kind: &'static str,
    #[schema(required)]
    id: Option<String>,
    /// As he is called today.
    #[schema(required)]
    name: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditedTarget {
    /// `person`, `key`, `room`, …: what its id begins with.
    kind: String,
    id: String,
}

impl AuditedAct {
    /// `names` are those of the people that act, by id.
    fn of(entry: AuditEntry, names: &BTreeMap<String, String>) -> Self {
        let name = names.get(&entry.actor).cloned();
        Self {
            id: entry.seq.to_string(),
            at: time::written(entry.at_ms),
            actor: actor(entry.actor, name),
            action: entry.action,
            target: (!entry.target.is_empty()).then(|| AuditedTarget {
                kind: kind_of(&entry.target).to_owned(),
                id: entry.target,
            }),
            details: serde_json::from_str(&entry.detail).unwrap_or_default(),
            hash: entry
                .hash
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        }
    }
}

fn actor(id: String, name: Option<String>) -> AuditedActor {
    let kind = match (id.as_str(), kind_of(&id)) {
        ("system", _) => "system",
        ("nobody", _) => "nobody",
        (_, "person") => "person",
        (_, "key") => "key",
        _ => "guest",
    };
    let has_id = !matches!(kind, "system" | "nobody");
    AuditedActor {
        kind,
        id: has_id.then_some(id),
        name,
    }
}

/// By the beginning of an id.
fn kind_of(id: &str) -> &str {
    match id.split('_').next().unwrap_or_default() {
        "per" => "person",
        "ten" => "tenant",
        "lnk" => "link",
        "hook" => "webhook",
        "evt" => "event",
        other => other,
    }
}
