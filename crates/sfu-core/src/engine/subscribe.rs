//! Who wants which track.

use super::Engine;
use crate::peer::Subscription;
use base::media::{Subscribe, SubscriptionSettings};
use base::{PeerId, TrackId};

impl Engine {
    pub(super) fn subscribe(&mut self, subscribe: Subscribe) {
        let Subscribe {
            peer: id,
            track,
            settings,
        } = subscribe;
        let now = self.now;
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        if peer.subscription(track).is_some() {
            return self.configure(id, track, settings);
        }
        // Not doubled: of a meeting's last tenth many would stand empty, and most have one or two.
        if peer.subscriptions.len() == peer.subscriptions.capacity() {
            let more = peer.subscriptions.len() / 4 + 1;
            peer.subscriptions.reserve_exact(more);
        }
        peer.subscriptions.push(Subscription {
            track,
            settings,
            since: now,
            binding: None,
            forwarder: None,
            has_forwarded: false,
            has_failed: false,
            hoped: None,
        });
        if self.tracks.contains_key(&track) {
            self.join_track(id, track);
        } else {
            self.waiting.entry(track).or_default().push(id);
        }
    }

    /// The track of a subscription exists here.
    pub(super) fn join_track(&mut self, id: PeerId, track: TrackId) {
        let subscribed = self
            .peers
            .get_mut(&id)
            .is_some_and(|peer| peer.subscription(track).is_some());
        if !subscribed {
            return;
        }
        if let Some(track) = self.tracks.get_mut(&track)
            && !track.subscribers.contains(&id)
        {
            track.subscribers.push(id);
        }
        self.unsettled.insert(id);
    }

    pub(super) fn unsubscribe(&mut self, id: PeerId, track: TrackId) {
        self.end_subscription(id, track);
        self.leave_track(id, track);
    }

    pub(super) fn configure(&mut self, id: PeerId, track: TrackId, to: SubscriptionSettings) {
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let Some(subscription) = peer.subscription(track) else {
            return;
        };
        if subscription.settings != to {
            subscription.settings = to;
            self.reconsider(id);
            self.update_want(track);
        }
    }

    /// Frees the section of a subscription and forgets it.
    pub(super) fn end_subscription(&mut self, id: PeerId, track: TrackId) {
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        peer.subscriptions.retain(|s| s.track != track);
        if peer.slots.release(track) {
            self.unsettled.insert(id);
        }
        self.reconsider(id);
    }

    pub(super) fn leave_track(&mut self, id: PeerId, track: TrackId) {
        if let Some(waiting) = self.waiting.get_mut(&track) {
            waiting.retain(|peer| *peer != id);
            if waiting.is_empty() {
                self.waiting.remove(&track);
            }
        }
        if let Some(track) = self.tracks.get_mut(&track) {
            track.subscribers.retain(|peer| *peer != id);
        }
        self.update_want(track);
    }
}
