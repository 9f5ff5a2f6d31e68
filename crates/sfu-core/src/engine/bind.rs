//! From a section that carries a track to packets in it: the choice of the codec, and the
//! forwarder that goes with it.

use super::Engine;
use crate::forward::{Forwarder, Start};
use crate::peer::{Binding, Peer, Subscription};
use crate::track::Track;
use crate::transport::Mid;
use base::media::Event;
use base::{PeerId, TrackId};

impl Engine {
    /// Binds all subscriptions of a peer that are ready for it.
    pub(super) fn start_sending(&mut self, id: PeerId) {
        let Some(peer) = self.peers.get(&id) else {
            return;
        };
        let agreed: Vec<TrackId> = peer.slots.agreed().collect();
        for track in agreed {
            self.bind(id, track);
        }
    }

    /// Chooses the encoding that a subscriber gets, once his section is agreed and the track's
    /// format is known; again when either changes.
    pub(super) fn bind(&mut self, id: PeerId, track_id: TrackId) {
        let Some(track) = self.tracks.get(&track_id) else {
            return;
        };
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let Some(mid) = peer.slots.agreed_mid(track_id) else {
            return;
        };
        let Some(at) = peer.subscriptions.iter().position(|s| s.track == track_id) else {
            return;
        };
        match choose(peer, mid, track) {
            Choice::Found(binding) => {
                let is_news = renew(&mut peer.subscriptions[at], binding, track);
                if is_news {
                    let leg = peer.receiving();
                    // A failure shows when the connection is drained.
                    let _ = peer.legs[leg].connection.size_repair_cache(mid);
                    self.reconsider(id);
                    self.update_want(track_id);
                }
            }
            Choice::NotYet(hoped) => {
                let subscription = &mut peer.subscriptions[at];
                if subscription.hoped != hoped {
                    subscription.hoped = hoped;
                    self.update_want(track_id);
                }
            }
            Choice::Never => {
                let subscription = &mut peer.subscriptions[at];
                if !std::mem::replace(&mut subscription.has_failed, true) {
                    let (peer, track) = (id, track_id);
                    self.event(Event::SubscriptionFailed { peer, track });
                }
            }
        }
    }

    /// The formats of a track have changed: all its subscribers here choose again.
    pub(super) fn rebind(&mut self, track: TrackId) {
        let subscribers = self.tracks.get(&track).map(|t| t.subscribers.clone());
        for subscriber in subscribers.unwrap_or_default() {
            self.bind(subscriber, track);
        }
    }
}

enum Choice {
    Found(Binding),
    /// None of the formats that are known so far; perhaps this encoding, once it is sent.
    NotYet(Option<u8>),
    /// None of those that are or could be sent is understood.
    Never,
}

/// The first encoding, in the publisher's order, that the subscriber's section accepts.
fn choose(peer: &Peer, mid: Mid, track: &Track) -> Choice {
    let connection = &peer.legs[peer.receiving()].connection;
    let mut is_open = track.encodings.is_empty();
    let mut hoped = None;
    for (index, encoding) in (0..).zip(&track.encodings) {
        let Some(format) = encoding.shape.format else {
            let codec = track.codec(index);
            if codec.is_none_or(|codec| connection.takes_codec(mid, codec)) {
                is_open = true;
                hoped = hoped.or(Some(index));
            }
            continue;
        };
        if let Some((payload_type, redundant)) = connection.payload_types(mid, format) {
            return Choice::Found(Binding {
                mid,
                encoding: index,
                payload_type,
                redundant,
            });
        }
    }
    if is_open {
        Choice::NotYet(hoped)
    } else {
        Choice::Never
    }
}

/// Whether the subscription is bound otherwise than before.
fn renew(subscription: &mut Subscription, binding: Binding, track: &Track) -> bool {
    if subscription.binding == Some(binding) && subscription.forwarder.is_some() {
        return false;
    }
    let Some(encoding) = track.encodings.get(usize::from(binding.encoding)) else {
        return false;
    };
    let Some(format) = encoding.shape.format else {
        return false;
    };
    let start = match (&subscription.forwarder, subscription.binding) {
        (Some(forwarder), Some(before)) if before.mid == binding.mid => forwarder.next(),
        _ => Start::fresh(),
    };
    subscription.binding = Some(binding);
    subscription.has_failed = false;
    let simulcast = encoding.shape.is_simulcast;
    subscription.forwarder = Some(Forwarder::new(format.codec, simulcast, start));
    true
}
