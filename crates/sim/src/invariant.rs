//! What must hold in every world.

use crate::bot::DataViolation;
use crate::media::Violation;
use crate::world::World;
use base::media::Kind;
use base::{PeerId, TrackId};
use std::time::{Duration, Instant};

/// Something that must never be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("{0} received what he should not: {1}")]
    Media(PeerId, Violation),
    #[error("{0} received data that he should not: {1}")]
    Data(PeerId, DataViolation),
    #[error("{0} has message {2:?} of {1} where {3} was the last")]
    MailMissing(PeerId, PeerId, Option<u32>, u32),
    #[error("{0} was told that the audio track {1} is paused")]
    AudioPaused(PeerId, TrackId),
    #[error("{0} has not heard {1} for {2:?}, though nothing was wrong with his link")]
    AudioStarved(PeerId, TrackId, Duration),
    #[error("{0} was shown a frame of {1} that was {2:?} old")]
    Stale(PeerId, TrackId, Duration),
    #[error("a shard had {0} outputs ready at once")]
    OutputsUnbounded(usize),
    #[error("{0} does not see {1}")]
    Unseen(PeerId, TrackId),
    #[error("the server reports: {0}")]
    Failure(String),
    #[error("{peers} peers and {tracks} tracks are left after everybody has gone")]
    Leak { peers: usize, tracks: usize },
    #[error("a shard still waits for something after everybody has gone")]
    Restless,
}

/// A shard drained after every event has at most the packets of one burst per receiver ready: a key
/// frame of 100 kB to each of a hundred.
const MOST_OUTPUTS: usize = 10_000;

/// No queue in the server may hold media longer. The network's own longest queue (300 ms), jitter,
/// repair and a pacer that drains in two seconds lie below.
const OLDEST_FRAME: Duration = Duration::from_secs(4);

/// A picture or a sound within this counts as seen: a frame rate of 15, a lost key frame, and
/// asking for another.
const SEEN_WITHIN: Duration = Duration::from_secs(2);

impl World {
    /// What must hold at any time.
    pub fn check(&self) -> Result<(), Broken> {
        if self.most_outputs > MOST_OUTPUTS {
            return Err(Broken::OutputsUnbounded(self.most_outputs));
        }
        if let Some(failure) = self.failures.first() {
            return Err(Broken::Failure(failure.clone()));
        }
        for (peer, spec) in self.room.audience() {
            let Some(seen) = self.seen(peer, spec.id) else {
                continue;
            };
            if spec.kind == Kind::Audio && seen.is_paused {
                return Err(Broken::AudioPaused(peer, spec.id));
            }
            if let Some(age) = seen.frames.iter().map(|f| f.age).max()
                && age > OLDEST_FRAME
            {
                return Err(Broken::Stale(peer, spec.id, age));
            }
        }
        Ok(())
    }

    /// What must hold for a listener whose link has carried at least the audio since `from`.
    pub fn check_audio(&self, peer: PeerId, from: Instant, most: Duration) -> Result<(), Broken> {
        for (listener, spec) in self.room.audience() {
            if listener != peer || spec.kind != Kind::Audio {
                continue;
            }
            let seen = self.seen(peer, spec.id);
            let silence = seen.map_or(self.now - from, |s| s.longest_freeze(from, self.now));
            if silence > most {
                return Err(Broken::AudioStarved(peer, spec.id, silence));
            }
        }
        Ok(())
    }

    /// What must hold after quiet time: everybody sees everything.
    pub fn check_everybody_sees_everything(&self) -> Result<(), Broken> {
        self.check()?;
        for (peer, spec) in self.room.audience() {
            let last = self.seen(peer, spec.id).and_then(|seen| seen.last_at());
            if last.is_none_or(|at| self.now - at > SEEN_WITHIN) {
                return Err(Broken::Unseen(peer, spec.id));
            }
        }
        Ok(())
    }

    /// What must hold some time after everybody has said something to everybody.
    pub fn check_all_mail_came(&self) -> Result<(), Broken> {
        for (to, receiver) in &self.bots {
            for (from, sender) in self.bots.iter().filter(|(from, _)| *from != to) {
                let Some(sid) = self.room.sid(*from) else {
                    continue;
                };
                let (got, sent) = (receiver.mail.last_of(sid), sender.mail.last_sent());
                if sent > 0 && got != Some(sent) {
                    return Err(Broken::MailMissing(*to, *from, got, sent));
                }
            }
        }
        Ok(())
    }

    /// What must hold some time after everybody has gone.
    pub fn check_nothing_is_left(&self) -> Result<(), Broken> {
        let (peers, tracks, is_waiting) = self.census();
        if peers + tracks > 0 {
            return Err(Broken::Leak { peers, tracks });
        }
        if is_waiting {
            return Err(Broken::Restless);
        }
        Ok(())
    }
}
