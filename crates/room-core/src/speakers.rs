//! Who is speaking.

use crate::ServerMessage;
use crate::message::Speaker;
use crate::output::Now;
use crate::room::Room;
use crate::timers::Timer;
use base::media::Levels;
use base::{ParticipantSid, PeerId};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Loudness comes twice a second. After three missing reports nobody speaks.
const SILENCE: Duration = Duration::from_millis(1_500);

/// Levels are told in eighths: finer ones would change with every report and tell nothing.
const STEPS: f32 = 8.0;

#[derive(Debug, Default)]
pub(crate) struct Speakers {
    /// In eighths.
    now: BTreeMap<ParticipantSid, u8>,
    silent_at: Option<Instant>,
}

impl Speakers {
    pub(crate) fn forget(&mut self, participant: &ParticipantSid) {
        self.now.remove(participant);
    }

    /// Takes the new state; the result is what has changed.
    fn update(&mut self, new: BTreeMap<ParticipantSid, u8>) -> Vec<Speaker> {
        let fell_silent = self
            .now
            .keys()
            .filter(|sid| !new.contains_key(sid))
            .map(silent);
        let changed = new
            .iter()
            .filter(|(sid, level)| self.now.get(sid) != Some(level))
            .map(|(sid, level)| speaker(sid, *level));
        let news = changed.chain(fell_silent).collect();
        self.now = new;
        news
    }
}

impl Room {
    pub(crate) fn levels_came(&mut self, now: Now, levels: &Levels) {
        let new: BTreeMap<_, _> = levels
            .loudness
            .iter()
            .filter_map(|(peer, level)| {
                let participant = self.people.get(*peer).filter(|p| !p.is_hidden())?;
                Some((participant.sid.clone(), in_steps(*level)))
            })
            .collect();
        if !new.is_empty() {
            let at = now.at + SILENCE;
            self.speakers.silent_at = Some(at);
            self.timers.set(at, Timer::Silence);
        }
        let news = self.speakers.update(new);
        self.tell_speakers(news);
    }

    pub(crate) fn fall_silent(&mut self, now: Now) {
        if self.speakers.silent_at.is_some_and(|at| at <= now.at) {
            self.speakers.silent_at = None;
            let news = self.speakers.update(BTreeMap::new());
            self.tell_speakers(news);
        }
    }

    /// What a newcomer has missed.
    pub(crate) fn tell_speakers_to(&mut self, peer: PeerId) {
        let speaking: Arc<[Speaker]> = self
            .speakers
            .now
            .iter()
            .map(|(sid, level)| speaker(sid, *level))
            .collect();
        if !speaking.is_empty() {
            self.tell(peer, ServerMessage::Speakers(speaking));
        }
    }

    /// For clients that test themselves.
    pub(crate) fn pretend_speaker(&mut self, now: Now, peer: PeerId, lasting: Duration) {
        let Some(sid) = self.people.get(peer).map(|p| p.sid.clone()) else {
            return;
        };
        self.timers
            .set(now.at + lasting, Timer::PretendedSpeaker(peer));
        self.tell_speakers(vec![speaker(&sid, 7)]);
    }

    pub(crate) fn end_pretended_speaker(&mut self, peer: PeerId) {
        if let Some(sid) = self.people.get(peer).map(|p| p.sid.clone()) {
            self.tell_speakers(vec![silent(&sid)]);
        }
    }

    fn tell_speakers(&mut self, news: Vec<Speaker>) {
        if !news.is_empty() {
            self.tell_all(&ServerMessage::Speakers(news.into()));
        }
    }
}

fn in_steps(level: f32) -> u8 {
    // Clamped to 0..=8 before the cast.
    (level.clamp(0.0, 1.0) * STEPS).ceil() as u8
}

fn speaker(sid: &ParticipantSid, level: u8) -> Speaker {
    Speaker {
        participant: sid.clone(),
        level: f32::from(level) / STEPS,
        active: true,
    }
}

fn silent(sid: &ParticipantSid) -> Speaker {
    Speaker {
        participant: sid.clone(),
        level: 0.0,
        active: false,
    }
}
