//! Who is present, by whichever door: the features know persons, not connections.

use crate::claim::Newcomer;
use crate::deferred::ListenerId;
use crate::features::{Departure, Door, Occurrence, Person};
use crate::kinds::Role;
use crate::model::DisconnectReason;
use crate::output::Now;
use crate::room::Room;
use crate::room_event::{ListenerInfo, RoomEventKind};
use base::Identity;
use std::collections::{BTreeMap, BTreeSet};

/// Those who listen without media.
#[derive(Debug, Default)]
pub(crate) struct Listeners {
    by_id: BTreeMap<ListenerId, Newcomer>,
    stays: BTreeMap<Identity, Stay>,
}

/// One person's sockets, of which there is at least one.
#[derive(Debug)]
struct Stay {
    sid: String,
    ids: BTreeSet<ListenerId>,
}

impl Listeners {
    /// `sid` is his stay's, should it begin with this.
    fn insert(&mut self, id: ListenerId, newcomer: Newcomer, sid: String) {
        let stay = self.stays.entry(newcomer.identity.clone());
        let stay = stay.or_insert_with(|| Stay {
            sid,
            ids: BTreeSet::new(),
        });
        stay.ids.insert(id);
        self.by_id.insert(id, newcomer);
    }

    fn remove(&mut self, id: ListenerId) -> Option<Newcomer> {
        let newcomer = self.by_id.remove(&id)?;
        if let Some(stay) = self.stays.get_mut(&newcomer.identity) {
            stay.ids.remove(&id);
            if stay.ids.is_empty() {
                self.stays.remove(&newcomer.identity);
            }
        }
        Some(newcomer)
    }

    pub(crate) fn get(&self, id: ListenerId) -> Option<&Newcomer> {
        self.by_id.get(&id)
    }

    pub(crate) fn of(&self, identity: &Identity) -> Vec<ListenerId> {
        let stay = self.stays.get(identity);
        stay.into_iter()
            .flat_map(|stay| stay.ids.iter().copied())
            .collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    fn newcomer(&self, identity: &Identity) -> Option<&Newcomer> {
        let first = self.stays.get(identity)?.ids.first()?;
        self.by_id.get(first)
    }
}

impl Room {
    /// Somebody begins to listen, maybe not for the first time.
    pub(crate) fn add_listener(&mut self, now: Now, listener: ListenerId, newcomer: Newcomer) {
        let identity = newcomer.identity.clone();
        let is_first = self.listeners.newcomer(&identity).is_none();
        let sid = self.rng.id("LS_", 12);
        self.listeners.insert(listener, newcomer, sid);
        if is_first && let Some(listener) = self.listening(&identity) {
            self.event(now, RoomEventKind::ListenerJoined { listener });
        }
    }

    /// Whoever listened so, if anybody, listens so no more.
    pub(crate) fn remove_listener(&mut self, now: Now, listener: ListenerId) -> Option<Identity> {
        let identity = self.listeners.get(listener)?.identity.clone();
        let info = self.listening(&identity);
        self.listeners.remove(listener);
        if self.listeners.newcomer(&identity).is_none()
            && let Some(listener) = info
        {
            self.event(now, RoomEventKind::ListenerLeft { listener });
        }
        Some(identity)
    }

    /// The room is over for all who listen.
    pub(crate) fn remove_listeners(&mut self, now: Now) {
        let ids: Vec<_> = self.listeners.by_id.keys().copied().collect();
        for id in ids {
            self.remove_listener(now, id);
        }
    }

    fn listening(&self, identity: &Identity) -> Option<Box<ListenerInfo>> {
        let newcomer = self.listeners.newcomer(identity)?;
        Some(Box::new(ListenerInfo {
            sid: self.listeners.stays.get(identity)?.sid.clone(),
            identity: identity.clone(),
            name: newcomer.name.clone(),
            role: self.role_here(identity, newcomer.claim.role),
        }))
    }

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
