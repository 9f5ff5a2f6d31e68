//! Out of the connections: datagrams to send, and what they report.

use super::{Engine, LegKey, Output};
use crate::transport::{Broken, ChannelEvent, DUE_WITHIN, Polled, TransportEvent};
use base::media::{DataChannelKind, Event};
use std::time::{Duration, Instant};

/// Turns of the pacer in one drain: it lets go one packet a turn. A second of 10 Mbps, far more
/// than is ever due at once; a bound for a connection that would never come to rest.
const MAX_TURNS: u32 = 1_024;

/// What a connection has for us until it comes to rest.
enum Drained {
    Event(TransportEvent),
    Idle(Instant),
}

impl Engine {
    /// Settles negotiations and drains all connections that were given something.
    pub(super) fn flush(&mut self) {
        self.settle();
        while let Some(peer) = self.unallocated.pop_first() {
            self.allocate(peer);
        }
        let mut dirty = std::mem::take(&mut self.dirty);
        for key in dirty.drain(..) {
            if let Some(leg) = self.leg_mut(key) {
                leg.is_dirty = false;
                self.burst(key);
            }
        }
        // What the drained ones reported may have given others something (a data message, a key
        // frame request): those are drained in the next call, before the shard waits.
        if self.dirty.is_empty() {
            self.dirty = dirty;
        } else if self.outputs.is_empty() {
            self.flush();
        }
    }

    /// Gives a connection its time and sends all that is due, so that it leaves in one burst.
    fn burst(&mut self, key: LegKey) {
        let mut at = self.now;
        for _ in 0..MAX_TURNS {
            let Some(leg) = self.leg_mut(key) else {
                return;
            };
            if let Err(broken) = leg.connection.timeout(at) {
                return self.fail(key, &broken);
            }
            let Some(next) = self.drain(key) else {
                return;
            };
            if next > at + DUE_WITHIN {
                return self.set_timer(key, next);
            }
            at = at.max(next);
        }
        self.set_timer(key, at + Duration::from_millis(1));
    }

    /// After input: takes what the connection reports, and leaves it to the flush to send.
    pub(super) fn drain_events(&mut self, key: LegKey) {
        let Some(next) = self.drain(key) else {
            return;
        };
        self.set_timer(key, next);
        if next <= self.now + DUE_WITHIN {
            self.mark_dirty(key.0, usize::from(key.1));
        }
    }

    /// Until it rests; when it wants to be woken. `None` if it is gone.
    fn drain(&mut self, key: LegKey) -> Option<Instant> {
        loop {
            match self.poll_leg(key) {
                Ok(Drained::Event(event)) => self.transport_event(key, event),
                Ok(Drained::Idle(at)) => return self.leg_mut(key).map(|_| at),
                Err(None) => return None,
                Err(Some(broken)) => {
                    self.fail(key, &broken);
                    return None;
                }
            }
        }
    }

    fn poll_leg(&mut self, (id, leg): LegKey) -> Result<Drained, Option<Broken>> {
        let peer = self.peers.get_mut(&id).ok_or(None)?;
        let leg = peer.legs.get_mut(usize::from(leg)).ok_or(None)?;
        loop {
            match leg.connection.poll().map_err(Some)? {
                Polled::Send(datagram) => {
                    self.counters.datagrams_out += 1;
                    self.counters.bytes_out += datagram.bytes.len() as u64;
                    self.outputs.push_back(Output::Send(datagram));
                }
                Polled::Event(event) => return Ok(Drained::Event(event)),
                Polled::Idle(at) => return Ok(Drained::Idle(at)),
            }
        }
    }

    /// Sends what a closing connection says last.
    pub(super) fn say_goodbye(&mut self, key: LegKey) {
        while let Ok(Drained::Event(_)) = self.poll_leg(key) {}
    }

    pub(super) fn set_timer(&mut self, key: LegKey, at: Instant) {
        let Some(leg) = self.leg_mut(key) else {
            return;
        };
        let before = leg.deadline.replace(at);
        if before == Some(at) {
            return;
        }
        if let Some(before) = before {
            self.timers.remove(&(before, key));
        }
        self.timers.insert((at, key));
    }

    fn transport_event(&mut self, key: LegKey, event: TransportEvent) {
        let (peer, leg) = key;
        match event {
            TransportEvent::Connected => self.connected(key),
            TransportEvent::Silent => self.silent(key, true),
            TransportEvent::Back => self.silent(key, false),
            TransportEvent::Closed => self.closed(key),
            TransportEvent::Media {
                ssrc,
                payload_type,
                packet,
            } => self.media(key, ssrc, payload_type, packet),
            TransportEvent::KeyFrameWanted { mid } => self.key_frame_wanted(peer, mid),
            TransportEvent::Channel(kind, event) => self.channel(key, kind, event),
            TransportEvent::Estimate(estimate) => {
                self.estimated(peer, leg, |heard| heard.averaged(estimate));
            }
            TransportEvent::Link(link) => {
                if let Some(estimate) = link.estimate {
                    self.estimated(peer, leg, |heard| heard.momentary(estimate));
                }
                self.measured(peer, leg, &link);
            }
            TransportEvent::Incoming(stats) => self.incoming(peer, &stats),
        }
    }

    fn connected(&mut self, key: LegKey) {
        let Some(leg) = self.leg_mut(key) else {
            return;
        };
        leg.is_connected = true;
        let target = leg.target;
        self.event(Event::Connected {
            peer: key.0,
            target,
        });
        self.start_sending(key.0);
    }

    /// The client has closed the connection. Mostly he is leaving, and his word for it is on its
    /// way through signalling; if not, he has to join anew.
    fn closed(&mut self, (id, leg): LegKey) {
        let Some(leg) = self.leg_mut((id, leg)) else {
            return;
        };
        let target = leg.target;
        self.event(Event::Failed {
            peer: id,
            target,
            why: "the client closed the connection".to_owned(),
        });
        self.remove_peer(id);
    }

    fn silent(&mut self, key: LegKey, is_silent: bool) {
        let Some(leg) = self.leg_mut(key) else {
            return;
        };
        let was_silent = std::mem::replace(&mut leg.is_silent, is_silent);
        let target = leg.target;
        if !leg.is_connected || was_silent == is_silent {
            return;
        }
        let peer = key.0;
        self.event(if is_silent {
            Event::Disconnected { peer, target }
        } else {
            Event::Connected { peer, target }
        });
    }

    fn channel(&mut self, key: LegKey, kind: DataChannelKind, event: ChannelEvent) {
        match event {
            ChannelEvent::Open | ChannelEvent::Writable => self.flush_data(key.0),
            ChannelEvent::Message(bytes) => self.received_data(key.0, kind, bytes),
            ChannelEvent::Closed => {}
        }
    }
}
