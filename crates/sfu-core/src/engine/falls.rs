//! What is done when a subscriber's link falls, or his estimator has to begin anew.

use super::{Engine, mark};
use crate::allocate::{OwnEstimate, Restart, Sample};
use crate::transport::Link;
use base::media::Kind;
use base::{Bitrate, PeerId};
use std::time::Duration;

/// Samples of a transport in a second, as it is told to gather them.
const SAMPLES_PER_SECOND: u64 = 10;

/// After a new beginning: a probe would fill the queue that has just emptied.
const UNPROBED_FOR: Duration = Duration::from_secs(1);

impl Engine {
    /// The transport has measured; before [`Self::measured`] takes note of the totals.
    pub(super) fn sampled(&mut self, id: PeerId, leg: u8, link: &Link) {
        let now = self.now;
        let Some(peer) = self.peers.get(&id) else {
            return;
        };
        let Some(estimate) = link.estimate else {
            return;
        };
        let before = peer.measured.bytes_out[usize::from(leg)];
        let bytes = link.bytes_out.saturating_sub(before);
        let sample = Sample {
            at: now,
            estimate,
            round_trip: link.round_trip,
            loss: link.loss_out.unwrap_or(0.0),
            sent: Bitrate::bps(bytes * 8 * SAMPLES_PER_SECOND),
        };
        let mut restart = None;
        self.estimated(id, leg, |heard| restart = heard.sample(&sample));
        match restart {
            Some(Restart::Now(at)) => self.restart_estimate(id, at),
            Some(Restart::After(hold, at)) => self.hold(id, hold, Some(at)),
            Some(Restart::Hold(hold)) => {
                self.hold(id, hold, None);
                if let Some(leg) = self.leg_mut((id, leg)) {
                    leg.connection.note_fall();
                }
            }
            None => {}
        }
    }

    /// Our own estimator has spoken.
    pub(super) fn told(&mut self, id: PeerId, leg: u8, own: &OwnEstimate) {
        let (now, mut hold) = (self.now, None);
        self.estimated(id, leg, |heard| hold = heard.told(now, own));
        if let Some(hold) = hold {
            self.hold(id, hold, None);
        }
    }

    /// No video until the queue before the bottleneck is empty: what is sent now would stand before
    /// the key frame of the smaller picture.
    fn hold(&mut self, id: PeerId, hold: Duration, restart_at: Option<Bitrate>) {
        let until = self.now + hold;
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        peer.means.held = Some((until, restart_at));
        let leg = peer.receiving();
        for subscription in &mut peer.subscriptions {
            let Some((forwarder, binding)) =
                subscription.forwarder.as_mut().zip(subscription.binding)
            else {
                continue;
            };
            if forwarder.codec().kind() == Kind::Video {
                forwarder.set_target(None);
                // He gives up what he has not got by now, and its repair would be in the way as
                // well. A failure shows in the next drain.
                let _ = peer.legs[leg].connection.size_repair_cache(binding.mid);
            }
        }
        self.wake_at(until);
    }

    pub(super) fn resume_video(&mut self, id: PeerId) {
        let now = self.now;
        let held = self.peers.get_mut(&id).map(|peer| &mut peer.means.held);
        let due = held.and_then(|held| held.take_if(|(until, _)| *until <= now));
        match due {
            Some((_, Some(restart_at))) => self.restart_estimate(id, restart_at),
            Some((_, None)) => self.go_on(id),
            None => {}
        }
    }

    /// With what our own estimator says now.
    fn go_on(&mut self, id: PeerId) {
        if let Some(peer) = self.peers.get_mut(&id) {
            let leg = peer.receiving();
            peer.legs[leg].connection.go_on();
            peer.means.heard.resumed();
            peer.means.estimate = peer.means.heard.current();
            self.allocate(id);
        }
    }

    pub(super) fn restart_estimate(&mut self, id: PeerId, at: Bitrate) {
        let now = self.now;
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        peer.means.heard.restarted(now, at);
        peer.means.estimate = Some(at);
        peer.means.unprobed_until = Some(now + UNPROBED_FOR);
        let leg = peer.receiving();
        // A failure shows in the next drain.
        let _ = peer.legs[leg].connection.restart_estimate(at);
        mark(&mut self.dirty, peer, leg);
        self.allocate(id);
    }
}
