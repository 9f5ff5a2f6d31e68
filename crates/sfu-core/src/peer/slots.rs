//! The sections in which a peer receives, recycled: a section's track may change, but only after
//! the client has seen the section inactive, or it would not notice the new one.

use crate::transport::Mid;
use base::TrackId;
use base::media::Kind;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Never used, or seen inactive by the client.
    Free { used: bool },
    /// Given to a track; `agreed` when the client has been told and has taken it.
    Taken { track: TrackId, agreed: bool },
    /// Its track is gone; the client has still to see it inactive.
    Retiring,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) mid: Mid,
    pub(crate) kind: Kind,
    pub(crate) state: State,
}

#[derive(Debug, Default)]
pub(crate) struct Slots {
    slots: Vec<Slot>,
}

impl Slots {
    /// A section that can be received in; known ones stay as they are.
    pub(crate) fn offer(&mut self, mid: Mid, kind: Kind) {
        if self.slots.iter().all(|slot| slot.mid != mid) {
            let state = State::Free { used: false };
            self.slots.push(Slot { mid, kind, state });
        }
    }

    /// Sections that no longer receive. The tracks that were in them.
    pub(crate) fn retain(&mut self, still: impl Fn(Mid) -> bool) -> Vec<TrackId> {
        let mut lost = Vec::new();
        self.slots.retain(|slot| {
            let stays = still(slot.mid);
            if let (false, State::Taken { track, .. }) = (stays, slot.state) {
                lost.push(track);
            }
            stays
        });
        lost
    }

    /// Gives a free section to a track. The mid, and whether another track was in it before.
    pub(crate) fn take(&mut self, track: TrackId, kind: Kind) -> Option<(Mid, bool)> {
        let free = |slot: &&mut Slot| slot.kind == kind && matches!(slot.state, State::Free { .. });
        let slot = self.slots.iter_mut().find(free)?;
        let used = slot.state == State::Free { used: true };
        let agreed = false;
        slot.state = State::Taken { track, agreed };
        Some((slot.mid, used))
    }

    /// The track no longer needs its section. Whether the client has to be told.
    pub(crate) fn release(&mut self, track: TrackId) -> bool {
        let Some(slot) = self.slots.iter_mut().find(|slot| slot.carries(track)) else {
            return false;
        };
        slot.state = State::Retiring;
        true
    }

    /// Sections that the next description shows inactive; they are free after it.
    pub(crate) fn retiring(&self) -> impl Iterator<Item = Mid> + '_ {
        let retiring = self.slots.iter().filter(|s| s.state == State::Retiring);
        retiring.map(|slot| slot.mid)
    }

    /// The client has seen these inactive.
    pub(crate) fn seen_inactive(&mut self, mids: &[Mid]) {
        for slot in &mut self.slots {
            if slot.state == State::Retiring && mids.contains(&slot.mid) {
                slot.state = State::Free { used: true };
            }
        }
    }

    /// The client has seen these with their tracks. The tracks that are new in them.
    pub(crate) fn seen_taken(&mut self, mids: &[Mid]) -> Vec<TrackId> {
        let mut agreed_now = Vec::new();
        for slot in &mut self.slots {
            if let State::Taken { track, agreed } = &mut slot.state
                && !*agreed
                && mids.contains(&slot.mid)
            {
                *agreed = true;
                agreed_now.push(*track);
            }
        }
        agreed_now
    }

    pub(crate) fn taken(&self) -> impl Iterator<Item = (Mid, TrackId)> + '_ {
        self.slots.iter().filter_map(|slot| match slot.state {
            State::Taken { track, .. } => Some((slot.mid, track)),
            State::Free { .. } | State::Retiring => None,
        })
    }

    /// Tracks whose section the client has seen.
    pub(crate) fn agreed(&self) -> impl Iterator<Item = TrackId> + '_ {
        self.slots.iter().filter_map(|slot| match slot.state {
            State::Taken {
                track,
                agreed: true,
            } => Some(track),
            State::Taken { .. } | State::Free { .. } | State::Retiring => None,
        })
    }

    pub(crate) fn agreed_mid(&self, track: TrackId) -> Option<Mid> {
        let agreed = State::Taken {
            track,
            agreed: true,
        };
        let slot = self.slots.iter().find(|slot| slot.state == agreed)?;
        Some(slot.mid)
    }

    pub(crate) fn has_taken(&self, track: TrackId) -> bool {
        self.slots.iter().any(|slot| slot.carries(track))
    }

    pub(crate) fn track_in(&self, mid: Mid) -> Option<TrackId> {
        self.taken()
            .find(|(m, _)| *m == mid)
            .map(|(_, track)| track)
    }

    /// How many sections of a kind are free now, and how many will be after the next description.
    pub(crate) fn free(&self, kind: Kind) -> (usize, usize) {
        let of_kind = || self.slots.iter().filter(move |slot| slot.kind == kind);
        let now = of_kind().filter(|s| matches!(s.state, State::Free { .. }));
        let soon = of_kind().filter(|s| s.state == State::Retiring);
        (now.count(), soon.count())
    }
}

impl Slot {
    fn carries(&self, wanted: TrackId) -> bool {
        matches!(self.state, State::Taken { track, .. } if track == wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_given_again_only_after_it_was_seen_inactive() {
        let mut slots = Slots::default();
        let mid = Mid::from("3");
        slots.offer(mid, Kind::Video);
        assert_eq!(slots.take(TrackId(1), Kind::Video), Some((mid, false)));
        assert_eq!(slots.seen_taken(&[mid]), [TrackId(1)]);
        assert!(slots.release(TrackId(1)));
        assert_eq!(slots.take(TrackId(2), Kind::Video), None, "still retiring");
        slots.seen_inactive(&[mid]);
        assert_eq!(slots.take(TrackId(2), Kind::Video), Some((mid, true)));
    }

    #[test]
    fn audio_does_not_go_into_a_video_section() {
        let mut slots = Slots::default();
        slots.offer(Mid::from("0"), Kind::Video);
        assert_eq!(slots.take(TrackId(1), Kind::Audio), None);
        assert_eq!(slots.free(Kind::Video), (1, 0));
    }
}
