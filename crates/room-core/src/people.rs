//! Who is in the room, found in each way in which they are asked for.

use crate::output::SessionId;
use crate::participant::Participant;
use base::{Identity, ParticipantSid, PeerId};
use std::collections::{BTreeMap, HashMap};

/// Participants in order of arrival.
#[derive(Debug, Default)]
pub(crate) struct People {
    /// Boxed: the nodes of the map are half full.
    by_peer: BTreeMap<PeerId, Box<Participant>>,
    by_identity: HashMap<Identity, PeerId>,
    by_sid: HashMap<ParticipantSid, PeerId>,
    by_session: HashMap<SessionId, PeerId>,
}

impl People {
    pub(crate) fn insert(&mut self, participant: Participant) {
        let peer = participant.peer;
        self.by_identity.insert(participant.identity.clone(), peer);
        self.by_sid.insert(participant.sid.clone(), peer);
        if let Some(session) = participant.session {
            self.by_session.insert(session, peer);
        }
        self.by_peer.insert(peer, Box::new(participant));
    }

    pub(crate) fn remove(&mut self, peer: PeerId) -> Option<Participant> {
        let participant = self.by_peer.remove(&peer)?;
        self.by_identity.remove(&participant.identity);
        self.by_sid.remove(&participant.sid);
        if let Some(session) = participant.session {
            self.by_session.remove(&session);
        }
        Some(*participant)
    }

    pub(crate) fn get(&self, peer: PeerId) -> Option<&Participant> {
        self.by_peer.get(&peer).map(Box::as_ref)
    }

    pub(crate) fn get_mut(&mut self, peer: PeerId) -> Option<&mut Participant> {
        self.by_peer.get_mut(&peer).map(Box::as_mut)
    }

    pub(crate) fn with_identity(&self, identity: &Identity) -> Option<PeerId> {
        self.by_identity.get(identity).copied()
    }

    pub(crate) fn with_sid(&self, sid: &ParticipantSid) -> Option<PeerId> {
        self.by_sid.get(sid).copied()
    }

    pub(crate) fn with_session(&self, session: SessionId) -> Option<PeerId> {
        self.by_session.get(&session).copied()
    }

    /// Gives a participant another signalling connection, or none; the result is the old one.
    pub(crate) fn set_session(
        &mut self,
        peer: PeerId,
        session: Option<SessionId>,
    ) -> Option<SessionId> {
        let participant = self.by_peer.get_mut(&peer)?;
        let old = std::mem::replace(&mut participant.session, session);
        if let Some(old) = old {
            participant.last_session = Some(old);
            self.by_session.remove(&old);
        }
        if let Some(new) = session {
            self.by_session.insert(new, peer);
        }
        old
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Participant> {
        self.by_peer.values().map(Box::as_ref)
    }

    pub(crate) fn peers(&self) -> Vec<PeerId> {
        self.by_peer.keys().copied().collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.by_peer.len()
    }
}
