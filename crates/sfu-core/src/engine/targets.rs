//! Which layer each subscriber gets, and what publishers need not send.

use super::Engine;
use crate::allocate::{self, Estimate, Request, Size, Target, Want, wanted_quality};
use crate::dynacast::{Dynacast, Wanter};
use crate::forward::Layer;
use crate::peer::Peer;
use crate::relay::Letter;
use crate::track::Track;
use base::media::{Codec, Event, Kind, LayerSpec, Quality, SubscriptionSettings};
use base::{Bitrate, PeerId, TrackId};

impl Engine {
    /// A subscriber's wishes or means have changed: his targets are looked at before the next
    /// packet leaves.
    pub(super) fn reconsider(&mut self, id: PeerId) {
        self.unallocated.insert(id);
    }

    /// A layer of the track has begun: at once, since its first packets are a key frame.
    pub(super) fn reconsider_all(&mut self, track: TrackId) {
        let subscribers = self.tracks.get(&track).map(|t| t.subscribers.clone());
        for subscriber in subscribers.unwrap_or_default() {
            self.allocate(subscriber);
        }
    }

    /// The estimator has spoken of a connection: on the one that he receives on, it counts.
    pub(super) fn estimated(&mut self, id: PeerId, leg: u8, tell: impl FnOnce(&mut Estimate)) {
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        if usize::from(leg) != peer.receiving() {
            return;
        }
        tell(&mut peer.means.heard);
        if peer.means.held.is_some() {
            return;
        }
        let Some(estimate) = peer.means.heard.current() else {
            return;
        };
        let before = peer.means.estimate.unwrap_or_default();
        // Less than this the allocator's own margins cover; every step of the estimator would
        // otherwise cost an allocation.
        if before.as_bps().abs_diff(estimate.as_bps()) * 20 > before.as_bps() {
            peer.means.estimate = Some(estimate);
            self.reconsider(id);
        }
    }

    /// Divides a subscriber's bandwidth.
    pub(super) fn allocate(&mut self, id: PeerId) {
        self.unallocated.remove(&id);
        let now = self.now;
        // Whose link has fallen gets video again when the queue before it is empty.
        let Some(peer) = self.peers.get(&id).filter(|p| p.means.held.is_none()) else {
            return;
        };
        let wants: Vec<Want> = peer
            .subscriptions
            .iter()
            .filter_map(|s| self.want(s.track, s.settings, s.binding?.encoding))
            .collect();
        let request = Request {
            now,
            estimate: peer.means.estimate,
            allow_pause: peer.open.allow_pause,
            wants: &wants,
        };
        let allocation = allocate::allocate(&request, &peer.means.allocation);
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let believed = peer.means.estimate.unwrap_or(allocation.least);
        if let Some(at) = peer.means.heard.trust(now, believed, allocation.least) {
            return self.trust(id, at);
        }
        let mut key_frames = Vec::new();
        for subscription in &mut peer.subscriptions {
            let Some((forwarder, binding)) =
                subscription.forwarder.as_mut().zip(subscription.binding)
            else {
                continue;
            };
            let target = match allocation.target(subscription.track) {
                Target::Send(layer) => Some(Layer {
                    spatial: layer.spatial,
                    temporal: layer.temporal,
                }),
                Target::Off | Target::Paused => None,
            };
            if forwarder.target() != target {
                forwarder.set_target(target);
            }
            if let Some(stream) = forwarder.wants_key_frame() {
                let need = subscription.key_frame_need();
                key_frames.push((subscription.track, binding.encoding, stream, need));
            }
        }
        let paused = allocation.paused.clone();
        peer.means.allocation = allocation;
        self.probe(id);
        if !paused.is_empty() {
            self.event(Event::StreamStates { peer: id, paused });
        }
        for (track, encoding, stream, need) in key_frames {
            self.replay(id, track);
            let lacks = |peer: &mut Peer| {
                let forwarder = peer.subscription(track)?.forwarder.as_ref();
                forwarder?.wants_key_frame()
            };
            let peer = self.peers.get_mut(&id).map(Box::as_mut);
            if peer.and_then(lacks).is_some() {
                self.want_key_frame(track, encoding, stream, need);
            }
        }
    }

    /// Begins with more than was estimated. If that is not enough either, the first probe need not
    /// wait: no queue has to empty before it.
    fn trust(&mut self, id: PeerId, at: Bitrate) {
        self.restart_estimate(id, at);
        if let Some(peer) = self.peers.get_mut(&id) {
            peer.means.unprobed_until = None;
        }
    }

    fn want(&self, id: TrackId, settings: SubscriptionSettings, encoding: u8) -> Option<Want> {
        let track = self.tracks.get(&id)?;
        let state = track.encodings.get(usize::from(encoding))?;
        Some(Want {
            track: id,
            kind: track.spec.kind,
            source: track.spec.source,
            settings,
            live: !track.muted,
            rungs: state.rungs(self.now, layers(track, encoding)),
        })
    }

