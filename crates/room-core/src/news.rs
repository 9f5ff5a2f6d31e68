//! Telling everybody about everybody.
//!
//! News about somebody who publishes go out at once. In large rooms news about the others are
//! collected, since telling n people about n people is work that grows with the square.

use crate::ServerMessage;
use crate::model::ParticipantInfo;
use crate::output::Now;
use crate::room::Room;
use crate::timers::Timer;
use base::PeerId;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// Counts of people in the room's own information may lag behind by this much.
const ROOM_NEWS_DELAY: Duration = Duration::from_secs(5);

/// What has not been told yet.
#[derive(Debug, Default)]
pub(crate) struct News {
    changed: BTreeSet<PeerId>,
    departed: Vec<ParticipantInfo>,
    /// Came in by this input, and was just told all about himself.
    newcomer: Option<PeerId>,
    urgent: bool,
    batch_is_due: bool,
    room_counts_pending: bool,
}

impl News {
    pub(crate) fn release(&mut self) {
        self.urgent = true;
        self.batch_is_due = false;
    }
}

impl Room {
    /// Something that others see of a participant has changed.
    pub(crate) fn has_changed(&mut self, peer: PeerId) {
        self.news.changed.insert(peer);
        if self.tracks.has_live(peer) {
            self.news.urgent = true;
        }
    }

    pub(crate) fn has_come(&mut self, peer: PeerId) {
        self.has_changed(peer);
        self.news.newcomer = Some(peer);
    }

    pub(crate) fn news_are_urgent(&mut self) {
        self.news.urgent = true;
    }

    pub(crate) fn has_departed(&mut self, farewell: ParticipantInfo, was_publisher: bool) {
        self.news.urgent |= was_publisher;
        self.news.departed.push(farewell);
    }

    pub(crate) fn flush_news(&mut self, now: Now) {
        let newcomer = self.news.newcomer.take();
        if self.news.changed.is_empty() && self.news.departed.is_empty() {
            return;
        }
        self.note_counts(now);
        if !self.news.urgent && self.people.len() > self.settings.batch_above {
            if !self.news.batch_is_due {
                self.news.batch_is_due = true;
                self.timers
                    .set(now.at + self.settings.update_batch, Timer::News);
            }
            return;
        }
        self.news.urgent = false;
        let mut infos = std::mem::take(&mut self.news.departed);
        for peer in std::mem::take(&mut self.news.changed) {
            let Some(participant) = self.people.get_mut(peer) else {
                continue;
            };
            participant.version += 1;
            let hidden = participant.is_hidden();
            self.forward_news_of(peer);
            let info = self.info_of(peer);
            if hidden {
                let alone = Arc::from([info]);
                self.tell(peer, ServerMessage::Participants(alone));
            } else {
                infos.push(info);
            }
        }
        if infos.is_empty() {
            return;
        }
        let old_news = newcomer.filter(|_| infos.len() == 1);
        self.tell_all_but(old_news, &ServerMessage::Participants(infos.into()));
    }

    /// Participants whom `peer` may know about, himself not included.
    pub(crate) fn others(&self, peer: PeerId) -> Vec<ParticipantInfo> {
        self.people
            .iter()
            .filter(|p| p.peer != peer && !p.is_hidden())
            .map(|p| p.info(self.tracks.all(), &self.settings.region))
            .collect()
    }

    /// # Panics
    /// Never for participants that are in the room.
    pub(crate) fn info_of(&self, peer: PeerId) -> ParticipantInfo {
        let participant = self.people.get(peer);
        #[expect(
            clippy::expect_used,
            reason = "callers hold a peer that is in the room"
        )]
        let participant = participant.expect("the participant is in the room");
        participant.info(self.tracks.all(), &self.settings.region)
    }

    pub(crate) fn tell_room(&mut self) {
        let info = Arc::new(self.info());
        self.tell_all(&ServerMessage::RoomUpdate(info));
    }

    pub(crate) fn tell_room_news(&mut self) {
        self.news.room_counts_pending = false;
        self.tell_room();
    }

    fn note_counts(&mut self, now: Now) {
        if !self.news.room_counts_pending {
            self.news.room_counts_pending = true;
            self.timers.set(now.at + ROOM_NEWS_DELAY, Timer::RoomNews);
        }
    }
}
