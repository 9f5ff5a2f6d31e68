//! From a datagram to the connection that it is for.

use super::{Engine, LegKey};
use crate::data::Hold;
use crate::datagram::Received;
use crate::peer::{Leg, MAX_ROUTES, MAX_STREAMS, Route};
use crate::transport::Broken;
use crate::ufrag;
use base::PeerId;
use std::net::IpAddr;

impl Engine {
    pub(super) fn datagram(&mut self, received: Received<'_>) {
        self.counters.datagrams_in += 1;
        self.counters.bytes_in += received.bytes.len() as u64;
        let Some(key) = self.addressee(received) else {
            self.stray(received);
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
        if let Some(leg) = self.leg_mut(key) {
            let taken = leg.connection.receive(now, received);
            self.delivered(key, taken);
        }
    }

    fn delivered(&mut self, key: LegKey, taken: Result<bool, Broken>) {
        match taken {
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
        self.learn_route(route, key);
        Some(key)
    }

    /// Media from an address that nobody is known at: perhaps somebody's address has changed, and his
    /// next request may be seconds away. It is for the ciphers to say whether it is his.
    fn stray(&mut self, received: Received<'_>) {
        let ssrc = ssrc_of_media(received.bytes);
        if let Some(key) = ssrc.and_then(|ssrc| self.streams.get(&ssrc).copied()) {
            // If it is authentic, then [`Self::claim_stray`] hears of it.
            self.stray = Some((received.protocol, received.source));
            let now = self.now;
            if let Some(leg) = self.leg_mut(key) {
                let taken = leg.connection.receive_stray(now, received);
                self.delivered(key, taken);
            }
            if self.stray.take().is_none() {
                return;
            }
        } else if let Some(key) = self.reporter(received) {
            self.learn_route((received.protocol, received.source), key);
            return self.deliver(key, received);
        }
        self.counters.dropped_strange += 1;
    }

    /// Who watches sends reports only, which bear nothing that names him. But mostly he is still at his
    /// IP address, or another connection of his has just been found there.
    fn reporter(&mut self, received: Received<'_>) -> Option<LegKey> {
        if !is_report(received.bytes) {
            return None;
        }
        let at_home = self.places.get(&received.source.ip())?;
        if !self.strays.may_try(self.now) {
            return None;
        }
        for id in at_home {
            let legs = self.peers.get(id).into_iter().flat_map(|peer| &peer.legs);
            for (leg, index) in legs.zip(0..) {
                if leg.connection.opens(received.bytes) {
                    return Some((*id, index));
                }
            }
        }
        None
    }

    /// Authentic media of a stream has come. Its sender is known by it from now on, and where a
    /// stray packet brought it he is at its address.
    pub(super) fn claim_stray(&mut self, key: LegKey, ssrc: u32) {
        if let Some(route) = self.stray.take() {
            self.learn_route(route, key);
        }
        if self.streams.get(&ssrc) == Some(&key) {
            return;
        }
        let Some(leg) = self.leg_mut(key) else {
            return;
        };
        leg.streams.push_back(ssrc);
        let forgotten = (leg.streams.len() > MAX_STREAMS).then(|| leg.streams.pop_front());
        if let Some(forgotten) = forgotten.flatten() {
            self.streams.remove(&forgotten);
        }
        self.streams.insert(ssrc, key);
    }

    fn learn_route(&mut self, route: Route, key: LegKey) {
        let Some(leg) = self.leg_mut(key) else {
            return;
        };
        leg.routes.push_back(route);
        let connection = &leg.connection;
        let is_idle = |route: &Route| !connection.is_at(route.0, route.1);
        let oldest = leg.routes.iter().position(is_idle);
        let forgotten = oldest.filter(|_| leg.routes.len() > MAX_ROUTES);
        if let Some(forgotten) = forgotten.and_then(|at| leg.routes.remove(at)) {
            self.forget_route(key.0, &forgotten);
        }
        if let Some(before) = self.routes.insert(route, key)
            && before != key
            && let Some(leg) = self.leg_mut(before)
        {
            leg.routes.retain(|r| *r != route);
            self.leave_place(before.0, route.1.ip());
        }
        let at_home = self.places.entry(route.1.ip()).or_default();
        if !at_home.contains(&key.0) {
            at_home.push_back(key.0);
        }
        if at_home.len() > MOST_AT_HOME {
            at_home.pop_front();
        }
    }

    pub(super) fn forget_route(&mut self, id: PeerId, route: &Route) {
        self.routes.remove(route);
        self.leave_place(id, route.1.ip());
    }

    /// Unless he has another port there.
    fn leave_place(&mut self, id: PeerId, address: IpAddr) {
        let legs = self.peers.get(&id).into_iter().flat_map(|peer| &peer.legs);
        let mut routes = legs.flat_map(|leg| &leg.routes);
        if routes.any(|other| other.1.ip() == address) {
            return;
        }
        if let Some(at_home) = self.places.get_mut(&address) {
            at_home.retain(|other| *other != id);
            if at_home.is_empty() {
                self.places.remove(&address);
            }
        }
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

/// Peers behind one address that are tried when a report comes from a port of it that is not known,
/// those that came last. Each costs a microsecond.
const MOST_AT_HOME: usize = 16;

/// RFC 5761 section 4.
fn is_report(bytes: &[u8]) -> bool {
    matches!(bytes, [0x80..=0xbf, 192..=223, ..])
}

/// The stream that an RTP packet is of (RFC 3550 section 5.1); its packets are told from RTCP's as in
/// RFC 5761 section 4.
fn ssrc_of_media(bytes: &[u8]) -> Option<u32> {
    let [0x80..=0xbf, 0..=191 | 224..=255, ..] = bytes else {
        return None;
    };
    let ssrc = bytes.get(8..12)?.try_into().ok()?;
    Some(u32::from_be_bytes(ssrc))
}
