//! What happens with time.

use super::Engine;
use base::{PeerId, TrackId};
use std::time::{Duration, Instant};

/// How often the slow work is looked at. A postponed key-frame request or a held packet waits at
/// most so long beyond its time; with a thousand peers one look costs well under a millisecond.
const TICK: Duration = Duration::from_millis(20);

/// How often each subscriber's bandwidth is divided anew when nothing has changed: measured
/// bitrates drift, and patience runs out.
const ALLOCATE_EVERY: Duration = Duration::from_millis(500);

impl Engine {
    pub(super) fn timeout(&mut self) {
        let now = self.now;
        while let Some((at, key)) = self.timers.first().copied() {
            if at > now {
                break;
            }
            self.timers.remove(&(at, key));
            let Some(leg) = self.leg_mut(key) else {
                continue;
            };
            leg.timer = None;
            match leg.deadline {
                Some(deadline) if deadline > now => self.set_timer(key, deadline),
                Some(_) | None => self.mark_dirty(key.0, usize::from(key.1)),
            }
        }
        if self.tick.is_some_and(|tick| tick <= now) {
            self.tick = None;
            self.on_tick();
        }
    }

    /// The shard has something that needs time to pass.
    pub(super) fn schedule_tick(&mut self) {
        self.wake_at(self.now + TICK);
    }

    pub(super) fn wake_at(&mut self, at: Instant) {
        self.tick = Some(self.tick.map_or(at, |tick| tick.min(at)));
    }

    fn on_tick(&mut self) {
        let now = self.now;
        let peers: Vec<PeerId> = self.peers.keys().copied().collect();
        for id in peers {
            self.tick_peer(id);
        }
        let tracks: Vec<TrackId> = self.tracks.keys().copied().collect();
        for id in tracks {
            self.tick_track(id);
        }
        self.tick_rooms(now);
        if !self.peers.is_empty() {
            self.schedule_tick();
        }
    }

    fn tick_peer(&mut self, id: PeerId) {
        let now = self.now;
        self.release_held(id);
        self.notice_slow_reader(id);
        self.resume_video(id);
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        if peer.negotiation.due.is_some_and(|due| due <= now) {
            self.unsettled.insert(id);
        }
        let is_due = peer
            .means
            .allocated
            .is_none_or(|at| now.saturating_duration_since(at) >= ALLOCATE_EVERY);
        if is_due && !peer.subscriptions.is_empty() {
            peer.means.allocated = Some(now);
            self.reconsider(id);
        }
        self.report(id);
    }

    fn tick_track(&mut self, id: TrackId) {
        let now = self.now;
        let Some(track) = self.tracks.get_mut(&id) else {
            return;
        };
        let muted = track.muted;
        let mut due = Vec::new();
        for (index, encoding) in (0..).zip(&mut track.encodings) {
            if encoding.key_frames.is_waiting() && !muted {
                due.extend(encoding.key_frames.due(now).map(|stream| (index, stream)));
            }
        }
        let is_dynacast_due = track
            .dynacast
            .as_ref()
            .and_then(|d| d.next_deadline())
            .is_some_and(|at| at <= now);
        for (encoding, stream) in due {
            self.ask_for_key_frame(id, encoding, stream);
        }
        if is_dynacast_due {
            self.tell_publisher(id);
        }
    }
}
