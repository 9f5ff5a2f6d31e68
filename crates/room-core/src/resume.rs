//! A participant whose signalling connection broke comes back.

use crate::ServerMessage;
use crate::command::{SubscriptionUpdate, SyncState};
use crate::join::{Resume, ResumeRefusal};
use crate::message::{Reconnected, StreamState};
use crate::model::{DisconnectReason, LeaveAction};
use crate::output::{Now, Output, SessionId};
use crate::room::Room;
use base::media::{Command, PcMode};
use base::{ParticipantSid, PeerId, TrackSid};
use std::sync::Arc;

impl Room {
    /// Gives him a new session. He learns all that he may have missed.
    ///
    /// # Errors
    /// His stay is over; he has to join anew.
    pub fn resume(
        &mut self,
        now: Now,
        session: SessionId,
        resume: Resume,
    ) -> Result<ParticipantSid, ResumeRefusal> {
        let peer = self.peer(&resume.identity).map_err(|_| ResumeRefusal)?;
        let participant = self.people.get_mut(peer).ok_or(ResumeRefusal)?;
        let sid = participant.sid.clone();
        if resume.participant.is_some_and(|claimed| claimed != sid) {
            return Err(ResumeRefusal);
        }
        let cut = participant
            .cut_next_resume
            .take()
            .filter(|(until, _)| *until > now.at);
        if let Some(old) = self.people.set_session(peer, Some(session)) {
            self.output(Output::Close { session: old });
        }
        match cut {
            Some((_, true)) => self.lose_signal(now, session),
            Some((_, false)) => {
                self.tell_missed(peer);
                self.lose_signal(now, session);
            }
            None => {
                self.tell_missed(peer);
                if let Some(state) = resume.sync_state {
                    self.sync(now, peer, state);
                }
                if let Some((id, sdp)) = resume.offer {
                    self.media(Command::Offer { peer, id, sdp });
                }
            }
        }
        self.settle(now);
        Ok(sid)
    }

    /// What a resuming client believes is compared with what is so.
    pub(crate) fn sync(&mut self, now: Now, peer: PeerId, state: SyncState) {
        if !self.publishes_all(peer, &state) {
            let reason = DisconnectReason::StateMismatch;
            self.depart(now, peer, reason, Some((LeaveAction::Reconnect, reason)));
            return;
        }
        let SubscriptionUpdate { tracks, subscribe } = state.subscription;
        let tracks = tracks
            .into_iter()
            .filter(|sid| self.tracks.with_sid(sid).is_some())
            .collect();
        self.subscribe_to(peer, SubscriptionUpdate { tracks, subscribe });
        for sid in &state.disabled_tracks {
            self.disable(peer, sid);
        }
        self.update_data_subscriptions(peer, state.data_subscription);
        self.replay_to(peer, &state.received);
    }

    fn publishes_all(&self, peer: PeerId, state: &SyncState) -> bool {
        let Some(participant) = self.people.get(peer) else {
            return false;
        };
        let data_tracks = &participant.data_tracks.published;
        state
            .published
            .iter()
            .all(|(_, sid)| self.own_track(peer, sid).is_some())
            && state
                .published_data_tracks
                .iter()
                .all(|(_, sid)| data_tracks.iter().any(|info| info.sid == *sid))
    }

    fn disable(&mut self, peer: PeerId, sid: &TrackSid) {
        let Some(id) = self.tracks.with_sid(sid).map(|track| track.id) else {
            return;
        };
        let subscription = self
            .people
            .get_mut(peer)
            .and_then(|p| p.subscriptions.get_mut(&id));
        let Some(subscription) = subscription.filter(|held| held.settings.enabled) else {
            return;
        };
        subscription.settings.enabled = false;
        let settings = subscription.settings;
        if subscription.allowed {
            self.media(Command::Configure {
                peer,
                track: id,
                settings,
            });
        }
    }

    /// Everything that may have changed while he was away.
    fn tell_missed(&mut self, peer: PeerId) {
        let Some(participant) = self.people.get_mut(peer) else {
            return;
        };
        let last_message_seq = participant.last_message_seq;
        let sections = participant.sections_owed.take();
        let dual = participant.mode == PcMode::Dual;
        self.tell(
            peer,
            ServerMessage::Reconnected(Reconnected { last_message_seq }),
        );
        let mut infos = self.others(peer);
        infos.push(self.info_of(peer));
        self.tell(peer, ServerMessage::Participants(infos.into()));
        let room = Arc::new(self.info());
        self.tell(peer, ServerMessage::RoomUpdate(room));
        self.tell_speakers_to(peer);
        self.tell_subscription_states(peer);
        self.tell_wanted_again(peer);
        self.tell_data_handles(peer);
        if let Some((audios, videos)) = sections {
            self.tell(peer, ServerMessage::SectionsNeeded { audios, videos });
        }
        if dual {
            self.media(Command::RestartIce { peer });
        }
    }

    fn tell_subscription_states(&mut self, peer: PeerId) {
        let Some(participant) = self.people.get(peer) else {
            return;
        };
        let mut paused = Vec::new();
        let mut refused = Vec::new();
        for (id, subscription) in &participant.subscriptions {
            let Some(track) = self.tracks.get(*id) else {
                continue;
            };
            let Some(publisher) = self.people.get(track.publisher).map(|p| p.sid.clone()) else {
                continue;
            };
            let sid = track.info.sid.clone();
            if !subscription.allowed {
                refused.push((publisher, sid));
            } else if subscription.paused {
                paused.push(StreamState {
                    publisher,
                    track: sid,
                    paused: true,
                });
            }
        }
        if !paused.is_empty() {
            self.tell(peer, ServerMessage::StreamStates(paused));
        }
        for (publisher, track) in refused {
            let message = ServerMessage::SubscriptionPermissionUpdate {
                publisher,
                track,
                allowed: false,
            };
            self.tell(peer, message);
        }
    }

    fn tell_wanted_again(&mut self, peer: PeerId) {
        let Some(participant) = self.people.get(peer) else {
            return;
        };
        let messages: Vec<_> = participant
            .tracks
            .iter()
            .filter_map(|id| self.tracks.get(*id)?.wanted.clone())
            .collect();
        for message in messages {
            self.tell(peer, message);
        }
    }
}
