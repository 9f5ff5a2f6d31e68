//! Out of the connections: datagrams to send, and what they report.

use super::{Engine, LegKey, Output};
use crate::datagram::Datagram;
use crate::transport::{Advanced, Broken, ChannelEvent, DUE_WITHIN, Pace, TransportEvent};
use base::media::{DataChannelKind, Event};
use std::time::{Duration, Instant};

/// The kernel's timers are no finer, and a connection that would never come to rest leaves room.
const SHORTEST_SLEEP: Duration = Duration::from_micros(50);

impl Engine {
    /// Does one piece of what waits to be done. False if there is nothing.
    pub(super) fn work(&mut self) -> bool {
        self.settle();
        if let Some(peer) = self.unallocated.pop_first() {
            self.allocate(peer);
            return true;
        }
        if self.fan_out() {
            return true;
        }
        self.is_gathering = false;
        self.send_next()
    }

    /// Drains the next connection that was given something. What it reports may give others
    /// something in turn.
    fn send_next(&mut self) -> bool {
        let Some(key) = self.dirty.pop_front() else {
            return false;
        };
        self.send(key);
        true
    }

    /// Drains a connection if it was given something.
    pub(super) fn send(&mut self, key: LegKey) {
        let leg = self.leg_mut(key);
        if leg.is_some_and(|leg| std::mem::take(&mut leg.is_dirty)) {
            self.burst(key);
        }
    }

    /// Gives a connection its time and sends all that is due, so that it leaves in one burst.
    fn burst(&mut self, key: LegKey) {
        let now = self.now;
        let Some(leg) = self.leg_mut(key) else {
            return;
        };
        let mut pace = match leg.connection.begin_burst(now) {
            Ok(pace) => pace,
            Err(broken) => return self.fail(key, &broken),
        };
        if let Some(next) = self.drain(key, &mut pace) {
            self.set_timer(key, next.max(now + SHORTEST_SLEEP));
        }
    }

    /// After input: takes what the connection reports, and leaves it to the flush to send.
    pub(super) fn drain_events(&mut self, key: LegKey) {
        let Some(next) = self.drain(key, &mut Pace::halted()) else {
            return;
        };
        self.set_timer(key, next);
        if next <= self.now + DUE_WITHIN {
            self.mark_dirty(key.0, usize::from(key.1));
        }
    }

    /// Until it rests; when it wants to be woken. `None` if it is gone.
    fn drain(&mut self, key: LegKey, pace: &mut Pace) -> Option<Instant> {
        loop {
            match self.advance(key, pace) {
                Ok(Advanced::Event(event)) => self.transport_event(key, event),
                Ok(Advanced::Idle(at)) => return self.leg_mut(key).map(|_| at),
                Err(None) => return None,
                Err(Some(broken)) => {
                    self.fail(key, &broken);
                    return None;
                }
            }
        }
    }

    fn advance(&mut self, (id, leg): LegKey, pace: &mut Pace) -> Result<Advanced, Option<Broken>> {
        let peer = self.peers.get_mut(&id).ok_or(None)?;
        let leg = peer.legs.get_mut(usize::from(leg)).ok_or(None)?;
        let (outputs, counters) = (&mut self.outputs, &mut self.counters);
        let send = |datagram: Datagram| {
            counters.datagrams_out += 1;
            counters.bytes_out += datagram.bytes.len() as u64;
            outputs.push_back(Output::Send(datagram));
        };
        leg.connection.advance(pace, send).map_err(Some)
    }

    /// Sends what a closing connection says last.
    pub(super) fn say_goodbye(&mut self, key: LegKey) {
        let mut pace = Pace::halted();
        while let Ok(Advanced::Event(_)) = self.advance(key, &mut pace) {}
    }

    /// A deadline that moves away leaves its timer: when that fires, it is set anew. Deadlines of
    /// connections that send move with every packet.
    pub(super) fn set_timer(&mut self, key: LegKey, at: Instant) {
        let Some(leg) = self.leg_mut(key) else {
            return;
        };
        leg.deadline = Some(at);
        if leg.timer.is_some_and(|timer| timer <= at) {
            return;
        }
        if let Some(before) = leg.timer.replace(at) {
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
            TransportEvent::OwnEstimate(own) => self.told(peer, leg, &own),
            TransportEvent::Link(link) => {
                self.sampled(peer, leg, &link);
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
        // What was written while it was being set up leaves now, and not when the pacer asks.
        self.mark_dirty(key.0, usize::from(key.1));
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
