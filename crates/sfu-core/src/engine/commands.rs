//! What rooms ask for.

use super::{Engine, leg_index};
use crate::data::{Hold, Outbox};
use crate::peer::{Leg, Means, Measured, Negotiation, Peer, Slots};
use crate::quality::LinkQuality;
use crate::transport::{Broken, Connection};
use base::media::{Command, CreditLine, Event, Open, PcMode, PcTarget};
use base::{PeerId, TrackId};
use std::collections::HashMap;

impl Engine {
    pub(super) fn command(&mut self, command: Command) {
        match command {
            Command::Open(open) => self.open(open),
            Command::Move { peer, room } => {
                if let Some(peer) = self.peers.get_mut(&peer) {
                    peer.open.room = room;
                }
            }
            Command::Close { peer } => self.close(peer),
            Command::Offer { peer, id, sdp } => self.client_offer(peer, id, &sdp),
            Command::Answer { peer, id, sdp } => self.client_answer(peer, id, &sdp),
            Command::Trickle {
                peer,
                target,
                candidate,
            } => self.trickle(peer, target, &candidate),
            Command::RestartIce { peer } => self.restart_ice(peer),
            Command::Publish(spec) => self.publish(spec),
            Command::Unpublish { peer, track } => self.unpublish(peer, track),
            Command::Mute { peer, track, muted } => self.mute(peer, track, muted),
            Command::Subscribe(subscribe) => self.subscribe(subscribe),
            Command::Unsubscribe { peer, track } => self.unsubscribe(peer, track),
            Command::Configure {
                peer,
                track,
                settings,
            } => self.configure(peer, track, settings),
            Command::SendData {
                peers,
                channel,
                bytes,
                credit,
            } => self.send_data(&peers, channel, &bytes, &credit),
        }
    }

    fn open(&mut self, open: Open) {
        let id = open.peer;
        if self.peers.contains_key(&id) {
            return;
        }
        match self.legs(&open) {
            Ok(legs) => self.add_peer(open, legs),
            Err(broken) => self.event(Event::Failed {
                peer: id,
                target: PcTarget::Publisher,
                why: broken.to_string(),
            }),
        }
    }

    fn legs(&mut self, open: &Open) -> Result<Vec<Leg>, Broken> {
        let is_single = open.mode == PcMode::Single;
        // Room for exactly these: a leg is no small thing.
        let mut legs = Vec::with_capacity(if is_single { 1 } else { 2 });
        legs.push(self.leg(open, PcTarget::Publisher, is_single));
        if open.negotiated_channels {
            legs[0].connection.create_negotiated_channels()?;
        }
        if !is_single {
            legs.push(self.leg(open, PcTarget::Subscriber, true));
        }
        Ok(legs)
    }

    fn leg(&mut self, open: &Open, target: PcTarget, sends: bool) -> Leg {
        let certificate = self.certificate.as_ref();
        let connection = Connection::new(
            &self.config,
            certificate,
            open,
            sends,
            &mut self.rng,
            self.now,
        );
        Leg::new(target, connection)
    }

    fn add_peer(&mut self, open: Open, legs: Vec<Leg>) {
        let id = open.peer;
        let offers_at_once = open.mode == PcMode::Dual && open.subscriber_primary;
        let peer = Peer {
            open,
            legs,
            published: HashMap::new(),
            announced: Vec::new(),
            unclaimed: Vec::new(),
            slots: Slots::default(),
            subscriptions: Vec::new(),
            negotiation: Negotiation::default(),
            outbox: Outbox::new(self.config.lossy_queue_messages),
            credit: CreditLine::default(),
            hold: Hold::default(),
            means: Means {
                estimate: Some(self.config.initial_estimate),
                ..Means::default()
            },
            measured: Measured::default(),
            quality: LinkQuality::default(),
        };
        let count = peer.legs.len();
        self.peers.insert(id, Box::new(peer));
        for leg in 0..count {
            self.learn_ufrag(id, leg);
            self.mark_dirty(id, leg);
        }
        if offers_at_once {
            self.unsettled.insert(id);
        }
        self.schedule_tick();
    }

    fn close(&mut self, id: PeerId) {
        if !self.peers.contains_key(&id) {
            return;
        }
        let legs = self.peers[&id].legs.len();
        for leg in 0..legs {
            let key = (id, u8::try_from(leg).unwrap_or(0));
            if let Some(peer) = self.peers.get_mut(&id)
                && peer.legs[leg].connection.close().is_ok()
            {
                // What it says in parting goes out; what it reports no longer matters.
                self.say_goodbye(key);
            }
        }
        self.remove_peer(id);
    }

    /// Forgets a peer and all that hangs on him.
    pub(super) fn remove_peer(&mut self, id: PeerId) {
        let Some(peer) = self.peers.remove(&id) else {
            return;
        };
        for (index, leg) in peer.legs.iter().enumerate() {
            if let Some(at) = leg.timer {
                let key = (id, u8::try_from(index).unwrap_or(0));
                self.timers.remove(&(at, key));
            }
            for ufrag in &leg.ufrags {
                self.ufrags.remove(ufrag);
            }
            for route in &leg.routes {
                self.forget_route(id, route);
            }
            for ssrc in &leg.streams {
                self.streams.remove(ssrc);
            }
        }
        self.unsettled.remove(&id);
        for subscription in &peer.subscriptions {
            self.leave_track(id, subscription.track);
        }
        for track in peer.announced {
            self.end_track(track);
        }
        self.forget_room(peer.open.room);
    }

    fn trickle(&mut self, id: PeerId, target: PcTarget, candidate: &str) {
        let leg = leg_index(target);
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let Some(leg_state) = peer.legs.get_mut(leg) else {
            return;
        };
        // With ICE-lite the client comes to us; candidates matter only to a full agent, and a
        // failure shows in the next drain.
        if peer.open.disable_ice_lite {
            let _ = leg_state.connection.add_remote_candidate(candidate);
            self.mark_dirty(id, leg);
        }
    }

    /// A connection has failed by itself; its peer has to join anew.
    pub(super) fn fail(&mut self, (id, leg): super::LegKey, broken: &Broken) {
        let Some(peer) = self.peers.get(&id) else {
            return;
        };
        let target = peer.legs[usize::from(leg)].target;
        tracing::warn!(peer = %id, ?target, why = %broken, "a peer connection failed");
        self.counters.connections_broken += 1;
        self.event(Event::Failed {
            peer: id,
            target,
            why: broken.to_string(),
        });
        self.remove_peer(id);
    }

    /// Remembers the fragments by which a connection is now known.
    pub(super) fn learn_ufrag(&mut self, id: PeerId, leg: usize) {
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let Some(leg_state) = peer.legs.get_mut(leg) else {
            return;
        };
        let current = leg_state.connection.local_ufrag();
        let offered = leg_state.connection.offered_ufrag().map(str::to_owned);
        let key = (id, u8::try_from(leg).unwrap_or(0));
        for ufrag in std::iter::once(current).chain(offered) {
            if !leg_state.ufrags.contains(&ufrag) {
                leg_state.ufrags.push(ufrag.clone());
                self.ufrags.insert(ufrag, key);
            }
        }
        while leg_state.ufrags.len() > MAX_UFRAGS {
            let old = leg_state.ufrags.remove(0);
            self.ufrags.remove(&old);
        }
    }

    pub(super) fn is_home(&self, track: TrackId) -> bool {
        let home = self.tracks.get(&track).map(|t| t.home);
        home == Some(self.config.shard)
    }
}

/// The fragment in use, the one before it while the client restarts ICE, and one that is offered.
const MAX_UFRAGS: usize = 3;
