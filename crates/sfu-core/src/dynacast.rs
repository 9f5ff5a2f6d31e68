//! What a publisher need not send because nobody looks at it.
//!
//! One [`Dynacast`] per published track, on the publisher's shard. Subscribers there and other
//! shards (each with the highest quality of its own subscribers) say what they want in which
//! codec; the publisher is told the maximum: more at once, less only after a delay.

use crate::ShardId;
use base::PeerId;
use base::media::{Codec, Quality};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Less is asked for so late because people flip between views, and because stopping and starting
/// an encoder costs a key frame. The value clients of this ecosystem are used to.
const LOWER_AFTER: Duration = Duration::from_secs(5);

/// Who wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanter {
    Subscriber(PeerId),
    Shard(ShardId),
}

/// The demand for one track.
#[derive(Debug)]
pub struct Dynacast {
    wants: BTreeMap<(Codec, Wanter), Quality>,
    told: Vec<(Codec, Option<Quality>)>,
    /// Since when less is wanted than was told.
    less_since: Option<Instant>,
}

impl Dynacast {
    /// A publisher begins with everything in his primary codec (the first) and nothing in backups,
    /// so that is what counts as told.
    pub fn new(codecs: &[Codec]) -> Self {
        let told = codecs.iter().enumerate().map(|(index, codec)| {
            let quality = (index == 0).then_some(Quality::High);
            (*codec, quality)
        });
        Self {
            wants: BTreeMap::new(),
            told: told.collect(),
            less_since: None,
        }
    }

    /// The highest quality that `who` wants in `codec`; `None` nothing (hidden or unsubscribed).
    pub fn set(&mut self, who: Wanter, codec: Codec, quality: Option<Quality>) {
        match quality {
            Some(quality) => self.wants.insert((codec, who), quality),
            None => self.wants.remove(&(codec, who)),
        };
    }

    /// `who` has left, or no longer subscribes.
    pub fn remove(&mut self, who: Wanter) {
        self.wants.retain(|(_, wanter), _| *wanter != who);
    }

    /// What is wanted now: for a subscribers' shard, what to tell the publisher's.
    pub fn wanted(&self, codec: Codec) -> Option<Quality> {
        let of_codec = self.wants.iter().filter(|((c, _), _)| *c == codec);
        of_codec.map(|(_, quality)| *quality).max()
    }

    /// Call after changes and at the deadline. The whole list, if the publisher must be told.
    pub fn poll(&mut self, now: Instant) -> Option<Vec<(Codec, Option<Quality>)>> {
        let wanted: Vec<_> = self
            .told
            .iter()
            .map(|(codec, _)| (*codec, self.wanted(*codec)))
            .collect();
        let is_more = wanted.iter().zip(&self.told).any(|(w, t)| w.1 > t.1);
        let is_less = wanted.iter().zip(&self.told).any(|(w, t)| w.1 < t.1);
        if !is_less {
            self.less_since = None;
        } else if self.less_since.is_none() {
            self.less_since = Some(now);
        }
        let is_due = self.next_deadline().is_some_and(|due| now >= due);
        if is_due {
            self.less_since = None;
            self.told = wanted;
        } else if is_more {
            for (told, wanted) in self.told.iter_mut().zip(wanted) {
                told.1 = told.1.max(wanted.1);
            }
        } else {
            return None;
        }
        Some(self.told.clone())
    }

    pub fn next_deadline(&self) -> Option<Instant> {
        self.less_since.map(|since| since + LOWER_AFTER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::clock::OsClock;

    const ANNA: Wanter = Wanter::Subscriber(PeerId(1));
    const BEN: Wanter = Wanter::Subscriber(PeerId(2));
    const FAR: Wanter = Wanter::Shard(ShardId(3));

    #[test]
    fn more_is_asked_at_once_and_less_after_five_seconds() {
        let start = OsClock.now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut track = Dynacast::new(&[Codec::Vp8]);
        track.set(ANNA, Codec::Vp8, Some(Quality::Low));
        assert_eq!(track.poll(at(0)), None);
        assert_eq!(track.poll(at(4)), None);
        assert_eq!(track.next_deadline(), Some(at(5)));
        let low = vec![(Codec::Vp8, Some(Quality::Low))];
        assert_eq!(track.poll(at(5)), Some(low));
        track.set(FAR, Codec::Vp8, Some(Quality::Medium));
        let medium = vec![(Codec::Vp8, Some(Quality::Medium))];
        assert_eq!(track.poll(at(5)), Some(medium));
        assert_eq!(track.next_deadline(), None);
    }

    #[test]
    fn a_glance_elsewhere_changes_nothing() {
        let start = OsClock.now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut track = Dynacast::new(&[Codec::Vp8]);
        track.set(ANNA, Codec::Vp8, Some(Quality::High));
        assert_eq!(track.poll(at(0)), None);
        track.set(ANNA, Codec::Vp8, None);
        assert_eq!(track.poll(at(1)), None);
        track.set(ANNA, Codec::Vp8, Some(Quality::High));
        assert_eq!(track.poll(at(5)), None);
        assert_eq!(track.poll(at(60)), None);
    }

    #[test]
    fn each_codec_is_asked_for_by_those_who_watch_it() {
        let start = OsClock.now();
        let mut track = Dynacast::new(&[Codec::Av1, Codec::Vp8]);
        track.set(ANNA, Codec::Av1, Some(Quality::High));
        track.set(BEN, Codec::Vp8, Some(Quality::Medium));
        let both = vec![
            (Codec::Av1, Some(Quality::High)),
            (Codec::Vp8, Some(Quality::Medium)),
        ];
        assert_eq!(track.poll(start), Some(both));
        track.remove(ANNA);
        track.remove(BEN);
        assert_eq!(track.poll(start), None);
        let later = start + LOWER_AFTER;
        let nobody = vec![(Codec::Av1, None), (Codec::Vp8, None)];
        assert_eq!(track.poll(later), Some(nobody));
    }
}
