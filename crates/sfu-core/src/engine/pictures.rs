//! How video is doing on this shard, for operators: who gets which layer, and whether it goes on.

use super::Engine;
use crate::allocate::Rungs;
use crate::peer::Subscription;
use crate::track::Track;
use base::Bitrate;
use base::media::{Kind, Quality, Source};
use std::time::Duration;

/// A camera of which nothing was sent on for so long stands still for its viewer: even the lowest
/// temporal layer of a slow one brings several frames.
const STILL_AFTER: Duration = Duration::from_secs(1);

/// The codecs' own limit.
const SPATIAL_LAYERS: u8 = 4;

/// A look at all video at once. Arrays are by [`Quality::index`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pictures {
    /// What publishers at home send.
    pub bitrate_in: [Bitrate; 3],
    /// What goes to subscribers here, by what their layers cost.
    pub bitrate_out: [Bitrate; 3],
    /// Subscriptions that get something.
    pub watched: [usize; 3],
    /// Subscriptions that get nothing: the link is too narrow, or nothing comes that would fit.
    pub paused: usize,
    /// Subscriptions of cameras that should go on, and of which nothing was sent for a second. What
    /// is lost on the way to a subscriber does not show here.
    pub still: usize,
}

impl Engine {
    /// Costs a walk over all subscriptions: for once a second.
    pub fn pictures(&self) -> Pictures {
        let mut seen = Pictures::default();
        let video = self.tracks.values().filter(|t| t.spec.kind == Kind::Video);
        for track in video.filter(|track| track.home == self.config.shard) {
            for index in 0..track.encodings.len() {
                self.count_arriving(&mut seen, track, index);
            }
        }
        for subscription in self.peers.values().flat_map(|peer| &peer.subscriptions) {
            self.count_watched(&mut seen, subscription);
        }
        seen
    }

    fn count_arriving(&self, seen: &mut Pictures, track: &Track, encoding: usize) {
        let is_svc = track
            .encodings
            .get(encoding)
            .is_some_and(|e| !e.shape.is_simulcast);
        let rungs = self.arriving(track, encoding);
        let mut below = Bitrate::ZERO;
        for spatial in 0..SPATIAL_LAYERS {
            let Some(top) = rungs.iter().rfind(|rung| rung.layer.spatial == spatial) else {
                continue;
            };
            // Of scalable video a layer's cost holds those below it.
            let own = top.bitrate.as_bps().saturating_sub(below.as_bps());
            add(&mut seen.bitrate_in, top.quality, Bitrate::bps(own));
            if is_svc {
                below = top.bitrate;
            }
        }
    }

    fn count_watched(&self, seen: &mut Pictures, subscription: &Subscription) {
        let live = |track: &&Track| track.spec.kind == Kind::Video && !track.muted;
        let Some(track) = self.tracks.get(&subscription.track).filter(live) else {
            return;
        };
        let Some((binding, forwarder)) = subscription.binding.zip(subscription.forwarder.as_ref())
        else {
            return;
        };
        if !subscription.settings.enabled {
            return;
        }
        if forwarder.target().is_none() {
            seen.paused += 1;
            return;
        }
        let last = forwarder.next().last_timestamp.map(|(_, at)| at);
        let is_still = last.is_some_and(|at| self.now.saturating_duration_since(at) > STILL_AFTER);
        if is_still && track.spec.source == Source::Camera {
            seen.still += 1;
        }
        let Some(current) = forwarder.current() else {
            return;
        };
        let rungs = self.arriving(track, usize::from(binding.encoding));
        let rung = rungs.iter().find(|rung| rung.layer == current);
        let spatial = usize::from(current.spatial).min(2);
        let quality = rung.map_or(Quality::ALL[spatial], |rung| rung.quality);
        seen.watched[quality.index()] += 1;
        add(
            &mut seen.bitrate_out,
            quality,
            rung.map_or(Bitrate::ZERO, |rung| rung.bitrate),
        );
    }

    fn arriving(&self, track: &Track, encoding: usize) -> Rungs {
        let specs = track.spec.codecs.get(encoding);
        let specs = specs.map_or(&[][..], |codec| codec.layers.as_slice());
        let encoding = track.encodings.get(encoding);
        encoding.map_or_else(Rungs::new, |e| e.rungs(self.now, specs))
    }
}

fn add(sums: &mut [Bitrate; 3], quality: Quality, more: Bitrate) {
    let sum = &mut sums[quality.index()];
    *sum = Bitrate::bps(sum.as_bps().saturating_add(more.as_bps()));
}
