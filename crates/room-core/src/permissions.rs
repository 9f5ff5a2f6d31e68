//! What somebody may do changes during the call.

use crate::ServerMessage;
use crate::model::Permission;
use crate::output::Now;
use crate::room::Room;
use base::PeerId;

impl Room {
    pub(crate) fn set_permission(&mut self, now: Now, peer: PeerId, permission: Permission) {
        let Some(participant) = self.people.get_mut(peer) else {
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
