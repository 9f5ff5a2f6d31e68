//! The ways of people's packets, and what goes over them.

use super::World;
use crate::bot::BotViolation;
use crate::invariant::Broken;
use crate::net::{Link, Node, Packet, Path};
use base::PeerId;
use sfu_core::{Datagram, Input, Protocol, Received};
use std::net::SocketAddr;
use std::time::Instant;

#[derive(Debug)]
pub(super) struct Links {
    pub(super) up: Link,
    pub(super) down: Link,
    /// What a translator of addresses before him adds to his ports.
    pub(super) port_shift: u16,
}

impl Links {
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        let both = [self.up.next_deadline(), self.down.next_deadline()];
        both.into_iter().flatten().min()
    }
}

impl World {
    pub fn set_down(&mut self, peer: PeerId, path: Path) {
        if let Some(links) = self.links.get_mut(&peer) {
            links.down.set(path);
        }
    }

    pub fn set_up(&mut self, peer: PeerId, path: Path) {
        if let Some(links) = self.links.get_mut(&peer) {
            links.up.set(path);
        }
    }

    pub fn cut(&mut self, peer: PeerId, is_cut: bool) {
        if let Some(links) = self.links.get_mut(&peer) {
            links.up.cut(is_cut);
            links.down.cut(is_cut);
        }
    }

    pub(super) fn deliver_up(&mut self) {
        for (peer, links) in &mut self.links {
            let shard = &mut self.shards[self.homes[peer]];
            while let Some(mut packet) = links.up.pop(self.now) {
                packet.source = shifted(packet.source, links.port_shift);
                let received = Received {
                    protocol: Protocol::Udp,
                    source: packet.source,
                    destination: packet.destination,
                    bytes: &packet.bytes,
                };
                shard.engine.handle(self.now, Input::Datagram(received));
            }
        }
    }

    pub(super) fn send_down(&mut self, datagram: Datagram) {
        for (peer, links) in &mut self.links {
            let at = shifted(datagram.destination, links.port_shift.wrapping_neg());
            if self.bots.get(peer).is_some_and(|bot| bot.is_at(at)) {
                let packet = Packet {
                    source: datagram.source,
                    destination: at,
                    bytes: datagram.bytes,
                };
                return links.down.push(self.now, packet);
            }
        }
    }

    pub(super) fn deliver_down(&mut self) -> Result<(), Broken> {
        for (peer, links) in &mut self.links {
            let Some(bot) = self.bots.get_mut(peer) else {
                continue;
            };
            while let Some(packet) = links.down.pop(self.now) {
                bot.receive(self.now, &packet)
                    .map_err(|v| broken(*peer, v))?;
            }
        }
        Ok(())
    }
}

fn shifted(mut address: SocketAddr, ports: u16) -> SocketAddr {
    address.set_port(address.port().wrapping_add(ports));
    address
}

pub(super) fn broken(peer: PeerId, violation: BotViolation) -> Broken {
    match violation {
        BotViolation::Media(violation) => Broken::Media(peer, violation),
        BotViolation::Data(violation) => Broken::Data(peer, violation),
    }
}
