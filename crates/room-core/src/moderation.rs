//! The room looked after from outside.

use crate::metadata::{ParticipantChange, change_texts};
use crate::model::{
    DisconnectReason, LeaveAction, ParticipantInfo, RoomConfig, RoomInfo, TrackInfo,
};
use crate::output::Now;
use crate::refusal::Refusal;
use crate::room::Room;
use crate::{ServerMessage, SubscriptionUpdate};
use base::{Identity, PeerId, TrackSid};

impl Room {
    /// Changes what `config` names; the rest stays.
    ///
    /// # Errors
    /// The metadata is too large.
    pub fn configure(&mut self, now: Now, config: RoomConfig) -> Result<RoomInfo, Refusal> {
        if let Some(metadata) = config.metadata {
            self.update_metadata(now, metadata)?;
        }
        self.empty_timeout = config.empty_timeout.unwrap_or(self.empty_timeout);
        self.departure_timeout = config.departure_timeout.unwrap_or(self.departure_timeout);
        self.max_participants = config.max_participants.unwrap_or(self.max_participants);
        Ok(self.info())
    }

    /// # Errors
    /// The metadata is too large.
    pub fn update_metadata(&mut self, now: Now, metadata: String) -> Result<RoomInfo, Refusal> {
        if metadata.len() > self.settings.limits.metadata_bytes {
            return Err(Refusal::MetadataTooLarge);
        }
        if self.metadata != metadata {
            self.metadata = metadata;
            self.tell_room();
        }
        self.settle(now);
        Ok(self.info())
    }

    pub fn participants(&self) -> Vec<ParticipantInfo> {
        self.people
            .iter()
            .map(|p| p.info(self.tracks.all(), &self.settings.region))
            .collect()
    }

    /// # Errors
    /// He is not there.
    pub fn participant(&self, identity: &Identity) -> Result<ParticipantInfo, Refusal> {
        let peer = self.people.with_identity(identity);
        peer.map(|peer| self.info_of(peer))
            .ok_or(Refusal::NoSuchParticipant)
    }

    /// Puts somebody out.
    ///
    /// # Errors
    /// He is not there.
    pub fn remove(&mut self, now: Now, identity: &Identity) -> Result<(), Refusal> {
        let peer = self
            .people
            .with_identity(identity)
            .ok_or(Refusal::NoSuchParticipant)?;
        let reason = DisconnectReason::ParticipantRemoved;
        self.depart(now, peer, reason, Some((LeaveAction::Disconnect, reason)));
        self.settle(now);
        Ok(())
    }

    /// Mutes a track, or unmutes it where the server's settings allow that. Its publisher may
    /// unmute it again.
    ///
    /// # Errors
    /// There is no such participant or track, or unmuting others is not allowed.
    pub fn mute(
        &mut self,
        now: Now,
        identity: &Identity,
        track: &TrackSid,
        muted: bool,
    ) -> Result<TrackInfo, Refusal> {
        let peer = self.peer(identity)?;
        let id = self.own_track(peer, track).ok_or(Refusal::NoSuchTrack)?;
        if !muted && !self.settings.remote_unmute {
            return Err(Refusal::RemoteUnmute);
        }
        if self.set_muted(id, muted) {
            let track = track.clone();
            self.tell(peer, ServerMessage::Mute { track, muted });
        }
        self.settle(now);
        let track = self.tracks.get(id).ok_or(Refusal::NoSuchTrack)?;
        Ok(track.info.clone())
    }

    /// # Errors
    /// There is no such participant, or a value is too large; then nothing has changed.
    pub fn update_participant(
        &mut self,
        now: Now,
        identity: &Identity,
        mut change: ParticipantChange,
    ) -> Result<ParticipantInfo, Refusal> {
        let peer = self.peer(identity)?;
        let permission = change.permission.take();
        let limits = self.settings.limits.clone();
        if let Some(participant) = self.people.get_mut(peer) {
            change_texts(participant, change, &limits)?;
        }
        self.has_changed(peer);
        self.may_be_renamed(now, peer);
        if let Some(permission) = permission {
            self.set_permission(now, peer, permission);
        }
        self.settle(now);
        Ok(self.info_of(peer))
    }

    /// # Errors
    /// There is no such participant.
    pub fn update_subscriptions(
        &mut self,
        now: Now,
        identity: &Identity,
        tracks: Vec<TrackSid>,
        subscribe: bool,
    ) -> Result<(), Refusal> {
        let peer = self.peer(identity)?;
        self.subscribe_to(peer, SubscriptionUpdate { tracks, subscribe });
        self.settle(now);
        Ok(())
    }

    /// A guest is looked after in his own room.
    pub(crate) fn peer(&self, identity: &Identity) -> Result<PeerId, Refusal> {
        self.people
            .with_identity(identity)
            .filter(|peer| !self.is_guest(*peer))
            .ok_or(Refusal::NoSuchParticipant)
    }
}
