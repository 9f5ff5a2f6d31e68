//! Who is shown as speaking in a room.
//!
//! The shards that carry a room's people report how loud theirs are ([`crate::media::Levels`]);
//! one [`Speaking`] per room merges the reports and tells only what has changed. It lives here
//! because rooms and shards, which do not know each other, must mean the same by it.
//! `docs/active-speakers.md` has the picture.

use crate::PeerId;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// One change to announce.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpeakerChange {
    pub peer: PeerId,
    /// 0.0 to 1.0 in steps of 1/8; 0.0 for somebody who has stopped.
    pub level: f32,
    pub active: bool,
}

/// The speakers of one room.
#[derive(Debug, Default)]
pub struct Speaking {
    people: BTreeMap<PeerId, Speaker>,
}

#[derive(Debug)]
struct Speaker {
    /// In steps of 1/8, at least 1.
    step: u8,
    heard: Instant,
}

/// Levels are told in so many steps: finer ones are not seen on a tile, and each is a message to
/// everybody.
const STEPS: f32 = 8.0;

/// Shards report every 500 ms; somebody who was not in the last report, with time for it to come
/// late, is silent.
const SILENT_AFTER: Duration = Duration::from_millis(750);

impl Speaking {
    /// Takes one shard's report.
    pub fn heard(&mut self, now: Instant, loudness: &[(PeerId, f32)]) -> Vec<SpeakerChange> {
        let mut changes = self.handle_timeout(now);
        for (peer, loudness) in loudness {
            // Rounded up: whoever is heard at all is shown.
            let step = (loudness.clamp(0.0, 1.0) * STEPS).ceil().max(1.0) as u8;
            let before = self.people.insert(*peer, Speaker { step, heard: now });
            if before.is_none_or(|before| before.step != step) {
                changes.push(change(*peer, step));
            }
        }
        changes
    }

    /// Call at [`Self::next_deadline`].
    pub fn handle_timeout(&mut self, now: Instant) -> Vec<SpeakerChange> {
        let mut changes = Vec::new();
        self.people.retain(|peer, speaker| {
            let is_speaking = now < speaker.heard + SILENT_AFTER;
            if !is_speaking {
                changes.push(change(*peer, 0));
            }
            is_speaking
        });
        changes
    }

    /// He has left or was muted. True if he was speaking.
    pub fn remove(&mut self, peer: PeerId) -> bool {
        self.people.remove(&peer).is_some()
    }

    /// Everybody who speaks now, loudest first: what a late joiner is told.
    pub fn speakers(&self) -> Vec<SpeakerChange> {
        let mut all: Vec<_> = self
            .people
            .iter()
            .map(|(p, s)| change(*p, s.step))
            .collect();
        all.sort_by(|a, b| b.level.total_cmp(&a.level));
        all
    }

    pub fn next_deadline(&self) -> Option<Instant> {
        let first = self.people.values().map(|s| s.heard).min()?;
        Some(first + SILENT_AFTER)
    }
}

fn change(peer: PeerId, step: u8) -> SpeakerChange {
    SpeakerChange {
        peer,
        level: f32::from(step) / STEPS,
        active: step > 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::OsClock;

    const ANNA: PeerId = PeerId(1);
    const BEN: PeerId = PeerId(2);

    fn spoke(peer: PeerId, level: f32) -> SpeakerChange {
        SpeakerChange {
            peer,
            level,
            active: true,
        }
    }

    fn stopped(peer: PeerId) -> SpeakerChange {
        SpeakerChange {
            peer,
            level: 0.0,
            active: false,
        }
    }

    #[test]
    fn only_changes_are_told() {
        let mut room = Speaking::default();
        let start = OsClock.now();
        let at = |ms| start + Duration::from_millis(ms);
        assert_eq!(room.heard(at(0), &[(ANNA, 0.03)]), [spoke(ANNA, 0.125)]);
        assert_eq!(room.heard(at(500), &[(ANNA, 0.1)]), []);
        assert_eq!(room.heard(at(1_000), &[(ANNA, 0.2)]), [spoke(ANNA, 0.25)]);
        assert_eq!(room.heard(at(1_500), &[]), []);
        assert_eq!(room.next_deadline(), Some(at(1_750)));
        assert_eq!(room.handle_timeout(at(1_750)), [stopped(ANNA)]);
        assert_eq!(room.next_deadline(), None);
    }

    #[test]
    fn one_shard_does_not_silence_the_people_of_another() {
        let mut room = Speaking::default();
        let start = OsClock.now();
        let at = |ms| start + Duration::from_millis(ms);
        room.heard(at(0), &[(ANNA, 0.5)]);
        assert_eq!(room.heard(at(100), &[(BEN, 0.9)]), [spoke(BEN, 1.0)]);
        let order: Vec<_> = room.speakers().iter().map(|s| s.peer).collect();
        assert_eq!(order, [BEN, ANNA]);
        room.heard(at(500), &[(ANNA, 0.5)]);
        assert_eq!(room.heard(at(1_000), &[(ANNA, 0.5)]), [stopped(BEN)]);
        assert!(room.remove(ANNA) && !room.remove(BEN));
    }
}