    /// Tells the estimator what to look for.
    pub(super) fn probe(&mut self, id: PeerId) {
        let now = self.now;
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        if peer.means.unprobed_until.is_some_and(|until| now < until) {
            return;
        }
        let leg = peer.receiving();
        let Some(estimate) = peer.means.estimate else {
            return;
        };
        let means = &mut peer.means;
        let probes = means.prober.handle(now, estimate, &means.allocation);
        let last = probes.len().saturating_sub(1);
        for (index, probe) in probes.into_iter().enumerate() {
            let desired = if index == last {
                probe.desired.max(LEAST_PROBED)
            } else {
                probe.desired
            };
            let connection = &mut peer.legs[leg].connection;
            // Each takes effect with the time that follows it. A failure shows when the
            // connection is drained.
            let _ = connection.set_bitrate(probe.minimum, desired);
            let _ = connection.timeout(now);
            super::mark(&mut self.dirty, peer, leg);
        }
    }

    /// What this shard's subscribers want of a track has changed: home hears of it, and at home
    /// the publisher, if need be.
    pub(super) fn update_want(&mut self, id: TrackId) {
        let Some(track) = self.tracks.get(&id) else {
            return;
        };
        let count = u8::try_from(track.encodings.len()).unwrap_or(u8::MAX);
        let wanted: Vec<Option<Quality>> = (0..count).map(|e| self.wanted(track, e)).collect();
        if track.home == self.config.shard {
            let wanter = Wanter::Shard(self.config.shard);
            for (encoding, quality) in (0..count).zip(wanted) {
                self.demand(id, encoding, wanter, quality);
            }
            self.tell_publisher(id);
            return;
        }
        let home = track.home;
        for (encoding, quality) in (0..count).zip(wanted) {
            let Some(track) = self.tracks.get_mut(&id) else {
                return;
            };
            let Some(state) = track.encoding(encoding) else {
                return;
            };
            if state.told_want != quality {
                state.told_want = quality;
                let letter = Letter::Want {
                    track: id,
                    encoding,
                    quality,
                };
                self.tell(home, letter);
            }
        }
    }

    /// The most that subscribers here want of an encoding.
    fn wanted(&self, track: &Track, encoding: u8) -> Option<Quality> {
        let sizes: Vec<Size> = layers(track, encoding).iter().map(size).collect();
        let of = |peer: &Peer| {
            let subscription = peer
                .subscriptions
                .iter()
                .find(|s| s.track == track.spec.id)?;
            let chosen = subscription
                .binding
                .map(|b| b.encoding)
                .or(subscription.hoped);
            if chosen != Some(encoding) {
                return None;
            }
            wanted_quality(&subscription.settings, &sizes)
        };
        let subscribers = track.subscribers.iter();
        let subscribers = subscribers.filter_map(|id| self.peers.get(id).map(Box::as_ref));
        let tapped = track.taps.iter().any(|tap| self.tap_takes(*tap, encoding));
        let by_taps = tapped.then_some(Quality::High);
        subscribers.filter_map(of).chain(by_taps).max()
    }

    /// The track has gained a codec: what is wanted is counted anew over all of them.
    pub(super) fn renew_demand(&mut self, id: TrackId) {
        let Some(track) = self.tracks.get_mut(&id) else {
            return;
        };
        track.dynacast = None;
        for ((encoding, shard), quality) in track.shards.clone() {
            self.demand(id, encoding, Wanter::Shard(shard), Some(quality));
        }
        self.rebind(id);
        self.update_want(id);
    }

    pub(super) fn demand(
        &mut self,
        id: TrackId,
        encoding: u8,
        wanter: Wanter,
        quality: Option<Quality>,
    ) {
        let Some(track) = self.tracks.get_mut(&id) else {
            return;
        };
        if track.spec.kind != Kind::Video {
            return;
        }
        let Some(codec) = track.codec(encoding) else {
            return;
        };
        if track.dynacast.is_none() {
            track.dynacast = track.codecs().map(|codecs| Dynacast::new(&codecs));
        }
        if let Some(dynacast) = &mut track.dynacast {
            dynacast.set(wanter, codec, quality);
        }
    }

    pub(super) fn tell_publisher(&mut self, id: TrackId) {
        let now = self.now;
        let Some(track) = self.tracks.get_mut(&id) else {
            return;
        };
        let Some(dynacast) = &mut track.dynacast else {
            return;
        };
        let news: Option<Vec<(Codec, Option<Quality>)>> = dynacast.poll(now);
        let peer = track.spec.publisher;
        if dynacast.next_deadline().is_some() {
            self.schedule_tick();
        }
        if let Some(codecs) = news {
            let track = id;
            self.event(Event::Wanted {
                peer,
                track,
                codecs,
            });
        }
    }
}

/// The estimator looks for no more than twice what is desired, and believes what it finds. So
/// little is desired before the first picture has been measured that it would find a link of
/// 60 kbps; a probe for twice this is a burst of 6 kB.
const LEAST_PROBED: Bitrate = Bitrate::kbps(1_500);

fn layers(track: &Track, encoding: u8) -> &[LayerSpec] {
    let codec = track.spec.codecs.get(usize::from(encoding));
    codec.map_or(&[], |codec| &codec.layers)
}

fn size(layer: &LayerSpec) -> Size {
    Size {
        quality: layer.quality,
        width: layer.width,
        height: layer.height,
    }
}
