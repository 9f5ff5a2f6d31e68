//! Who is present, by whichever door: the features know persons, not connections.

use crate::claim::Newcomer;
use crate::deferred::ListenerId;
use crate::features::{Departure, Door, Occurrence, Person};
use crate::kinds::Role;
use crate::model::DisconnectReason;
use crate::output::Now;
use crate::room::Room;
use base::Identity;
use std::collections::{BTreeMap, BTreeSet};

/// Those who listen without media.
#[derive(Debug, Default)]
pub(crate) struct Listeners {
    by_id: BTreeMap<ListenerId, Newcomer>,
    by_identity: BTreeMap<Identity, BTreeSet<ListenerId>>,
}

impl Listeners {
    pub(crate) fn insert(&mut self, id: ListenerId, newcomer: Newcomer) {
        let of_him = self.by_identity.entry(newcomer.identity.clone());
        of_him.or_default().insert(id);
        self.by_id.insert(id, newcomer);
    }

    pub(crate) fn remove(&mut self, id: ListenerId) -> Option<Newcomer> {
        let newcomer = self.by_id.remove(&id)?;
        if let Some(ids) = self.by_identity.get_mut(&newcomer.identity) {
            ids.remove(&id);
            if ids.is_empty() {
                self.by_identity.remove(&newcomer.identity);
            }
        }
        Some(newcomer)
    }

    pub(crate) fn get(&self, id: ListenerId) -> Option<&Newcomer> {
        self.by_id.get(&id)
    }

    pub(crate) fn of(&self, identity: &Identity) -> Vec<ListenerId> {
        let ids = self.by_identity.get(identity);
        ids.into_iter().flatten().copied().collect()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (ListenerId, &Identity)> {
        self.by_id
            .iter()
            .map(|(id, newcomer)| (*id, &newcomer.identity))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    fn newcomer(&self, identity: &Identity) -> Option<&Newcomer> {
        let first = self.by_identity.get(identity)?.first()?;
        self.by_id.get(first)
    }
}

impl Room {
    /// Lets the features know if somebody came, left, or is here by another door. `departure`: why,
    /// if he is gone.
    pub(crate) fn refresh_presence(&mut self, now: Now, identity: &Identity, departure: Departure) {
        let wanted = self.person_by_media(identity);
        let wanted = wanted.or_else(|| self.person_by_socket(now, identity));
        let present = self.features.states().people.person(identity).cloned();
        let occurrence = match (wanted, present) {
            (Some(person), None) => Occurrence::Came(person),
            (Some(person), Some(present)) if person.door != present.door => {
                let door = person.door;
                Occurrence::Came(Person { door, ..present })
            }
            (None, Some(present)) => Occurrence::Left(present, departure),
            (Some(_), Some(_)) | (None, None) => return,
        };
        self.features.notice(now.unix_ms, &occurrence);
        if let Occurrence::Left(..) = occurrence {
            self.paces.remove(identity);
        }
    }

    /// Those who are hidden, record, or are only shown here are not present as persons.
    fn person_by_media(&self, identity: &Identity) -> Option<Person> {
        let peer = self.people.with_identity(identity)?;
        let participant = self.people.get(peer)?;
        if participant.is_hidden() || participant.is_recorder() || participant.is_guest {
            return None;
        }
        Some(Person {
            identity: identity.clone(),
            name: participant.name.clone(),
            role: self.role_here(identity, participant.claim.role),
            joined_at: participant.joined_at_unix_ms,
            person_id: participant.claim.person_id.clone(),
            door: Door::Media,
            is_guest: participant.claim.is_guest,
        })
    }

    fn person_by_socket(&self, now: Now, identity: &Identity) -> Option<Person> {
        let newcomer = self.listeners.newcomer(identity)?;
        let role = self.role_here(identity, newcomer.claim.role);
        Some(newcomer.person(role, now.unix_ms))
    }

    pub(crate) fn role_here(&self, identity: &Identity, claimed: Role) -> Role {
        self.features.role_of(identity, claimed)
    }
}

pub(crate) const fn departure(reason: DisconnectReason) -> Departure {
    match reason {
        DisconnectReason::ParticipantRemoved => Departure::Removed,
        DisconnectReason::SignalClose
        | DisconnectReason::ConnectionTimeout
        | DisconnectReason::MediaFailure
        | DisconnectReason::JoinFailure
        | DisconnectReason::StateMismatch
        | DisconnectReason::AgentError => Departure::Lost,
        DisconnectReason::RoomDeleted
        | DisconnectReason::RoomClosed
        | DisconnectReason::ServerShutdown => Departure::RoomClosed,
        DisconnectReason::Unknown
        | DisconnectReason::ClientInitiated
        | DisconnectReason::DuplicateIdentity
        | DisconnectReason::Migration
        | DisconnectReason::UserUnavailable
        | DisconnectReason::UserRejected
        | DisconnectReason::SipTrunkFailure => Departure::Left,
    }
}
