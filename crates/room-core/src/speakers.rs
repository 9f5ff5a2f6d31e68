//! Who is speaking. What counts as a change is decided in [`base::speaking`].

use crate::ServerMessage;
use crate::forwarding::Forwarded;
use crate::message::Speaker;
use crate::output::Now;
use crate::room::Room;
use crate::timers::Timer;
use base::media::Levels;
use base::speaking::SpeakerChange;
use base::{ParticipantSid, PeerId};
use std::sync::Arc;
use std::time::Duration;

/// How loud a pretended speaker is.
const PRETENDED_LEVEL: f32 = 0.875;

impl Room {
    pub(crate) fn levels_came(&mut self, now: Now, levels: &Levels) {
        self.loudness_came(now, &levels.loudness);
    }

    pub(crate) fn loudness_came(&mut self, now: Now, heard: &[(PeerId, f32)]) {
        let changes = self.speaking.heard(now.at, heard);
        self.tell_speaker_changes(&changes);
        self.watch_silence();
        for (peer, loudness) in heard.iter().copied() {
            self.forward(peer, &Forwarded::Heard { loudness });
        }
    }

    pub(crate) fn fall_silent(&mut self, now: Now) {
        let changes = self.speaking.handle_timeout(now.at);
        self.tell_speaker_changes(&changes);
        self.watch_silence();
    }

    /// He was muted, and need not be waited for to fall silent.
    pub(crate) fn hush(&mut self, peer: PeerId) {
        if self.speaking.remove(peer) {
            self.end_pretended_speaker(peer);
        }
    }

    /// What a newcomer has missed.
    pub(crate) fn tell_speakers_to(&mut self, peer: PeerId) {
        let speaking: Arc<[Speaker]> = self
            .speaking
            .speakers()
            .iter()
            .filter_map(|change| self.speaker(change))
            .collect();
        if !speaking.is_empty() {
            self.tell(peer, ServerMessage::Speakers(speaking));
        }
    }

    /// For clients that test themselves.
    pub(crate) fn pretend_speaker(&mut self, now: Now, peer: PeerId, lasting: Duration) {
        if let Some(sid) = self.people.get(peer).map(|p| p.sid.clone()) {
            self.timers
                .set(now.at + lasting, Timer::PretendedSpeaker(peer));
            self.tell_speakers(vec![speaker(sid, PRETENDED_LEVEL)]);
        }
    }

    pub(crate) fn end_pretended_speaker(&mut self, peer: PeerId) {
        if let Some(sid) = self.people.get(peer).map(|p| p.sid.clone()) {
            self.tell_speakers(vec![speaker(sid, 0.0)]);
        }
    }

    fn watch_silence(&mut self) {
        if let Some(at) = self.speaking.next_deadline() {
            self.timers.set(at, Timer::Silence);
        }
    }

    fn tell_speaker_changes(&mut self, changes: &[SpeakerChange]) {
        let news = changes
            .iter()
            .filter_map(|change| self.speaker(change))
            .collect();
        self.tell_speakers(news);
    }

    fn tell_speakers(&mut self, news: Vec<Speaker>) {
        if !news.is_empty() {
            self.tell_all(&ServerMessage::Speakers(news.into()));
        }
    }

    /// `None` for those whom the others do not know of.
    fn speaker(&self, change: &SpeakerChange) -> Option<Speaker> {
        let participant = self.people.get(change.peer).filter(|p| !p.is_hidden())?;
        Some(speaker(participant.sid.clone(), change.level))
    }
}

fn speaker(participant: ParticipantSid, level: f32) -> Speaker {
    Speaker {
        participant,
        level,
        active: level > 0.0,
    }
}
