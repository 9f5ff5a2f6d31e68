//! What befalls a client in mid-call: his signalling breaks, or his address changes.

use super::{Message, SIGNAL_DELAY, World};
use base::{ParticipantSid, PeerId};
use std::time::Duration;

/// Until the server notices that a signal connection is broken, unless the client is back before.
const UNNOTICED: Duration = Duration::from_millis(700);

/// Asking for a new connection and being let in: TCP, TLS and the upgrade to a WebSocket.
const RECONNECT: Duration = Duration::from_millis(4 * SIGNAL_DELAY.as_millis() as u64);

impl World {
    /// His signal connection breaks. Nothing that is under way in it arrives.
    pub fn lose_signal(&mut self, peer: PeerId) {
        if let Some(session) = self.room.lose_signal(peer) {
            self.later(UNNOTICED, Message::SignalLost(session));
        }
    }

    /// He connects anew and resumes his stay.
    pub fn resume(&mut self, peer: PeerId) {
        if let Some(bot) = self.bots.get_mut(&peer) {
            let received = bot.mail.resuming(self.now);
            self.later(RECONNECT, Message::Resume(peer, received));
        }
    }

    pub(super) fn resumed(&mut self, peer: PeerId, received: Vec<(ParticipantSid, u32)>) {
        if !self.bots.contains_key(&peer) {
            return;
        }
        match self.room.resume(self.now, peer, received) {
            Some(said) => self.obey(said),
            None => self.failures.push(format!("{peer} may not resume")),
        }
    }

    /// A translator of addresses before him gives him another port, and tells nobody.
    pub fn rebind(&mut self, peer: PeerId) {
        if let Some(links) = self.links.get_mut(&peer) {
            links.port_shift += 10;
        }
    }

    /// He goes from one network to another: his address is new, his signal connection broken.
    pub fn change_network(&mut self, peer: PeerId) {
        if let Some(bot) = self.bots.get_mut(&peer) {
            bot.change_network();
        }
        self.lose_signal(peer);
    }

    /// Everybody who is there says something to everybody.
    pub fn everybody_speaks(&mut self) {
        for bot in self.bots.values_mut() {
            bot.mail.send_reliable();
            bot.mail.send_lossy(self.now, self.epoch);
        }
    }
}
