//! A picture for who comes a moment after a key frame.

use super::fan_out::{apply, extensions, first_forwarded, outgoing};
use super::{Engine, Output, mark};
use crate::forward::Verdict;
use base::{PeerId, TrackId};

impl Engine {
    /// Gives a subscriber who has seen nothing yet the last key frame and what followed, if that is
    /// but a moment ago.
    pub(super) fn replay(&mut self, id: PeerId, track_id: TrackId) {
        let now = self.now;
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let leg = peer.receiving();
        let mut subscriptions = peer.subscriptions.iter_mut();
        let Some(subscription) = subscriptions.find(|s| s.track == track_id) else {
            return;
        };
        let Some((forwarder, binding)) = subscription.forwarder.as_mut().zip(subscription.binding)
        else {
            return;
        };
        if subscription.has_forwarded {
            return;
        }
        let Some(stream) = forwarder.wants_key_frame() else {
            return;
        };
        let track = self.tracks.get(&track_id).filter(|track| !track.muted);
        let encoding = track.and_then(|t| t.encodings.get(usize::from(binding.encoding)));
        let Some(encoding) = encoding else {
            return;
        };
        let connection = &mut peer.legs[leg].connection;
        let mut count = 0;
        for kept in encoding.recent.since_key_frame(now, stream) {
            let Verdict::Forward(rewritten) = forwarder.handle(&kept.parsed, &kept.meta) else {
                continue;
            };
            let media = &kept.media;
            let payload = apply(&rewritten.payload, media);
            let outgoing = outgoing(&rewritten, binding.payload_type, payload, media, true);
            // A failure shows when the connection is drained.
            let _ = connection.write(binding.mid, outgoing, extensions(media, &rewritten));
            count += 1;
        }
        if count == 0 {
            return;
        }
        self.counters.packets_forwarded += count;
        let event = first_forwarded(id, subscription, now);
        self.outputs.extend(event.map(Output::Event));
        mark(&mut self.dirty, peer, leg);
    }
}
