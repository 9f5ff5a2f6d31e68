//! What is measured and told: levels, quality, statistics.

use super::Engine;
use crate::peer::{Measured, Peer};
use crate::quality::{Flow, Sample};
use crate::transport::{Link, StreamStats};
use base::media::{Event, Kind, Levels, PeerQuality, Stats};
use base::{Bitrate, PeerId, RoomKey, TrackId};
use std::time::{Duration, Instant};

/// How often a participant's statistics and score are told.
const REPORT_EVERY: Duration = Duration::from_secs(2);

/// Opus's clock.
const AUDIO_CLOCK_HZ: f64 = 48_000.0;

/// As the transport is told to gather them.
const STATS_PER_SECOND: f32 = 10.0;

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

    /// A track says nothing any more.
    pub(super) fn unheard(&mut self, track: TrackId) {
        for speakers in self.speakers.values_mut() {
            speakers.remove(track);
        }
    }

    /// Forgets a room that nobody here is in.
    pub(super) fn forget_room(&mut self, room: RoomKey) {
        if self.peers.values().all(|peer| peer.open.room != room) {
            self.speakers.remove(&room);
        }
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

    pub(super) fn measured(&mut self, id: PeerId, leg: u8, link: &Link) {
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let leg = usize::from(leg);
        let receives = leg == peer.receiving();
        let measured = &mut peer.measured;
        if leg == 0 {
            // Of the packets since the last statistics, which are few: averaged over a second.
            let loss = link.loss_in.unwrap_or(0.0);
            measured.loss_up += (loss - measured.loss_up) / STATS_PER_SECOND;
        }
        if receives {
            measured.loss_down = link.loss_out.unwrap_or(0.0);
        }
        if link.round_trip.is_some() {
            measured.round_trip = link.round_trip;
        }
        measured.bytes_in[leg] = link.bytes_in;
        measured.bytes_out[leg] = link.bytes_out;
    }

    pub(super) fn incoming(&mut self, id: PeerId, stats: &StreamStats) {
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let track = peer.published.get(&stats.mid).map(|p| p.track);
        let track = track.and_then(|track| self.tracks.get(&track));
        if track.is_some_and(|track| track.spec.kind == Kind::Audio) {
            let seconds = f64::from(stats.jitter) / AUDIO_CLOCK_HZ;
            peer.measured.jitter = Some(Duration::from_secs_f64(seconds));
        }
    }

    pub(super) fn report(&mut self, id: PeerId) {
        let now = self.now;
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let is_connected = peer.legs.iter().any(|leg| leg.is_connected);
        let since = *peer.measured.told.get_or_insert(now);
        let passed = now.saturating_duration_since(since);
        if !is_connected || passed < REPORT_EVERY {
            return;
        }
        let up = self.upward(id);
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let stats = peer.take_stats(now, passed);
        let sample = Sample {
            loss_up: stats.loss_up,
            loss_down: stats.loss_down,
            round_trip: stats.round_trip,
            jitter: stats.jitter,
            up,
            down: Flow {
                expected: peer.means.allocation.ideal,
                actual: peer.means.allocation.total,
            },
            silence: peer.silence(now),
        };
        let news = peer.quality.handle(&sample);
        self.event(Event::Stats { peer: id, stats });
        if let Some((score, lost)) = news {
            self.event(Event::Quality(PeerQuality {
                peer: id,
                score,
                lost,
            }));
        }
    }

    /// The video that is wanted of a publisher, and what of it comes, at announced bitrates.
    fn upward(&self, id: PeerId) -> Flow {
        let mut flow = Flow::default();
        let announced = self.peers.get(&id).map(|peer| &peer.announced);
        let tracks = announced
            .into_iter()
            .flatten()
            .filter_map(|t| self.tracks.get(t));
        for track in tracks.filter(|t| t.spec.kind == Kind::Video && !t.muted) {
            let wanted = track
                .codec(0)
                .and_then(|codec| track.dynacast.as_ref()?.wanted(codec));
            let layers = track
                .spec
                .codecs
                .first()
                .map_or(&[][..], |codec| &codec.layers);
            let Some(encoding) = track.encodings.first() else {
                continue;
            };
            for layer in layers.iter().filter(|l| Some(l.quality) <= wanted) {
                flow.expected += layer.bitrate;
                if encoding.has_layer(self.now, layer.quality.index()) {
                    flow.actual += layer.bitrate;
                }
            }
        }
        flow
    }
}

impl Peer {
    fn silence(&self, now: Instant) -> Duration {
        let heard = self.measured.heard.unwrap_or(now);
        now.saturating_duration_since(heard)
    }

    /// What was measured since the last report.
    fn take_stats(&mut self, now: Instant, passed: Duration) -> Stats {
        let rate = |bytes: u64| {
            let bits = bytes as f64 * 8.0 / passed.as_secs_f64();
            Bitrate::bps(bits as u64)
        };
        let Measured {
            bytes_in,
            bytes_out,
            told_in,
            told_out,
            ..
        } = self.measured;
        let (total_in, total_out) = (bytes_in.iter().sum(), bytes_out.iter().sum());
        self.measured.told = Some(now);
        self.measured.told_in = total_in;
        self.measured.told_out = total_out;
        Stats {
            round_trip: self.measured.round_trip,
            loss_up: self.measured.loss_up,
            loss_down: self.measured.loss_down,
            jitter: self.measured.jitter,
            bitrate_up: rate(total_in.saturating_sub(told_in)),
            bitrate_down: rate(total_out.saturating_sub(told_out)),
            estimate_down: self.means.estimate,
        }
    }
}
