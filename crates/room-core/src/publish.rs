//! Tracks come, change and go.

use crate::command::{UpdateAudioTrack, UpdateVideoTrack};
use crate::consequences;
use crate::features::Surface;
use crate::message::{Request, RequestResponse};
use crate::model::{AddTrack, AudioFeature, RequestReason, TrackInfo, TrackKind, VideoLayer};
use crate::output::Now;
use crate::room::Room;
use crate::track::{self, Track};
use crate::{RoomEventKind, ServerMessage};
use base::media::{Command, TrackLive};
use base::{PeerId, TrackId, TrackSid};

impl Room {
    /// A participant announces a track. He learns its sid; the others hear of it when its first
    /// packets have come.
    pub(crate) fn add_track(&mut self, peer: PeerId, request: AddTrack) {
        let Some(participant) = self.people.get(peer) else {
            return;
        };
        if !participant.permission.allows_source(request.source) {
            self.refuse_track(peer, request, RequestReason::NotAllowed);
            return;
        }
        if let Some(sid) = request.sid.clone() {
            self.add_codecs(peer, &sid, request);
            return;
        }
        let announced = participant.tracks.len() + participant.queued_tracks.len();
        if announced >= self.settings.limits.tracks_per_participant
            || request.cid.is_empty()
            || request.name.len() > self.settings.limits.name_bytes
        {
            self.refuse_track(peer, request, RequestReason::LimitExceeded);
            return;
        }
        if self.own_track_with_cid(peer, &request.cid).is_some() {
            self.respond(
                peer,
                0,
                RequestReason::Queued,
                Request::AddTrack(request.clone()),
            );
            if let Some(participant) = self.people.get_mut(peer) {
                participant.queued_tracks.push_back(request);
            }
            return;
        }
        self.announce(peer, &request);
    }

    /// Packets of a track have come.
    pub(crate) fn track_is_live(&mut self, now: Now, live: TrackLive) {
        let Some(track) = self.tracks.get_mut(live.track) else {
            return;
        };
        let mime = live.codec.mime();
        let codecs = &mut track.info.codecs;
        let at = codecs
            .iter()
            .position(|codec| codec.mime_type == mime)
            .or_else(|| codecs.iter().position(|codec| codec.mid.is_empty()))
            .unwrap_or(0);
        if let Some(codec) = codecs.get_mut(at) {
            codec.mime_type = mime.to_owned();
            codec.mid = live.mid.clone();
        }
        if at == 0 {
            track.info.mime_type = mime.to_owned();
            track.info.mid = live.mid;
        }
        let publisher = track.publisher;
        let info = track.info.clone();
        let first = self.tracks.go_live(live.track);
        self.has_changed(publisher);
        if !first {
            return;
        }
        self.show_surface(now, publisher, &info);
        let kind = RoomEventKind::TrackPublished {
            participant: Box::new(self.info_of(publisher)),
            track: Box::new(info),
        };
        self.event(now, kind);
        for subscriber in self.people.peers() {
            self.reconcile(subscriber, live.track);
        }
    }

    /// The track is over. `tell`: its publisher does not know it yet.
    pub(crate) fn unpublish(&mut self, now: Now, id: TrackId, tell: bool) {
        let of_guest = (self.tracks.get(id)).is_some_and(|track| self.is_guest(track.publisher));
        if of_guest {
            // It goes on in its own room.
            self.stop_being_received(id);
        }
        let Some(track) = self.tracks.remove(id) else {
            return;
        };
        let peer = track.publisher;
        if !of_guest {
            self.media(Command::Unpublish { peer, track: id });
        }
        for subscriber in self.people.peers() {
            if let Some(subscriber) = self.people.get_mut(subscriber) {
                subscriber.subscriptions.remove(&id);
                subscriber.wishes.remove(&track.info.sid);
            }
        }
        if let Some(participant) = self.people.get_mut(peer) {
            participant.tracks.retain(|other| *other != id);
        }
        if tell {
            let track = track.info.sid.clone();
            self.tell(peer, ServerMessage::TrackUnpublished { track });
        }
        if track.live {
            self.features.unpublish(now.unix_ms, &track.info.sid);
            self.has_changed(peer);
            self.news_are_urgent();
            let kind = RoomEventKind::TrackUnpublished {
                participant: Box::new(self.info_of(peer)),
                track: Box::new(track.info),
            };
            self.event(now, kind);
        }
        self.announce_queued(peer, &track.cid);
    }

    /// The features may refer to the track from now on.
    pub(crate) fn show_surface(&mut self, now: Now, publisher: PeerId, info: &TrackInfo) {
        let Some(participant) = self.people.get(publisher) else {
            return;
        };
        let surface = Surface {
            track: info.sid.clone(),
            publisher: participant.identity.clone(),
            source: consequences::sounds_as(info.source, info.kind),
            is_video: info.kind == TrackKind::Video,
        };
        self.features.publish(now.unix_ms, surface);
    }

    pub(crate) fn unpublish_everything(&mut self, now: Now, peer: PeerId) {
        if let Some(participant) = self.people.get_mut(peer) {
            participant.queued_tracks.clear();
            for id in participant.tracks.clone() {
                self.unpublish(now, id, false);
            }
        }
    }

    pub(crate) fn mute_own(&mut self, peer: PeerId, sid: &TrackSid, muted: bool) {
        if let Some(id) = self.own_track(peer, sid) {
            self.set_muted(id, muted);
        }
    }

