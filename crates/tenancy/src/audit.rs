//! The audit log: entries that cannot be changed without it being seen.
//!
//! Each entry's hash covers its own fields and the hash of the entry before it. [`verify`] computes
//! the chain again; an entry that was changed, removed or put in between breaks it there.

use crate::{Actor, Context, Denied, Right, secret};
use base::{PersonId, TenantId};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use store::audit::{AuditEntry, AuditFilter, Hash, NO_HASH};
use store::{Page, PageRequest, Reader, StoreError, Tx};

/// Entries read at a time while checking: some hundred kilobytes.
const BATCH: u32 = 1_000;

/// What came of checking a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Whole {
        entries: u64,
        head: Hash,
    },
    /// The first entry at which it does not hold.
    Broken {
        seq: u64,
    },
}

/// The log of what belongs to no tenant. Not a tenant itself.
///
/// # Panics
/// Never: the name is one that ids can have.
#[expect(clippy::expect_used, reason = "a constant, which a test parses")]
pub fn platform() -> TenantId {
    TenantId::parse("ten_platform").expect("an id")
}

/// Enters an action of the context's actor into the log of `tenant`, in the action's transaction.
///
/// `action` is `thing.done` (`room.created`), `target` the id of what it was done to, `detail` an
/// object of ids and settings: neither secrets nor what people wrote.
pub async fn enter(
    tx: &mut Tx,
    context: &Context,
    tenant: &TenantId,
    action: &str,
    target: &str,
    detail: Value,
) -> Result<(), Denied> {
    let (seq, before) = tx.audit().next(tenant).await?;
    let mut entry = AuditEntry {
        seq,
        at_ms: context.now_ms,
        actor: context.actor.audit_name(),
        action: action.to_owned(),
        target: target.to_owned(),
        detail: detail.to_string(),
        hash: NO_HASH,
    };
    entry.hash = chained(tenant, &entry, &before);
    tx.audit().append(tenant, &entry).await?;
    Ok(())
}

/// Entries of the actor's tenant that match, newest first.
///
/// # Errors
/// The actor lacks a right.
pub async fn search(
    reader: &mut Reader,
    actor: &Actor,
    filter: &AuditFilter,
    request: &PageRequest,
) -> Result<Page<AuditEntry>, Denied> {
    actor.need(Right::AuditRead)?;
    let tenant = actor.tenant()?;
    Ok(reader.audit().search(tenant, filter, request).await?)
}

/// What the people who acted are called today, by id.
///
/// # Errors
/// The database cannot be read.
pub async fn names(
    reader: &mut Reader,
    entries: &[AuditEntry],
) -> Result<BTreeMap<String, String>, StoreError> {
    let ids: BTreeSet<PersonId> = entries
        .iter()
        .filter_map(|entry| PersonId::parse(&entry.actor))
        .collect();
    let mut names = BTreeMap::new();
    for id in ids {
        if let Some(person) = reader.people().find(&id).await? {
            names.insert(id.to_string(), person.name.expose().clone());
        }
    }
    Ok(names)
}

/// Computes the tenant's chain again.
///
/// # Errors
/// The database cannot be read.
pub async fn verify(reader: &mut Reader, tenant: &TenantId) -> Result<Verdict, StoreError> {
    // The head first: entries that come while we read lie behind it.
    let (newest, head) = reader.audit().head(tenant).await?;
    let (mut seq, mut before) = (0, NO_HASH);
    while seq < newest {
        let entries = reader.audit().after(tenant, seq, BATCH).await?;
        if entries.is_empty() {
            return Ok(Verdict::Broken { seq: seq + 1 });
        }
        for entry in entries.iter().take_while(|entry| entry.seq <= newest) {
            if entry.seq != seq + 1 || entry.hash != chained(tenant, entry, &before) {
                return Ok(Verdict::Broken { seq: seq + 1 });
            }
            (seq, before) = (entry.seq, entry.hash);
        }
        if entries.iter().any(|entry| entry.seq > newest) && seq < newest {
            return Ok(Verdict::Broken { seq: seq + 1 });
        }
    }
    if before != head {
        return Ok(Verdict::Broken { seq });
    }
    Ok(Verdict::Whole { entries: seq, head })
}

/// Fields are written with their lengths, so that no two entries are written alike.
fn chained(tenant: &TenantId, entry: &AuditEntry, before: &Hash) -> Hash {
    let mut written = before.to_vec();
    written.extend(entry.seq.to_be_bytes());
    written.extend(entry.at_ms.to_be_bytes());
    let texts = [
        tenant.as_str(),
        &entry.actor,
        &entry.action,
        &entry.target,
        &entry.detail,
    ];
    for text in texts {
        written.extend((text.len() as u64).to_be_bytes());
        written.extend(text.as_bytes());
    }
    secret::hash(&written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_platform_has_a_log() {
        assert_eq!(platform().as_str(), "ten_platform");
    }
}
