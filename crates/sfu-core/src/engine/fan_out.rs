//! From a publisher's packets to all of his subscribers. The hottest path of the server.
//!
//! Packets that came together go out together: for each subscriber all of a track's are decided on,
//! written and sent before the next subscriber's turn, so that what a connection needs to remember
//! is fetched into the processor's cache once, not once a packet.

use super::assembly::MANY;
use super::{Engine, LegKey, Output, mark};
use crate::forward::{Payload, Rewritten, Verdict};
use crate::keyframes::Need;
use crate::packet::PacketExtensions;
use crate::peer::Subscription;
use crate::recent::Kept;
use crate::redundancy::Audio;
use crate::relay::Media;
use crate::transport::{Outgoing, Vp8Rewrite};
use base::media::{Event, Kind};
use base::{PeerId, TrackId};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

/// Packets of one track on their way to its subscribers.
#[derive(Debug)]
pub(super) struct FanOut {
    pub(super) track: TrackId,
    pub(super) is_video: bool,
    pub(super) packets: Vec<Arc<Kept>>,
    /// The forms of each packet, for audio.
    pub(super) forms: Vec<Audio>,
    subscribers: Vec<PeerId>,
    /// Index of the subscriber whose turn is next.
    next: usize,
    /// Encodings and streams of which somebody waits for a key frame, and what for.
    pub(super) key_frames: BTreeSet<(u8, u8, Need)>,
}

/// Packets that may wait for the next drain. A shell that reads a bounded number of datagrams
/// before it drains does not get there.
const MOST_PENDING: usize = 1_024;

impl Engine {
    pub(super) fn queue_for_subscribers(&mut self, kept: Arc<Kept>) {
        let track = self.tracks.get(&kept.media.track);
        let is_frame_for_many = track
            .is_some_and(|track| track.spec.kind == Kind::Video && track.subscribers.len() >= MANY);
        if is_frame_for_many {
            self.pending.extend(self.assembly.push(self.now, kept));
        } else {
            self.pending.push_back(kept);
        }
        while self.pending.len() > MOST_PENDING && self.fan_out() {}
    }

    /// Gives one subscriber his packets. False if there is nothing to do.
    pub(super) fn fan_out(&mut self) -> bool {
        let Some(mut work) = self.fan_out.take().or_else(|| self.begin_fan_out()) else {
            return false;
        };
        if let Some(subscriber) = work.subscribers.get(work.next).copied() {
            work.next += 1;
            let served = self.serve(&mut work, subscriber);
            self.fan_out = Some(work);
            if let Some(key) = served.filter(|_| !self.is_gathering) {
                self.send(key);
            }
            return true;
        }
        for (encoding, stream, need) in work.key_frames {
            self.want_key_frame(work.track, encoding, stream, need);
        }
        true
    }

    /// Takes up the next packets of one track.
    fn begin_fan_out(&mut self) -> Option<FanOut> {
        while let Some(frame) = self.assembly.pop_due(self.now) {
            self.pending.extend(frame);
        }
        loop {
            let id = self.pending.front()?.media.track;
            let of_track = self.pending.iter().take_while(|k| k.media.track == id);
            let count = of_track.count();
            let packets: Vec<Arc<Kept>> = self.pending.drain(..count).collect();
            // Connections that get packets of several tracks send them in one burst.
            self.is_gathering |= !self.pending.is_empty();
            let Some(track) = self.tracks.get(&id) else {
                continue;
            };
            let is_video = track.spec.kind == Kind::Video;
            let mut forms = Vec::new();
            if !is_video {
                forms.resize_with(count, || Audio::new(&track.spec));
            }
            let mut work = FanOut {
                track: id,
                is_video,
                packets,
                forms,
                subscribers: track.subscribers.clone(),
                next: 0,
                key_frames: BTreeSet::new(),
            };
            if !track.taps.is_empty() {
                self.feed_taps(&mut work);
            }
            return Some(work);
        }
    }

