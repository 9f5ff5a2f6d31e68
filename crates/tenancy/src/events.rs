//! What tenants are told of: the names of events, and how one is entered into the outbox.

use crate::Context;
use base::{EventId, Redacted, TenantId};
use serde_json::Value;
use store::outbox::Event;
use store::{StoreError, Tx};

/// Every event that a webhook can ask for, with what it tells.
pub const NAMES: &[(&str, &str)] = &[
    ("room.created", "A room was created or scheduled"),
    (
        "room.changed",
        "Its title, schedule, settings or agenda were changed",
    ),
    ("room.cancelled", "It will not take place"),
    ("room.ended", "It was ended for good"),
    ("room.opened", "Somebody is in the live room"),
    ("room.closed", "The live room is empty or was ended"),
    ("participant.joined", "Somebody entered a live room"),
    ("participant.left", "Somebody left a live room"),
    ("link.created", "A link into a room was made"),
    ("link.changed", "A link was changed"),
    ("link.revoked", "A link no longer opens its room"),
    ("file.uploaded", "A file was added to a room"),
    ("file.deleted", "A file was taken away"),
    ("magic_link.requested", "Somebody asks to sign in by e-mail"),
    ("webhook.test", "Somebody tries whether this webhook works"),
];

/// Enters an event in the transaction of what it tells of.
pub async fn announce(
    tx: &mut Tx,
    context: &mut Context,
    tenant: &TenantId,
    event: &'static str,
    data: Value,
) -> Result<(), StoreError> {
    let event = Event {
        id: EventId::random(&mut context.rng),
        tenant: tenant.clone(),
        event: event.to_owned(),
        payload: Redacted::new(data.to_string()),
        at_ms: context.now_ms,
    };
    tx.outbox().push(&event).await
}
