//! How well everybody is connected, told every few seconds where it changed.

use crate::ServerMessage;
use crate::forwarding::Forwarded;
use crate::message::{ConnectionQuality, QualityInfo};
use crate::output::Now;
use crate::room::Room;
use crate::timers::Timer;
use base::PeerId;
use base::media::PeerQuality;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Scores follow the mean opinion score: from 4 users call a call good without reserve, below 3
/// many complain (ITU-T G.107, annex B).
const EXCELLENT: f32 = 4.0;
const GOOD: f32 = 3.0;

#[derive(Debug, Default)]
pub(crate) struct Qualities {
    latest: BTreeMap<PeerId, PeerQuality>,
    told: BTreeMap<PeerId, ConnectionQuality>,
    due: bool,
}

impl Qualities {
    pub(crate) fn latest(&self, peer: PeerId) -> Option<PeerQuality> {
        self.latest.get(&peer).copied()
    }

    pub(crate) fn forget(&mut self, peer: PeerId) {
        self.latest.remove(&peer);
        self.told.remove(&peer);
    }
}

impl Room {
    pub(crate) fn quality_came(&mut self, now: Now, quality: PeerQuality) {
        if self.people.get(quality.peer).is_none() {
            return;
        }
        self.qualities.latest.insert(quality.peer, quality);
        let PeerQuality { peer, score, lost } = quality;
        self.forward(peer, &Forwarded::Connected { score, lost });
        if !self.qualities.due {
            self.qualities.due = true;
            self.timers
                .set(now.at + self.settings.quality_interval, Timer::Quality);
        }
    }

    pub(crate) fn tell_qualities(&mut self) {
        self.qualities.due = false;
        let mut news = Vec::new();
        for (peer, latest) in &self.qualities.latest {
            let quality = grade(latest);
            let changed = self.qualities.told.insert(*peer, quality) != Some(quality);
            let participant = self.people.get(*peer).filter(|p| !p.is_hidden());
            if let Some(participant) = participant.filter(|_| changed) {
                news.push(QualityInfo {
                    participant: participant.sid.clone(),
                    quality,
                    score: latest.score,
                });
            }
        }
        if news.is_empty() {
            return;
        }
        let lost: Vec<_> = news
            .iter()
            .filter(|info| info.quality == ConnectionQuality::Lost)
            .filter_map(|info| self.people.with_sid(&info.participant))
            .collect();
        let news: Arc<[_]> = news.into();
        for peer in self.people.peers() {
            let told = if lost.contains(&peer) {
                self.softened(peer, &news)
            } else {
                news.clone()
            };
            self.tell(peer, ServerMessage::ConnectionQuality(told));
        }
    }

    /// A web client that hears for ten seconds that it is itself lost gives its connection up and
    /// joins anew. It is told "poor" instead: it knows itself when nothing comes any more.
    fn softened(&self, peer: PeerId, news: &[QualityInfo]) -> Arc<[QualityInfo]> {
        let own = self.people.get(peer).map(|p| &p.sid);
        news.iter()
            .map(|info| {
                let mut info = info.clone();
                if Some(&info.participant) == own {
                    info.quality = ConnectionQuality::Poor;
                }
                info
            })
            .collect()
    }
}

fn grade(quality: &PeerQuality) -> ConnectionQuality {
    match quality {
        PeerQuality { lost: true, .. } => ConnectionQuality::Lost,
        PeerQuality { score, .. } if *score >= EXCELLENT => ConnectionQuality::Excellent,
        PeerQuality { score, .. } if *score >= GOOD => ConnectionQuality::Good,
        PeerQuality { .. } => ConnectionQuality::Poor,
    }
}