    /// The connection that has something to send now.
    fn serve(&mut self, work: &mut FanOut, id: PeerId) -> Option<LegKey> {
        let now = self.now;
        let peer = self.peers.get_mut(&id)?;
        let leg = peer.receiving();
        let mut subscriptions = peer.subscriptions.iter_mut();
        let subscription = subscriptions.find(|s| s.track == work.track)?;
        let (binding, forwarder) = subscription.binding.zip(subscription.forwarder.as_mut())?;
        let connection = &mut peer.legs[leg].connection;
        let mut count = 0;
        let mut wanted = None;
        for (at, kept) in work.packets.iter().enumerate() {
            let media = &kept.media;
            if binding.encoding != media.encoding {
                continue;
            }
            let verdict = forwarder.handle(&kept.parsed, &kept.meta);
            wanted = Some(forwarder.wants_key_frame());
            let Verdict::Forward(rewritten) = verdict else {
                continue;
            };
            let (payload_type, payload) = match work.forms.get_mut(at) {
                Some(forms) => forms.payload(media, &mut self.redundancy, binding),
                None => (binding.payload_type, apply(&rewritten.payload, media)),
            };
            let outgoing = outgoing(&rewritten, payload_type, payload, media, work.is_video);
            // A failure shows when the connection is drained.
            let _ = connection.write(binding.mid, outgoing, extensions(media, &rewritten));
            count += 1;
        }
        if let Some(Some(stream)) = wanted.filter(|_| work.is_video) {
            let need = subscription.key_frame_need();
            work.key_frames.insert((binding.encoding, stream, need));
        }
        if count == 0 {
            return None;
        }
        self.counters.packets_forwarded += count;
        let event = first_forwarded(id, subscription, now);
        self.outputs.extend(event.map(Output::Event));
        mark(&mut self.dirty, peer, leg);
        Some((id, u8::try_from(leg).unwrap_or(0)))
    }
}

/// The event that a subscription's first packet is.
pub(super) fn first_forwarded(
    id: PeerId,
    subscription: &mut Subscription,
    now: Instant,
) -> Option<Event> {
    let is_first = !std::mem::replace(&mut subscription.has_forwarded, true);
    is_first.then(|| Event::FirstForwarded {
        subscriber: id,
        track: subscription.track,
        after: now.saturating_duration_since(subscription.since),
    })
}

pub(super) fn extensions(media: &Media, rewritten: &Rewritten) -> PacketExtensions {
    PacketExtensions {
        dependency: rewritten.dependency_descriptor.as_deref().map(Into::into),
        ..media.packet.extensions.clone()
    }
}

pub(super) fn apply(payload: &Payload, media: &Media) -> std::sync::Arc<[u8]> {
    match payload {
        // The transport changes VP8's descriptor as it writes, without a copy.
        Payload::Vp8(_) => media.packet.payload.clone(),
        Payload::Unchanged | Payload::Vp9 { .. } | Payload::Empty => {
            payload.apply(&media.packet.payload)
        }
    }
}

pub(super) fn outgoing(
    rewritten: &Rewritten,
    payload_type: u8,
    payload: std::sync::Arc<[u8]>,
    media: &Media,
    is_video: bool,
) -> Outgoing {
    Outgoing {
        payload_type,
        sequence: rewritten.seq,
        timestamp: rewritten.timestamp,
        marker: rewritten.marker,
        captured: media.packet.captured,
        // An empty packet in the repair cache would be taken for padding, of which it gives none:
        // the transport would send it over and over.
        repairable: is_video && !payload.is_empty(),
        payload,
        vp8: match rewritten.payload {
            Payload::Vp8(new) => Some(Vp8Rewrite {
                picture_id: new.picture_id,
                tl0_picture_index: new.tl0_pic_idx,
                key_index: new.key_idx,
            }),
            Payload::Unchanged | Payload::Vp9 { .. } | Payload::Empty => None,
        },
    }
}
