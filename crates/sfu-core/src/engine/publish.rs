//! Tracks that come and go.

use super::Engine;
use crate::config::ShardId;
use crate::peer::Claim;
use crate::relay::Letter;
use crate::sdp::Section;
use crate::track::{Shape, Track};
use base::media::{Event, TrackSpec};
use base::{PeerId, TrackId};

impl Engine {
    /// A peer of ours has announced a track, or a further codec of one. Its media may already be on
    /// its way.
    pub(super) fn publish(&mut self, spec: TrackSpec) {
        let (id, track) = (spec.publisher, spec.id);
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        if peer.announced.contains(&track) {
            if let Some(known) = self.tracks.get_mut(&track) {
                known.set_codecs(spec.codecs);
                self.renew_demand(track);
            }
        } else {
            peer.announced.push(track);
            self.adopt(Track::new(spec, self.config.shard));
        }
        self.announce(track);
        let unclaimed = self
            .peers
            .get_mut(&id)
            .map(|p| std::mem::take(&mut p.unclaimed));
        for section in unclaimed.unwrap_or_default() {
            self.claim(id, section);
        }
    }

    pub(super) fn unpublish(&mut self, id: PeerId, track: TrackId) {
        if let Some(peer) = self.peers.get_mut(&id) {
            peer.announced.retain(|t| *t != track);
            peer.published
                .retain(|_, published| published.track != track);
            for leg in &mut peer.legs {
                leg.sources.clear();
            }
            self.end_track(track);
        }
    }

    pub(super) fn mute(&mut self, _peer: PeerId, track: TrackId, muted: bool) {
        if !self.is_home(track) {
            return;
        }
        self.set_muted(track, muted);
        self.tell_others(|| Letter::Mute { track, muted });
    }

    pub(super) fn set_muted(&mut self, id: TrackId, muted: bool) {
        let Some(track) = self.tracks.get_mut(&id) else {
            return;
        };
        if std::mem::replace(&mut track.muted, muted) == muted {
            return;
        }
        for encoding in &mut track.encodings {
            encoding.recent.clear();
        }
        let subscribers = track.subscribers.clone();
        self.unheard(id);
        for subscriber in subscribers {
            self.reconsider(subscriber);
        }
    }

    /// The track now exists on this shard; subscriptions that waited for it go on.
    pub(super) fn adopt(&mut self, track: Track) {
        let id = track.spec.id;
        self.tracks.insert(id, track);
        for peer in self.waiting.remove(&id).unwrap_or_default() {
            self.join_track(peer, id);
        }
    }

    /// The track is no more: its subscriptions end, and other shards hear of it.
    pub(super) fn end_track(&mut self, id: TrackId) {
        let Some(track) = self.tracks.remove(&id) else {
            return;
        };
        self.redundancy.forget(id);
        self.end_taps(track.taps);
        self.unheard(id);
        for subscriber in track.subscribers {
            self.end_subscription(subscriber, id);
        }
        if track.home == self.config.shard {
            self.tell_others(|| Letter::End { track: id });
        }
    }

    /// Gives a sending section to its announced track, or keeps it for one that is announced
    /// later.
    pub(super) fn claim(&mut self, id: PeerId, section: Section) {
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let tracks = &self.tracks;
        let specs = peer.announced.iter().filter_map(|t| tracks.get(t));
        let taken = peer.published.values().map(|p| (p.track, p.encoding));
        let claim = Claim {
            specs: specs.map(|track| &track.spec).collect(),
            taken: taken.collect(),
        };
        let Some(published) = claim.find(&section) else {
            peer.unclaimed.push(section);
            return;
        };
        let is_simulcast = section.rids.len() > 1 || section.simulcast_ssrcs.len() > 1;
        if let Some(track) = self.tracks.get_mut(&published.track)
            && let Some(encoding) = track.encoding(published.encoding)
        {
            encoding.shape.is_simulcast = is_simulcast;
        }
        for leg in &mut peer.legs {
            leg.sources.clear();
        }
        peer.published.insert(section.mid, published);
    }

    /// The publisher's description no longer sends an encoding in this section.
    pub(super) fn stop_sending(&mut self, id: PeerId, mid: crate::transport::Mid) {
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let Some(stopped) = peer.published.remove(&mid) else {
            return;
        };
        let still = peer.publishes(stopped.track);
        if let Some(track) = self.tracks.get_mut(&stopped.track)
            && let Some(encoding) = track.encoding(stopped.encoding)
        {
            encoding.shape = Shape::default();
            encoding.ingress = None;
            track.is_told_live &= still;
        }
        if !still && self.tracks.contains_key(&stopped.track) {
            let track = stopped.track;
            self.event(Event::TrackEnded { peer: id, track });
        }
        self.announce(stopped.track);
    }

    /// Tells the other shards how a track of ours stands.
    pub(super) fn announce(&mut self, id: TrackId) {
        let Some(track) = self.tracks.get(&id) else {
            return;
        };
        let (spec, muted, shapes) = (track.spec.clone(), track.muted, track.shapes());
        self.tell_others(|| Letter::Announce {
            spec: spec.clone(),
            muted,
            shapes: shapes.clone(),
        });
    }

    pub(super) fn tell_others(&mut self, letter: impl Fn() -> Letter) {
        for shard in (0..self.config.shards).map(ShardId) {
            if shard != self.config.shard {
                self.tell(shard, letter());
            }
        }
    }
}
