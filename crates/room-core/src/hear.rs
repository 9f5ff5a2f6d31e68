//! What the media plane says.

use crate::message::SubscribedCodec;
use crate::model::{DisconnectReason, LeaveAction, ParticipantState};
use crate::output::Now;
use crate::room::Room;
use crate::{RoomEventKind, ServerMessage};
use base::media::{Codec, Event, Kind, PcTarget, Quality};
use base::{PeerId, TrackId};

impl Room {
    pub(crate) fn hear(&mut self, now: Now, event: Event) {
        match event {
            Event::Answer {
                peer,
                id,
                sdp,
                mids,
            } => self.tell(peer, ServerMessage::Answer { id, sdp, mids }),
            Event::Offer {
                peer,
                id,
                sdp,
                mids,
            } => self.tell(peer, ServerMessage::Offer { id, sdp, mids }),
            Event::SdpRefused { peer, .. } | Event::Failed { peer, .. } => {
                self.media_failed(now, peer);
            }
            Event::SectionsNeeded {
                peer,
                audios,
                videos,
            } => self.sections_needed(peer, audios, videos),
            Event::Connected { peer, target } => self.connected(now, peer, target),
            // It may come back; if not, the media plane says that it failed.
            Event::Disconnected { .. } => {}
            Event::TrackLive(live) => self.track_is_live(now, live),
            Event::TrackEnded { track, .. } => self.unpublish(now, track, false),
            Event::FirstForwarded { track, .. } => self.first_forwarded(track),
            Event::SubscriptionFailed { peer, track } => self.subscription_failed(peer, track),
            Event::Data {
                peer,
                channel,
                bytes,
                credit,
            } => self.data_came(now, peer, channel, &bytes, &credit),
            Event::SlowReader { peer } => self.cut_off(now, peer),
            Event::Levels(levels) => self.levels_came(now, &levels),
            Event::StreamStates { peer, paused } => self.streams_paused(peer, &paused),
            Event::Wanted {
                peer,
                track,
                codecs,
            } => self.wanted(peer, track, codecs),
            Event::Quality(quality) => self.quality_came(now, quality),
            Event::Stats { .. } => {}
        }
    }

    fn connected(&mut self, now: Now, peer: PeerId, target: PcTarget) {
        let Some(participant) = self.people.get_mut(peer) else {
            return;
        };
        if participant.state == ParticipantState::Active || participant.primary != target {
            return;
        }
        participant.state = ParticipantState::Active;
        self.has_changed(peer);
        let participant = Box::new(self.info_of(peer));
        self.event(now, RoomEventKind::ParticipantJoined { participant });
    }

    /// His connection cannot be mended: he has to join anew.
    fn media_failed(&mut self, now: Now, peer: PeerId) {
        let reason = DisconnectReason::MediaFailure;
        self.depart(now, peer, reason, Some((LeaveAction::Reconnect, reason)));
    }

    /// He does not take what he is sent. What he missed is lost, so he has to join anew.
    fn cut_off(&mut self, now: Now, peer: PeerId) {
        let reason = DisconnectReason::ConnectionTimeout;
        self.depart(now, peer, reason, Some((LeaveAction::Reconnect, reason)));
    }

    /// Kept for him while his signalling is broken: nobody will ask again.
    fn sections_needed(&mut self, peer: PeerId, audios: u32, videos: u32) {
        let Some(participant) = self.people.get_mut(peer) else {
            return;
        };
        if participant.session.is_none() {
            participant.sections_owed = Some((audios, videos));
            return;
        }
        self.tell(peer, ServerMessage::SectionsNeeded { audios, videos });
    }

    /// Dynacast: what nobody watches need not be sent.
    fn wanted(&mut self, peer: PeerId, id: TrackId, codecs: Vec<(Codec, Option<Quality>)>) {
        let Some(track) = self
            .tracks
            .get_mut(id)
            .filter(|track| track.publisher == peer)
        else {
            return;
        };
        let sid = track.info.sid.clone();
        let message = match track.info.kind {
            Kind::Video => ServerMessage::SubscribedQuality {
                track: sid,
                codecs: codecs
                    .into_iter()
                    .map(|(codec, max)| SubscribedCodec { codec, max })
                    .collect(),
            },
            Kind::Audio => ServerMessage::SubscribedAudioCodec {
                track: sid,
                codecs: codecs
                    .into_iter()
                    .map(|(codec, max)| (codec, max.is_some()))
                    .collect(),
            },
        };
        track.wanted = Some(message.clone());
        self.tell(peer, message);
    }
}
