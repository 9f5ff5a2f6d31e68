//! Receiving sections: asking the client for more of them (single), or offering them (dual).

use super::Engine;
use crate::peer::{OpenOffer, kind_index};
use crate::sdp::{Finish, MAX_SDP_BYTES, SectionPlan, finish};
use crate::transport::{Change, Mid};
use base::media::{Event, Kind, PcMode};
use base::{PeerId, TrackId};
use std::collections::HashMap;
use std::time::Duration;

/// Changes that come together go into one offer: a participant who enters a room gets all his
/// tracks in one. Ten milliseconds are not felt; later offers of a busy room wait a little longer,
/// because each stops the client's main thread for some milliseconds.
const FIRST_DEBOUNCE: Duration = Duration::from_millis(10);
const DEBOUNCE: Duration = Duration::from_millis(150);

impl Engine {
    /// Looks at all peers whose receiving sections may have to change.
    pub(super) fn settle(&mut self) {
        while let Some(id) = self.unsettled.pop_first() {
            match self.peers.get(&id).map(|peer| peer.open.mode) {
                Some(PcMode::Single) => self.ask_for_sections(id),
                Some(PcMode::Dual) => self.plan_offer(id),
                None => {}
            }
        }
    }

    /// Subscribed tracks that have no section yet, in the order in which they were wanted.
    pub(super) fn waiting_for_section(&self, id: PeerId) -> Vec<(TrackId, Kind)> {
        let Some(peer) = self.peers.get(&id) else {
            return Vec::new();
        };
        let waiting = peer.subscriptions.iter().filter_map(|subscription| {
            let track = subscription.track;
            let kind = self.tracks.get(&track)?.spec.kind;
            (!peer.slots.has_taken(track)).then_some((track, kind))
        });
        waiting.collect()
    }

    /// Single: the client has to offer, with more sections where there are too few.
    fn ask_for_sections(&mut self, id: PeerId) {
        let waiting = self.waiting_for_section(id);
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let mut more = [0; 2];
        for kind in [Kind::Audio, Kind::Video] {
            let wanted = waiting.iter().filter(|(_, k)| *k == kind).count();
            let (free, soon) = peer.slots.free(kind);
            let asked = &mut peer.negotiation.asked[kind_index(kind)];
            let missing = wanted.saturating_sub(free + soon + *asked);
            *asked += missing;
            more[kind_index(kind)] = missing;
        }
        let needs_offer = !waiting.is_empty() || peer.slots.retiring().next().is_some();
        // Before its first offer the client has nothing to offer again.
        let is_asked = peer.negotiation.has_asked && more == [0, 0];
        if !needs_offer || is_asked {
            return;
        }
        peer.negotiation.has_asked = true;
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.event(Event::SectionsNeeded {
            peer: id,
            audios: count(more[0]),
            videos: count(more[1]),
        });
    }

    /// Dual: sets the time of the next offer, or makes it if the time has come.
    fn plan_offer(&mut self, id: PeerId) {
        let now = self.now;
        let waits = !self.waiting_for_section(id).is_empty();
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let negotiation = &mut peer.negotiation;
        let is_wanted = waits
            || negotiation.restart_ice
            || peer.slots.retiring().next().is_some()
            || (peer.open.subscriber_primary && !negotiation.has_channels);
        if !is_wanted || negotiation.open_offer.is_some() {
            negotiation.due = None;
            return;
        }
        let earliest = negotiation.last_offered.map(|last| last + DEBOUNCE);
        let due = *negotiation
            .due
            .get_or_insert((now + FIRST_DEBOUNCE).max(earliest.unwrap_or(now)));
        if now < due {
            self.wake_at(due);
            return;
        }
        negotiation.due = None;
        self.offer(id);
    }

