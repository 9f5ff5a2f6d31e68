//! What somebody may do changes during the call.

use crate::ServerMessage;
use crate::features::Departure;
use crate::kinds::{Right, Rights, Role};
use crate::model::Permission;
use crate::output::Now;
use crate::room::Room;
use base::PeerId;
use base::media::Source;

impl Room {
    /// The room service grants him something else.
    pub(crate) fn set_permission(&mut self, now: Now, peer: PeerId, permission: Permission) {
        if let Some(participant) = self.people.get_mut(peer) {
            participant.granted = permission;
            self.permit(now, peer);
        }
    }

    /// What he may do follows from what he was granted and from his rights, which have changed.
    pub(crate) fn permit(&mut self, now: Now, peer: PeerId) {
        let permission = self.permission_of(peer);
        let (Some(permission), Some(participant)) = (permission, self.people.get_mut(peer)) else {
            return;
        };
        if participant.permission == permission {
            return;
        }
        let was_hidden = participant.is_hidden();
        participant.permission = permission;
        let hidden = participant.is_hidden();
        let (tracks, grants) = (participant.tracks.clone(), participant.grants(&self.name));
        let forbidden: Vec<_> = tracks
            .iter()
            .filter_map(|id| self.tracks.get(*id))
            .filter(|track| !self.may_publish(peer, track.info.source))
            .map(|track| track.id)
            .collect();
        for track in forbidden {
            self.unpublish(now, track, true);
        }
        if !self.may_publish_data(peer) {
            self.unpublish_all_data_tracks(peer);
        }
        self.subscribe_to_all(peer);
        self.subscribe_to_all_data_tracks(peer);
        if hidden != was_hidden {
            self.appear_or_vanish(peer, hidden);
            self.refresh_presence(now, &grants.identity, Departure::Left);
        }
        self.has_changed(peer);
        self.tell(peer, ServerMessage::RefreshToken(Box::new(grants)));
    }

    pub(crate) fn refresh_token(&mut self, now: Now, peer: PeerId) {
        let Some(participant) = self.people.get(peer) else {
            return;
        };
        let grants = Box::new(participant.grants(&self.name));
        self.tell(peer, ServerMessage::RefreshToken(grants));
        let at = now.at + self.settings.token_refresh;
        self.timers
            .set(at, crate::timers::Timer::TokenRefresh(peer));
    }

    pub(crate) fn permission_of(&self, peer: PeerId) -> Option<Permission> {
        let participant = self.people.get(peer)?;
        let claim = &participant.claim;
        let table = self.features.kind().table();
        let (role, rights) = match self.features.actor(&participant.identity) {
            Some(actor) if !participant.is_guest => (actor.role, actor.rights),
            // Whoever is no person to the features has what he was granted.
            _ if !claim.role_decides => return Some(participant.granted.clone()),
            _ => (claim.role, table.rights_of(claim.role)),
        };
        let mut permission = limited(&participant.granted, rights, claim.role_decides);
        if claim.role_decides {
            let is_silent = table.counts(role) || role == Role::Observer;
            permission.can_publish_data &= !is_silent;
        }
        Some(permission)
    }

    fn may_publish(&self, peer: PeerId, source: base::media::Source) -> bool {
        self.people
            .get(peer)
            .is_some_and(|p| p.permission.allows_source(source))
    }

    pub(crate) fn may_publish_data(&self, peer: PeerId) -> bool {
        self.people
            .get(peer)
            .is_some_and(|p| p.permission.can_publish_data)
    }

    /// For the others, becoming hidden is leaving.
    fn appear_or_vanish(&mut self, peer: PeerId, hidden: bool) {
        let tracks = self
            .people
            .get(peer)
            .map(|p| p.tracks.clone())
            .unwrap_or_default();
        for subscriber in self.people.peers() {
            for track in &tracks {
                self.reconcile(subscriber, *track);
            }
        }
        if hidden && let Some(participant) = self.people.get(peer) {
            let reason = crate::model::DisconnectReason::Unknown;
            let farewell = participant.farewell(reason, &self.settings.region);
            self.has_departed(farewell, true);
        }
    }
}

/// What shows or sounds, as far as the rights go. `role_decides`: the rights are all that counts;
/// otherwise what was granted is a limit as well.
fn limited(granted: &Permission, rights: Rights, role_decides: bool) -> Permission {
    if rights.has_all(Rights::MEDIA) && !role_decides {
        return granted.clone();
    }
    let mut sources = Vec::new();
    if rights.has(Right::Speak) {
        sources.push(Source::Microphone);
    }
    if rights.has(Right::ShowCamera) {
        sources.push(Source::Camera);
    }
    if rights.has(Right::ShareScreen) {
        sources.extend([Source::ScreenShare, Source::ScreenShareAudio]);
    }
    if !role_decides {
        sources.retain(|source| granted.allows_source(*source));
    }
    let can_publish = !sources.is_empty();
    if rights.has_all(Rights::MEDIA) {
        // Empty means all, tracks of no stated source too.
        sources.clear();
    }
    Permission {
        can_publish,
        can_publish_sources: sources,
        ..granted.clone()
    }
}
