//! A participant goes to another room, and his connections with him.
//!
//! He keeps his sid, his media session and the sids of his tracks; only whom he meets changes.
//! His client is told once ([`crate::ServerMessage::RoomMoved`]) and negotiates nothing anew but
//! what it receives.

use crate::features::Departure;
use crate::message::RoomMoved;
use crate::model::{DisconnectReason, ParticipantState};
use crate::output::{Now, Output, SessionId};
use crate::participant::Participant;
use crate::refusal::Refusal;
use crate::room::Room;
use crate::timers::Timer;
use crate::track::Track;
use crate::{RoomEventKind, ServerMessage};
use base::media::Command;
use base::{Identity, PeerId, TrackId};

/// A participant between two rooms, with all that is his.
#[derive(Debug)]
pub struct Moving {
    participant: Participant,
    tracks: Vec<Track>,
}

impl Moving {
    /// The signalling connection that goes with him.
    pub fn session(&self) -> Option<SessionId> {
        self.participant.session
    }

    pub fn peer(&self) -> PeerId {
        self.participant.peer
    }
}

impl Room {
    /// Whether somebody could be moved here.
    ///
    /// # Errors
    /// Somebody with his identity is here, or the room is full.
    pub fn has_place_for(&self, identity: &Identity) -> Result<(), Refusal> {
        if self.people.with_identity(identity).is_some() {
            return Err(Refusal::IdentityTaken);
        }
        if self.is_full() {
            return Err(Refusal::RoomFull);
        }
        Ok(())
    }

    /// Takes somebody out without ending his connections. For the others he has left.
    ///
    /// # Errors
    /// He is not here.
    pub fn release(&mut self, now: Now, identity: &Identity) -> Result<Moving, Refusal> {
        let peer = self.peer(identity)?;
        let was_publisher = self.tracks.has_live(peer);
        self.stop_receiving(peer);
        let owned = self.people.get(peer).map(|p| p.tracks.clone());
        let mut tracks = Vec::new();
        for id in owned.unwrap_or_default() {
            self.stop_being_received(id);
            let track = self.tracks.remove(id);
            if let Some(track) = &track {
                self.features.unpublish(now.unix_ms, &track.info.sid);
            }
            tracks.extend(track);
        }
        self.forget_data_participant(peer);
        self.end_forwards(peer);
        let Some(mut participant) = self.people.remove(peer) else {
            return Err(Refusal::NoSuchParticipant);
        };
        self.speaking.remove(peer);
        self.qualities.forget(peer);
        self.rpcs_lost(&participant.identity);
        participant.version += 1;
        self.refresh_presence(now, identity, Departure::Left);
        let farewell = participant.farewell(DisconnectReason::Migration, &self.settings.region);
        if participant.state == ParticipantState::Active {
            let participant = Box::new(farewell.clone());
            self.event(now, RoomEventKind::ParticipantLeft { participant });
        }
        if !participant.is_hidden() {
            self.has_departed(farewell, was_publisher);
        }
        self.settle(now);
        Ok(Moving {
            participant,
            tracks,
        })
    }

    /// Takes in somebody who was released elsewhere.
    pub fn admit(&mut self, now: Now, moving: Moving) {
        let Moving {
            mut participant,
            tracks,
        } = moving;
        let peer = participant.peer;
        let room = self.key;
        self.media(Command::Move { peer, room });
        participant.begin_anew(now);
        let (recorder, keeps_open) = (participant.is_recorder(), !participant.is_dependent());
        let (session, last_session) = (participant.session, participant.last_session);
        let active = participant.state == ParticipantState::Active;
        let identity = participant.identity.clone();
        self.people.insert(participant);
        self.was_entered |= keeps_open;
        self.refresh_presence(now, &identity, Departure::Left);
        let ids: Vec<TrackId> = tracks.iter().map(|track| track.id).collect();
        for track in tracks {
            self.tracks.insert(track);
        }
        self.tell_moved(peer);
        self.has_come(peer);
        self.permit(now, peer);
        if active {
            let participant = Box::new(self.info_of(peer));
            self.event(now, RoomEventKind::ParticipantJoined { participant });
        }
        for id in ids {
            self.show_track(now, id);
        }
        self.subscribe_to_all(peer);
        self.subscribe_to_all_data_tracks(peer);
        self.offer_data_tracks_of(peer);
        self.tell_data_handles(peer);
        self.tell_speakers_to(peer);
        let refresh = now.at + self.settings.token_refresh;
        self.timers.set(refresh, Timer::TokenRefresh(peer));
        if let (None, Some(lost)) = (session, last_session) {
            let at = now.at + self.settings.resume_window;
            self.timers.set(at, Timer::Lost(peer, lost));
        }
        if recorder {
            self.tell_room();
        }
        self.settle(now);
    }

    fn tell_moved(&mut self, peer: PeerId) {
        let Some(participant) = self.people.get(peer) else {
            return;
        };
        let moved = RoomMoved {
            room: self.info(),
            participant: self.info_of(peer),
            others: self.others(peer),
            grants: participant.grants(&self.name),
        };
        self.tell(peer, ServerMessage::RoomMoved(Box::new(moved)));
    }

    /// A track that came with its publisher is told and received like one that just went live.
    pub(crate) fn show_track(&mut self, now: Now, id: TrackId) {
        let Some(track) = self.tracks.get(id).filter(|track| track.live) else {
            return;
        };
        let (publisher, track) = (track.publisher, Box::new(track.info.clone()));
        self.show_surface(now, publisher, &track);
        let participant = Box::new(self.info_of(publisher));
        self.event(now, RoomEventKind::TrackPublished { participant, track });
        for subscriber in self.people.peers() {
            self.reconcile(subscriber, id);
        }
    }

    fn stop_receiving(&mut self, peer: PeerId) {
        let Some(participant) = self.people.get_mut(peer) else {
            return;
        };
        participant.wishes.clear();
        for (track, subscription) in std::mem::take(&mut participant.subscriptions) {
            if subscription.allowed {
                self.output(Output::Media(Command::Unsubscribe { peer, track }));
            }
        }
    }

    /// Nobody in this room receives the track any more; the media plane keeps it.
    pub(crate) fn stop_being_received(&mut self, track: TrackId) {
        let sid = self.tracks.get(track).map(|track| track.info.sid.clone());
        for peer in self.people.peers() {
            let Some(participant) = self.people.get_mut(peer) else {
                continue;
            };
            if let Some(sid) = &sid {
                participant.wishes.remove(sid);
            }
            let subscription = participant.subscriptions.remove(&track);
            if subscription.is_some_and(|held| held.allowed) {
                self.media(Command::Unsubscribe { peer, track });
            }
        }
    }
}
