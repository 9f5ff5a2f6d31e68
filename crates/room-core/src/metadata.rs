//! Names, metadata and attributes change.

use crate::Limits;
use crate::command::UpdateMetadata;
use crate::entry::attributes_bytes;
use crate::features::Occurrence;
use crate::message::Request;
use crate::model::{Permission, RequestReason};
use crate::output::Now;
use crate::participant::Participant;
use crate::refusal::Refusal;
use crate::room::Room;
use base::PeerId;
use std::collections::BTreeMap;

/// What shall change about a participant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParticipantChange {
    pub name: Option<String>,
    pub metadata: Option<String>,
    /// Only those named change; an empty value deletes.
    pub attributes: BTreeMap<String, String>,
    pub permission: Option<Permission>,
}

/// The protocol version since which clients expect to hear that a request succeeded.
const PROTOCOL_WITH_OK: u32 = 15;

impl Room {
    pub(crate) fn update_own_metadata(&mut self, now: Now, peer: PeerId, update: UpdateMetadata) {
        let id = update.request_id;
        let limits = self.settings.limits.clone();
        let Some(participant) = self.people.get_mut(peer) else {
            return;
        };
        let reason = if !participant.permission.can_update_metadata {
            RequestReason::NotAllowed
        } else {
            let change = ParticipantChange {
                name: Some(update.name.clone()).filter(|name| !name.is_empty()),
                metadata: Some(update.metadata.clone()).filter(|data| !data.is_empty()),
                attributes: update.attributes.clone(),
                permission: None,
            };
            match change_texts(participant, change, &limits) {
                Ok(()) => RequestReason::Ok,
                Err(_) => RequestReason::LimitExceeded,
            }
        };
        let expects_ok = participant.client.protocol >= PROTOCOL_WITH_OK;
        if reason == RequestReason::Ok {
            self.has_changed(peer);
            self.may_be_renamed(now, peer);
        }
        if reason != RequestReason::Ok || expects_ok {
            self.respond(peer, id, reason, Request::UpdateMetadata(update));
        }
    }
}

impl Room {
    /// The features know people by name too.
    pub(crate) fn may_be_renamed(&mut self, now: Now, peer: PeerId) {
        if let Some(participant) = self.people.get(peer) {
            let occurrence = Occurrence::Renamed {
                identity: participant.identity.clone(),
                name: participant.name.clone(),
            };
            self.features.notice(now.unix_ms, &occurrence);
        }
    }
}

/// All of it or nothing.
pub(crate) fn change_texts(
    participant: &mut Participant,
    change: ParticipantChange,
    limits: &Limits,
) -> Result<(), Refusal> {
    if change
        .name
        .as_ref()
        .is_some_and(|name| name.len() > limits.name_bytes)
    {
        return Err(Refusal::NameTooLong);
    }
    if change
        .metadata
        .as_ref()
        .is_some_and(|data| data.len() > limits.metadata_bytes)
    {
        return Err(Refusal::MetadataTooLarge);
    }
    let mut attributes = participant.attributes.clone();
    for (key, value) in change.attributes {
        if value.is_empty() {
            attributes.remove(&key);
        } else {
            attributes.insert(key, value);
        }
    }
    if attributes_bytes(&attributes) > limits.attributes_bytes {
        return Err(Refusal::AttributesTooLarge);
    }
    participant.attributes = attributes;
    if let Some(name) = change.name {
        participant.name = name;
    }
    if let Some(metadata) = change.metadata {
        participant.metadata = metadata;
    }
    Ok(())
}
