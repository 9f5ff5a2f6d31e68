//! Key frames: who wants one, and asking for it.

use super::{Engine, mark};
use crate::keyframes::Need;
use crate::peer::stream_of;
use crate::relay::Letter;
use base::{PeerId, TrackId};

impl Engine {
    /// A subscriber's decoder asks for a key frame.
    pub(super) fn key_frame_wanted(&mut self, id: PeerId, mid: crate::transport::Mid) {
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let Some(track) = peer.slots.track_in(mid) else {
            return;
        };
        let Some(subscription) = peer.subscription(track) else {
            return;
        };
        let Some((forwarder, binding)) = subscription.forwarder.as_ref().zip(subscription.binding)
        else {
            return;
        };
        let wanted = forwarder.wants_key_frame();
        let current = forwarder.current();
        let encoding = binding.encoding;
        let is_simulcast = self
            .tracks
            .get(&track)
            .and_then(|t| t.encodings.get(usize::from(encoding)))
            .is_some_and(|e| e.shape.is_simulcast);
        let playing = current.map_or(0, |layer| if is_simulcast { layer.spatial } else { 0 });
        self.want_key_frame(track, encoding, wanted.unwrap_or(playing), Need::Change);
    }

    /// Asks the publisher, or his shard; at a bounded rate.
    pub(super) fn want_key_frame(&mut self, id: TrackId, encoding: u8, stream: u8, need: Need) {
        let now = self.now;
        let Some(track) = self.tracks.get_mut(&id) else {
            return;
        };
        let muted = track.muted;
        let Some(state) = track.encoding(encoding) else {
            return;
        };
        // A muted publisher has nothing to send, and asking him would wake his encoder.
        if !muted && state.key_frames.want(now, stream, need) {
            self.ask_for_key_frame(id, encoding, stream);
        }
        self.schedule_tick();
    }

    pub(super) fn ask_for_key_frame(&mut self, id: TrackId, encoding: u8, stream: u8) {
        let Some(track) = self.tracks.get(&id) else {
            return;
        };
        self.counters.key_frames_asked += 1;
        if track.home != self.config.shard {
            let letter = Letter::KeyFrame {
                track: id,
                encoding,
                stream,
            };
            return self.tell(track.home, letter);
        }
        let codec = track.spec.codecs.get(usize::from(encoding)).cloned();
        let Some(peer) = self.peers.get_mut(&track.spec.publisher) else {
            return;
        };
        let Some((mid, published)) = peer.section_of(id, encoding) else {
            return;
        };
        let section = &published.section;
        let rid = section
            .rids
            .iter()
            .find(|rid| stream_of(codec.as_ref(), &section.rids, rid) == stream);
        let rid = rid.map(|rid| crate::transport::Rid::from(rid.as_str()));
        if peer.legs[0].connection.request_key_frame(mid, rid).is_ok() {
            mark(&mut self.dirty, peer, 0);
        }
    }
}
