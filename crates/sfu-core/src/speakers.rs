//! Who is heard in a room, from the audio levels that clients write into their packets (RFC 6464).
//!
//! One [`Speakers`] per room and shard: it turns levels into a loudness per peer twice a second.
//! Which of them are announced is decided once for the whole room, in [`base::speaking`].
//! `docs/active-speakers.md` has the formula.

use base::{PeerId, TrackId};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How often loudness is reported, and over how long it is taken. Clients of this ecosystem draw
/// their borders to this beat.
pub const PERIOD: Duration = Duration::from_millis(500);

/// A level is heard as speech up to so many decibels below full scale (RFC 6464: 0 loudest, 127
/// silence). Room noise through a laptop's microphone lies around 45 to 60.
const ACTIVE_LEVEL: u8 = 30;

/// So much of the window must be speech: a cough or a door is shorter.
const ACTIVE_PERCENT: u32 = 40;

/// Packets in a window at Opus's usual 20 ms. With DTX a speaker's pauses send fewer, so the share
/// is taken of the window rather than of what came.
const PACKETS_PER_WINDOW: u32 = 25;

/// Tracks measured in one room: more microphones than a shard can carry; a bound, not a limit.
const MAX_TRACKS: usize = 4_096;

/// The audio levels of one room on one shard.
#[derive(Debug, Default)]
pub struct Speakers {
    tracks: BTreeMap<TrackId, Meter>,
    due: Option<Instant>,
    was_loud: bool,
}

#[derive(Debug)]
struct Meter {
    peer: PeerId,
    /// Packets came in the window that was closed last.
    sends: bool,
    packets: u32,
    active: u32,
    /// Sum of the linear amplitudes of the active packets.
    amplitude: f32,
    smoothed: f32,
}

impl Speakers {
    /// One audio packet with the level `-dbov` (0 loudest, 127 silence).
    pub fn observe(&mut self, now: Instant, peer: PeerId, track: TrackId, level: u8) {
        if self.tracks.len() >= MAX_TRACKS && !self.tracks.contains_key(&track) {
            return;
        }
        self.due.get_or_insert(now + PERIOD);
        let meter = self.tracks.entry(track).or_insert_with(|| Meter::of(peer));
        meter.packets += 1;
        if level <= ACTIVE_LEVEL {
            meter.active += 1;
            meter.amplitude += 10f32.powf(f32::from(level) / -20.0);
        }
    }

    /// The track is muted, unpublished, or its publisher gone.
    pub fn remove(&mut self, track: TrackId) {
        self.tracks.remove(&track);
    }

    pub fn next_deadline(&self) -> Option<Instant> {
        self.due
    }

    /// Every [`PERIOD`]: the loudness of those who speak, 0.0 to 1.0, loudest first. An empty list
    /// follows the last loud one once; silence after that is `None`.
    pub fn handle_timeout(&mut self, now: Instant) -> Option<Vec<(PeerId, f32)>> {
        if self.due.is_none_or(|due| now < due) {
            return None;
        }
        let mut loudness: BTreeMap<PeerId, f32> = BTreeMap::new();
        for meter in self.tracks.values_mut() {
            if let Some(level) = meter.close_window() {
                let loudest = loudness.entry(meter.peer).or_default();
                *loudest = loudest.max(level);
            }
        }
        self.tracks.retain(|_, meter| meter.is_known());
        let is_quiet = self.tracks.is_empty();
        self.due = (!is_quiet).then_some(now + PERIOD);
        let mut loud: Vec<_> = loudness.into_iter().collect();
        loud.sort_by(|a, b| b.1.total_cmp(&a.1));
        let is_news = self.was_loud || !loud.is_empty();
        self.was_loud = !loud.is_empty();
        is_news.then_some(loud)
    }
}

/// Half the past: a speaker is at three quarters of his level after one second.
const SMOOTHING: f32 = 0.5;

/// Below the threshold's own amplitude by far (−70 dB): forgotten rather than remembered for ever.
const FORGET_BELOW: f32 = 0.000_3;

impl Meter {
    fn of(peer: PeerId) -> Self {
        Self {
            peer,
            sends: true,
            packets: 0,
            active: 0,
            amplitude: 0.0,
            smoothed: 0.0,
        }
    }

    /// The smoothed loudness if this window was speech.
    fn close_window(&mut self) -> Option<f32> {
        let whole = self.packets.max(PACKETS_PER_WINDOW);
        let is_speech = self.active * 100 >= whole * ACTIVE_PERCENT;
        let loudness = if is_speech {
            self.amplitude / self.active as f32
        } else {
            0.0
        };
        self.smoothed += (loudness - self.smoothed) * SMOOTHING;
        self.sends = self.packets > 0;
        self.packets = 0;
        self.active = 0;
        self.amplitude = 0.0;
        is_speech.then_some(self.smoothed.min(1.0))
    }

    fn is_known(&self) -> bool {
        self.sends || self.smoothed >= FORGET_BELOW
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::clock::OsClock;

    const ANNA: PeerId = PeerId(1);
    const BEN: PeerId = PeerId(2);

    /// Half a second of packets of each, then the report.
    fn window(
        speakers: &mut Speakers,
        start: Instant,
        people: &[(PeerId, u8)],
    ) -> Option<Vec<(PeerId, f32)>> {
        for packet in 0..25 {
            let now = start + Duration::from_millis(packet * 20);
            for (peer, level) in people {
                speakers.observe(now, *peer, TrackId(peer.0), *level);
            }
        }
        speakers.handle_timeout(start + PERIOD)
    }

    #[test]
    fn who_speaks_louder_comes_first_and_silence_is_told_once() {
        let mut speakers = Speakers::default();
        let start = OsClock.now();
        let at = |n: u32| start + PERIOD * n;
        let loud = window(&mut speakers, at(0), &[(ANNA, 25), (BEN, 10)]).unwrap();
        assert_eq!(loud.iter().map(|l| l.0).collect::<Vec<_>>(), [BEN, ANNA]);
        assert!(loud[0].1 > loud[1].1 && loud[0].1 <= 1.0);
        let quiet = window(&mut speakers, at(1), &[(ANNA, 60), (BEN, 127)]);
        assert_eq!(quiet, Some(vec![]));
        let still = window(&mut speakers, at(2), &[(ANNA, 60), (BEN, 127)]);
        assert_eq!(still, None);
    }

    #[test]
    fn a_cough_is_not_speech() {
        let mut speakers = Speakers::default();
        let start = OsClock.now();
        for packet in 0..25u64 {
            let level = if packet < 8 { 5 } else { 70 };
            let now = start + Duration::from_millis(packet * 20);
            speakers.observe(now, ANNA, TrackId(1), level);
        }
        assert_eq!(speakers.handle_timeout(start + PERIOD), None);
    }

    #[test]
    fn nothing_is_due_once_everybody_has_stopped_sending() {
        let mut speakers = Speakers::default();
        let start = OsClock.now();
        assert!(window(&mut speakers, start, &[(ANNA, 10)]).is_some());
        let mut now = start + PERIOD;
        while let Some(due) = speakers.next_deadline() {
            now = due;
            speakers.handle_timeout(now);
        }
        assert!(now < start + PERIOD * 30);
        assert!(speakers.tracks.is_empty());
    }
}
