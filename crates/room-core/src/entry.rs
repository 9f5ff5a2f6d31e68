//! Letting people in.

use crate::SERVER;
use crate::claim::Claim;
use crate::features::Departure;
use crate::join::{Join, JoinRefusal};
use crate::model::{ConnectionSettings, DisconnectReason, LeaveAction};
use crate::output::{Now, SessionId};
use crate::participant::Participant;
use crate::room::Room;
use crate::timers::Timer;
use crate::{Joined, Limits, ServerMessage};
use base::media::{Command, Open, PcMode};
use base::{Identity, ParticipantSid, PeerId};
use std::collections::BTreeMap;

impl Room {
    /// Lets somebody in. Whoever is there with the same identity is put out.
    ///
    /// # Errors
    /// See [`JoinRefusal`].
    pub fn join(
        &mut self,
        now: Now,
        session: SessionId,
        join: &Join,
    ) -> Result<ParticipantSid, JoinRefusal> {
        check(join, &self.settings.limits)?;
        self.may_enter(&join.identity, &join.claim)?;
        let same = self.people.with_identity(&join.identity);
        if same.is_none() && self.is_full_for(join) {
            return Err(JoinRefusal::RoomFull);
        }
        if let Some(old) = same {
            let leave = (LeaveAction::Disconnect, DisconnectReason::DuplicateIdentity);
            self.depart(now, old, DisconnectReason::DuplicateIdentity, Some(leave));
        }
        let peer = PeerId(self.next_number());
        let sid = ParticipantSid::random(&mut self.rng);
        let mut participant = Participant::new(peer, sid.clone(), join, now);
        participant.session = Some(session);
        let (recorder, keeps_open) = (participant.is_recorder(), !participant.is_dependent());
        self.open_media(&participant);
        self.people.insert(participant);
        self.was_entered |= keeps_open;
        self.refresh_presence(now, &join.identity, Departure::Left);
        if let Some(permission) = self.permission_of(peer)
            && let Some(participant) = self.people.get_mut(peer)
        {
            participant.permission = permission;
        }
        self.welcome(peer, join);
        self.timers.set(
            now.at + self.settings.token_refresh,
            Timer::TokenRefresh(peer),
        );
        if recorder {
            self.tell_room();
        }
        self.settle(now);
        Ok(sid)
    }

    /// Whether the features let him in: bans, the lock, how many the kind of room takes.
    pub(crate) fn may_enter(&self, identity: &Identity, claim: &Claim) -> Result<(), JoinRefusal> {
        if identity.as_str() == SERVER {
            return Err(JoinRefusal::ReservedIdentity);
        }
        let states = self.features.states();
        if states.room.has_ended {
            return Err(JoinRefusal::Ended);
        }
        if states
            .moderation
            .is_banned(identity, claim.person_id.as_deref())
        {
            return Err(JoinRefusal::Banned);
        }
        let role = self.role_here(identity, claim.role);
        if states.room.locked && !role.is_hosting() && !states.people.was_here(identity) {
            return Err(JoinRefusal::Locked);
        }
        let is_present = states.people.person(identity).is_some();
        // A full audience does not keep a speaker from the stage, nor he one of them from a seat.
        let staged = states.people.people.len();
        let number = match self.features.kind().table().counts(role) {
            true => states.people.number() - staged,
            false => staged,
        };
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        if !is_present && self.max_people.is_some_and(|limit| number >= limit) {
            return Err(JoinRefusal::RoomFull);
        }
        Ok(())
    }

    fn is_full_for(&self, join: &Join) -> bool {
        if join.kind.is_dependent() || join.permission.agent || join.permission.recorder {
            return false;
        }
        self.is_full()
    }

    pub(crate) fn is_full(&self) -> bool {
        let there = self.people.iter().filter(|p| !p.is_dependent()).count();
        let limit = self.settings.limits.participants as usize;
        let chosen = self.max_participants as usize;
        there >= limit || (chosen > 0 && there >= chosen)
    }

    fn open_media(&mut self, participant: &Participant) {
        let ConnectionSettings {
            allow_pause,
            disable_ice_lite,
            ..
        } = participant.settings;
        let protocol = participant.client.protocol.min(self.settings.protocol);
        self.media(Command::Open(Open {
            peer: participant.peer,
            room: self.key,
            participant: participant.sid.clone(),
            mode: participant.mode,
            subscriber_primary: participant.subscriber_primary(),
            allow_pause: allow_pause.unwrap_or(self.settings.allow_pause),
            negotiated_channels: protocol >= 18,
            disable_ice_lite,
        }));
    }

    /// First what he must know, then what came with his request. Tracks and subscriptions go
    /// before the offer, so that its answer already has a place for each of them.
    fn welcome(&mut self, peer: PeerId, join: &Join) {
        let participant = self.info_of(peer);
        let subscriber_primary = self
            .people
            .get(peer)
            .is_some_and(|p| p.subscriber_primary());
        let fast_publish = participant.permission.can_publish && join.mode == PcMode::Dual;
        let joined = Joined {
            room: self.info(),
            participant,
            others: self.others(peer),
            subscriber_primary,
            fast_publish,
            publish_codecs: self.settings.publish_codecs.clone(),
            sif_trailer: self.sif_trailer.clone(),
        };
        self.tell(peer, ServerMessage::Joined(Box::new(joined)));
        self.has_come(peer);
        for track in &join.add_tracks {
            self.add_track(peer, track.clone());
        }
        self.subscribe_to_all(peer);
        self.subscribe_to_all_data_tracks(peer);
        if let Some((id, sdp)) = &join.offer {
            let (id, sdp) = (*id, sdp.clone());
            self.media(Command::Offer { peer, id, sdp });
        }
        self.tell_speakers_to(peer);
    }
}

fn check(join: &Join, limits: &Limits) -> Result<(), JoinRefusal> {
    if join.identity.as_str().is_empty() {
        return Err(JoinRefusal::NoIdentity);
    }
    if join.identity.as_str().len() > limits.name_bytes || join.name.len() > limits.name_bytes {
        return Err(JoinRefusal::NameTooLong);
    }
    if join.metadata.len() > limits.metadata_bytes {
        return Err(JoinRefusal::MetadataTooLarge);
    }
    if attributes_bytes(&join.attributes) > limits.attributes_bytes {
        return Err(JoinRefusal::AttributesTooLarge);
    }
    Ok(())
}

pub(crate) fn attributes_bytes(attributes: &BTreeMap<String, String>) -> usize {
    attributes
        .iter()
        .map(|(key, value)| key.len() + value.len())
        .sum()
}
