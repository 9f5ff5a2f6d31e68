//! What is measured and told: levels, quality, statistics.

use super::Engine;
use crate::transport::{Link, StreamStats};
use base::media::{Event, Levels};
use base::{PeerId, TrackId};
use std::time::Instant;

impl Engine {
    /// An audio packet's level.
    pub(super) fn heard(&mut self, id: PeerId, track: TrackId, level: u8) {
        let now = self.now;
        let Some(peer) = self.peers.get(&id) else {
            return;
        };
        let room = peer.open.room;
        let speakers = self.speakers.entry(room).or_default();
        speakers.observe(now, id, track, level);
    }

    pub(super) fn tick_rooms(&mut self, now: Instant) {
        let mut reports = Vec::new();
        for (room, speakers) in &mut self.speakers {
            if speakers.next_deadline().is_some_and(|at| at <= now)
                && let Some(loudness) = speakers.handle_timeout(now)
            {
                reports.push(Levels {
                    room: *room,
                    loudness,
                });
            }
        }
        for levels in reports {
            self.event(Event::Levels(levels));
        }
    }

    pub(super) fn measured(&mut self, _id: PeerId, _leg: u8, _link: &Link) {}

    pub(super) fn incoming(&mut self, _id: PeerId, _stats: &StreamStats) {}

    pub(super) fn outgoing(&mut self, _id: PeerId, _stats: &StreamStats) {}

    pub(super) fn report(&mut self, _id: PeerId) {}
}