    /// The result is whether that changed anything.
    pub(crate) fn set_muted(&mut self, id: TrackId, muted: bool) -> bool {
        let Some(track) = self.tracks.get_mut(id) else {
            return false;
        };
        if track.info.muted == muted {
            return false;
        }
        track.info.muted = muted;
        let (peer, live, kind) = (track.publisher, track.live, track.info.kind);
        let track = id;
        self.media(Command::Mute { peer, track, muted });
        if muted && kind == TrackKind::Audio {
            self.hush(peer);
        }
        if live {
            self.has_changed(peer);
        }
        true
    }

    pub(crate) fn update_layers(&mut self, peer: PeerId, sid: &TrackSid, layers: Vec<VideoLayer>) {
        self.change_own(peer, sid, |info| info.layers = layers);
    }

    pub(crate) fn update_audio_track(&mut self, peer: PeerId, update: UpdateAudioTrack) {
        self.change_own(peer, &update.track, |info| {
            info.stereo = update.features.contains(&AudioFeature::Stereo);
            info.disable_dtx = update.features.contains(&AudioFeature::NoDtx);
            info.audio_features = update.features;
        });
    }

    pub(crate) fn update_video_track(&mut self, peer: PeerId, update: UpdateVideoTrack) {
        self.change_own(peer, &update.track, |info| {
            info.width = update.width;
            info.height = update.height;
        });
    }

    pub(crate) fn own_track(&self, peer: PeerId, sid: &TrackSid) -> Option<TrackId> {
        self.tracks
            .with_sid(sid)
            .filter(|track| track.publisher == peer)
            .map(|track| track.id)
    }

    pub(crate) fn respond(
        &mut self,
        peer: PeerId,
        request_id: u32,
        reason: RequestReason,
        request: Request,
    ) {
        let message = match reason {
            RequestReason::Ok | RequestReason::Queued => String::new(),
            other => format!("{other:?}"),
        };
        let response = RequestResponse {
            request_id,
            reason,
            message,
            request,
        };
        self.tell(peer, ServerMessage::RequestResponse(Box::new(response)));
    }

    fn refuse_track(&mut self, peer: PeerId, request: AddTrack, reason: RequestReason) {
        self.respond(peer, 0, reason, Request::AddTrack(request));
    }

    fn announce(&mut self, peer: PeerId, request: &AddTrack) {
        let Some(participant) = self.people.get(peer) else {
            return;
        };
        let owner = participant.sid.clone();
        let id = TrackId(self.next_number());
        let sid = TrackSid::random(&mut self.rng, request.kind, request.source);
        let track = Track {
            id,
            publisher: peer,
            info: track::info(sid, request),
            cid: request.cid.clone(),
            live: false,
            first_subscription_told: false,
            wanted: None,
        };
        self.media(Command::Publish(track::spec(&track, owner)));
        self.tell(
            peer,
            ServerMessage::TrackPublished {
                cid: request.cid.clone(),
                track: Box::new(track.info.clone()),
            },
        );
        self.tracks.insert(track);
        if let Some(participant) = self.people.get_mut(peer) {
            participant.tracks.push(id);
        }
    }

    /// A further codec of a track that is already there: the media plane learns its client ids.
    fn add_codecs(&mut self, peer: PeerId, sid: &TrackSid, request: AddTrack) {
        let Some(id) = self.own_track(peer, sid) else {
            self.refuse_track(peer, request, RequestReason::NotFound);
            return;
        };
        let owner = self.people.get(peer).map(|p| p.sid.clone());
        let (Some(track), Some(owner)) = (self.tracks.get_mut(id), owner) else {
            return;
        };
        for codec in track::further_codecs(&request) {
            let codecs = &mut track.info.codecs;
            let known = codecs
                .iter()
                .position(|known| known.mime_type == codec.mime_type);
            match known {
                Some(at) => codecs[at].cid = codec.cid,
                None if codecs.len() < MAX_CODECS => codecs.push(codec),
                None => {}
            }
        }
        let spec = track::spec(track, owner);
        let track = Box::new(track.info.clone());
        self.media(Command::Publish(spec));
        let cid = request.cid;
        self.tell(peer, ServerMessage::TrackPublished { cid, track });
    }

    fn announce_queued(&mut self, peer: PeerId, cid: &str) {
        let Some(participant) = self.people.get_mut(peer) else {
            return;
        };
        let queued = &mut participant.queued_tracks;
        if let Some(at) = queued.iter().position(|request| request.cid == cid)
            && let Some(request) = queued.remove(at)
        {
            self.announce(peer, &request);
        }
    }

    fn own_track_with_cid(&self, peer: PeerId, cid: &str) -> Option<TrackId> {
        let participant = self.people.get(peer)?;
        participant
            .tracks
            .iter()
            .copied()
            .find(|id| self.tracks.get(*id).is_some_and(|track| track.cid == cid))
    }

    fn change_own(&mut self, peer: PeerId, sid: &TrackSid, change: impl FnOnce(&mut TrackInfo)) {
        let Some(id) = self.own_track(peer, sid) else {
            return;
        };
        if let Some(track) = self.tracks.get_mut(id) {
            change(&mut track.info);
            if track.live {
                self.has_changed(peer);
            }
        }
    }
}

/// A primary codec and backups; there are not more codecs for one kind than this.
const MAX_CODECS: usize = 6;