    fn offer(&mut self, id: PeerId) {
        let Some(peer) = self.peers.get(&id) else {
            return;
        };
        let inactive: Vec<Mid> = peer.slots.retiring().collect();
        self.give_slots(id);
        let added: Vec<(TrackId, Kind)> = self.waiting_for_section(id);
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let taken: Vec<Mid> = peer.slots.taken().map(|(mid, _)| mid).collect();
        let mut changes: Vec<Change> = Vec::new();
        let negotiation = &mut peer.negotiation;
        if !std::mem::replace(&mut negotiation.has_channels, true) {
            changes.push(Change::AddChannels);
        }
        if std::mem::take(&mut negotiation.restart_ice) {
            changes.push(Change::RestartIce);
        }
        changes.extend(inactive.iter().map(|mid| Change::Deactivate(*mid)));
        changes.extend(taken.iter().map(|mid| Change::Activate(*mid)));
        changes.extend(added.iter().map(|(_, kind)| Change::AddSection(*kind)));
        let connection = &mut peer.legs[1].connection;
        connection.wake(self.now);
        let outcome = connection.create_offer(&changes, &mut self.rng);
        let (draft, new) = match outcome {
            Ok(Some(offer)) => offer,
            Ok(None) => return,
            Err(broken) => return self.fail((id, 1), &broken),
        };
        for (mid, (track, kind)) in new.into_iter().zip(added) {
            peer.slots.offer(mid, kind);
            peer.slots.take(track, kind);
        }
        let taken = peer.slots.taken().map(|(mid, _)| mid).collect();
        let sdp = self.finish_offer(id, &draft);
        self.learn_ufrag(id, 1);
        self.mark_dirty(id, 1);
        if let Some(peer) = self.peers.get_mut(&id) {
            peer.negotiation.last_offered = Some(self.now);
            peer.negotiation.open_offer = Some(OpenOffer {
                id: 0,
                sdp,
                inactive,
                taken,
            });
        }
        self.send_open_offer(id);
    }

    /// Under a new number: an answer to it is one to what it says now.
    fn send_open_offer(&mut self, id: PeerId) {
        let mids = self.mids(id);
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let negotiation = &mut peer.negotiation;
        let Some(open) = &mut negotiation.open_offer else {
            return;
        };
        negotiation.last_offer_id += 1;
        open.id = negotiation.last_offer_id;
        let (offer_id, sdp) = (open.id, open.sdp.clone());
        self.event(Event::Offer {
            peer: id,
            id: offer_id,
            sdp,
            mids,
        });
    }

    fn finish_offer(&self, id: PeerId, draft: &str) -> String {
        let taken = self.peers.get(&id).map(|p| p.slots.taken().collect());
        let taken: Vec<(Mid, TrackId)> = taken.unwrap_or_default();
        let plan = |mid| SectionPlan {
            sends: self.sending(id, mid),
            ..SectionPlan::default()
        };
        let plans: HashMap<_, _> = taken.iter().map(|(mid, _)| (*mid, plan(*mid))).collect();
        finish(
            draft,
            &Finish {
                plans: &plans,
                opus: self.opus_format(id),
                candidates: &self.config.candidates,
                is_answer: false,
            },
        )
    }

    /// Dual: the client's answer. One to an offer that is no longer open is ignored.
    pub(super) fn client_answer(&mut self, id: PeerId, offer_id: u32, sdp: &str) {
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let open = peer.negotiation.open_offer.take_if(|o| o.id == offer_id);
        let Some(open) = open.filter(|_| peer.legs.len() > 1) else {
            return;
        };
        let refused = if sdp.len() > MAX_SDP_BYTES {
            Some(format!("longer than {MAX_SDP_BYTES} bytes"))
        } else {
            let outcome = peer.legs[1].connection.accept_answer(sdp);
            outcome.err().map(|refused| refused.to_string())
        };
        if let Some(why) = refused {
            return self.event(Event::SdpRefused { peer: id, why });
        }
        peer.slots.seen_inactive(&open.inactive);
        peer.slots.seen_taken(&open.taken);
        self.learn_ufrag(id, 1);
        self.mark_dirty(id, 1);
        self.start_sending(id);
        self.unsettled.insert(id);
    }

    pub(super) fn restart_ice(&mut self, id: PeerId) {
        if let Some(peer) = self.peers.get_mut(&id)
            && peer.legs.len() > 1
        {
            peer.negotiation.restart_ice = true;
            self.unsettled.insert(id);
            // The offer or its answer was lost when the client's signalling broke, and the client may
            // have applied it or not. The same once more fits either; another would give its sections
            // other names.
            self.send_open_offer(id);
        }
    }
}
