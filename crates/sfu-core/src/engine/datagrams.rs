//! From a datagram to the connection that it is for.

use super::{Engine, LegKey};
use crate::data::Hold;
use crate::datagram::Received;
use crate::peer::{Leg, MAX_ROUTES};
use crate::ufrag;
use base::PeerId;

impl Engine {
    pub(super) fn datagram(&mut self, received: Received<'_>) {
        self.counters.datagrams_in += 1;
        self.counters.bytes_in += received.bytes.len() as u64;
        let Some(key) = self.addressee(received) else {
            self.counters.dropped_strange += 1;
            return;
        };
        let (id, leg) = key;
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        peer.measured.heard = Some(self.now);
        let is_held = peer.legs[usize::from(leg)].is_connected
            && Hold::concerns(received.bytes)
            && (peer.credit.in_flight_bytes() > self.config.data_credit_bytes
                || !peer.hold.is_empty());
        if is_held {
            peer.hold.push(self.now, received);
            self.schedule_tick();
            return;
        }
        self.deliver(key, received);
    }

    /// Gives a datagram to a connection and takes what media it brings; all else waits for the
    /// flush.
    pub(super) fn deliver(&mut self, key: LegKey, received: Received<'_>) {
        let now = self.now;
        let Some(leg) = self.leg_mut(key) else {
            return;
        };
        match leg.connection.receive(now, received) {
            Ok(true) => self.drain_events(key),
            Ok(false) => self.counters.dropped_malformed += 1,
            Err(broken) => self.fail(key, &broken),
        }
    }

    /// Media and data come from addresses that an authentic STUN request came from before. A
    /// STUN request names its addressee itself, and may come from a new address.
    fn addressee(&mut self, received: Received<'_>) -> Option<LegKey> {
        let route = (received.protocol, received.source);
        let known = self.routes.get(&route).copied();
        let Some(ufrag) = ufrag::of_stun(received.bytes) else {
            return known;
        };
        let key = *self.ufrags.get(ufrag)?;
        if known == Some(key) {
            return known;
        }
        let now = self.now;
        let leg = self.leg_mut(key)?;
        if !leg.connection.accepts(now, received) {
            return None;
        }
        leg.routes.push_back(route);
        let forgotten = (leg.routes.len() > MAX_ROUTES).then(|| leg.routes.pop_front());
        if let Some(forgotten) = forgotten.flatten() {
            self.routes.remove(&forgotten);
        }
        if let Some(before) = self.routes.insert(route, key)
            && let Some(leg) = self.leg_mut(before)
        {
            leg.routes.retain(|r| *r != route);
        }
        Some(key)
    }

    pub(super) fn leg_mut(&mut self, (id, leg): LegKey) -> Option<&mut Leg> {
        self.peers.get_mut(&id)?.legs.get_mut(usize::from(leg))
    }

    /// Lets wait what his credit holds back, and lets go what it does not.
    pub(super) fn release_held(&mut self, id: PeerId) {
        loop {
            let now = self.now;
            let Some(peer) = self.peers.get_mut(&id) else {
                return;
            };
            let overdrawn = peer.credit.in_flight_bytes() > self.config.data_credit_bytes;
            let Some(held) = peer.hold.pop(now, overdrawn) else {
                return;
            };
            let received = held.as_received();
            let Some(key) = self.routes.get(&(received.protocol, received.source)) else {
                continue;
            };
            self.deliver(*key, received);
        }
    }
}
