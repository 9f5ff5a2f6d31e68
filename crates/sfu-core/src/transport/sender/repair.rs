//! What may be asked for again. The payloads are those of the publisher's packets, shared by all
//! subscribers of his track; of each subscriber's own are only the numbers.

use super::super::media::{Outgoing, Vp8Rewrite};
use crate::growth::make_room;
use crate::packet::PacketExtensions;
use std::cmp::Reverse;
use std::collections::VecDeque;
use std::num::NonZeroU16;
use std::sync::Arc;

/// At 1.5 Mbps (about 160 packets/s) this is 1.6 s, longer than any repetition is of use to a live
/// picture.
const MOST_PACKETS: usize = 256;
const LONGEST_MS: u32 = 1_000;

/// Largest share of what is sent that may be repetitions. At 50 % loss each packet goes out twice;
/// beyond 0.6 a smaller picture helps more than another copy.
const MOST_SHARE: f64 = 0.6;

/// How fast the share forgets, per packet of either kind.
const FADE: f64 = 1.0 / 128.0;

/// A packet as it was sent. Small: of each subscription there are hundreds.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    /// The low bits: the packets of a second are far fewer.
    sequence: u32,
    pub(super) timestamp: u32,
    sent_ms: u32,
    /// Since it was sent.
    repeated_ms: Option<NonZeroU16>,
    pub(super) payload_type: u8,
    pub(super) marker: bool,
    pub(super) payload: Arc<[u8]>,
    pub(super) changed: Changed,
}

/// What a subscriber's packet has of its own. What has a descriptor is not VP8.
#[derive(Clone, Debug)]
pub(super) enum Changed {
    Descriptor(Arc<[u8]>),
    Vp8(Vp8Rewrite),
}

#[derive(Debug, Default)]
pub(super) struct RepairCache {
    /// By number; gaps are packets that were not to be repeated.
    packets: VecDeque<Kept>,
    /// Bytes of repetitions among all, fading.
    share: f64,
}

impl Kept {
    pub(super) fn sequence(&self) -> u16 {
        self.sequence as u16
    }

    /// How far another number is behind this one; none if it is ahead.
    fn behind(&self, other: u32) -> Option<u32> {
        let behind = self.sequence.wrapping_sub(other);
        (behind < u32::MAX / 2).then_some(behind)
    }

    fn age_ms(&self, now_ms: u32) -> u32 {
        now_ms.wrapping_sub(self.sent_ms)
    }

    /// Nothing, as it would be sent at this time.
    pub(super) fn blank(timestamp: u32) -> Self {
        Self {
            sequence: 0,
            timestamp,
            sent_ms: 0,
            repeated_ms: None,
            payload_type: 0,
            marker: false,
            payload: Arc::from([]),
            changed: Changed::Vp8(Vp8Rewrite::default()),
        }
    }
}

impl RepairCache {
    pub(super) fn keep(&mut self, now_us: u64, packet: &Outgoing, extensions: &PacketExtensions) {
        let now_ms = millis(now_us);
        let old = |kept: &Kept| kept.age_ms(now_ms) > LONGEST_MS;
        while self.packets.len() >= MOST_PACKETS || self.packets.front().is_some_and(old) {
            self.packets.pop_front();
        }
        let kept = Kept {
            sequence: packet.sequence as u32,
            timestamp: packet.timestamp,
            sent_ms: now_ms,
            repeated_ms: None,
            payload_type: packet.payload_type,
            marker: packet.marker,
            payload: packet.payload.clone(),
            changed: extensions.dependency.clone().map_or_else(
                || Changed::Vp8(packet.vp8.unwrap_or_default()),
                Changed::Descriptor,
            ),
        };
        let later = self.packets.iter().rev();
        let later = later.take_while(|other| kept.behind(other.sequence).is_none());
        let at = self.packets.len() - later.count();
        make_room(&mut self.packets);
        self.packets.insert(at, kept);
    }

    /// The packet with these low bits, if it may be sent once more: not while the last repetition
    /// is still under way, and not if repetitions are most of what is sent.
    pub(super) fn take(&mut self, now_us: u64, sequence: u16, round_trip_us: u64) -> Option<Kept> {
        if self.share > MOST_SHARE {
            return None;
        }
        let last = self.packets.back()?;
        let behind = last.sequence().wrapping_sub(sequence);
        let newest = last.clone();
        let at = self
            .packets
            .binary_search_by_key(&Reverse(u32::from(behind)), |kept| {
                Reverse(newest.behind(kept.sequence).unwrap_or(0))
            });
        let kept = self.packets.get_mut(at.ok()?)?;
        let age_ms = kept.age_ms(millis(now_us));
        if age_ms > LONGEST_MS {
            return None;
        }
        let round_trip_ms = millis(round_trip_us);
        let is_under_way = |at: NonZeroU16| age_ms.saturating_sub(at.get().into()) < round_trip_ms;
        if kept.repeated_ms.is_some_and(is_under_way) {
            return None;
        }
        kept.repeated_ms = NonZeroU16::new(u16::try_from(age_ms.max(1)).unwrap_or(u16::MAX));
        Some(kept.clone())
    }

    /// The newest, for a probe: what is sent anyway may as well be of use.
    pub(super) fn newest(&self, now_us: u64) -> Option<Kept> {
        let newest = self.packets.back()?;
        (newest.age_ms(millis(now_us)) <= LONGEST_MS).then(|| newest.clone())
    }

    pub(super) fn sent(&mut self, is_repetition: bool) {
        let sample = if is_repetition { 1.0 } else { 0.0 };
        self.share += (sample - self.share) * FADE;
    }

    pub(super) fn clear(&mut self) {
        self.packets.clear();
        self.share = 0.0;
    }
}

/// The low bits are enough to compare what is a second apart.
fn millis(us: u64) -> u32 {
    (us / 1_000) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::clock::OsClock;

    fn keep(cache: &mut RepairCache, now_us: u64, sequence: u64) {
        let packet = Outgoing {
            payload_type: 96,
            sequence,
            timestamp: 0,
            marker: false,
            captured: OsClock.now(),
            repairable: true,
            payload: [1].as_slice().into(),
            vp8: None,
        };
        cache.keep(now_us, &packet, &PacketExtensions::default());
    }

    #[test]
    fn a_packet_is_found_by_its_low_bits_and_not_again_within_a_round_trip() {
        let mut cache = RepairCache::default();
        for sequence in 65_500..65_600 {
            keep(&mut cache, sequence, sequence);
        }
        let found = cache.take(66_000, 65_535, 50_000);
        assert_eq!(found.map(|kept| kept.sequence()), Some(65_535));
        assert!(cache.take(66_000, 3, 50_000).is_some());
        assert!(cache.take(100_000, 3, 50_000).is_none());
        assert!(cache.take(116_001, 3, 50_000).is_some());
        assert!(cache.take(66_000, 65_499, 0).is_none(), "never kept");
    }

    #[test]
    fn packets_that_came_out_of_order_are_found() {
        let mut cache = RepairCache::default();
        for sequence in [10, 12, 11, 13] {
            keep(&mut cache, 0, sequence);
        }
        for sequence in 10..=13 {
            assert!(cache.take(0, sequence, 0).is_some(), "{sequence}");
        }
    }

    #[test]
    fn when_repetitions_are_most_of_what_is_sent_there_are_no_more() {
        let mut cache = RepairCache::default();
        keep(&mut cache, 0, 1);
        for _ in 0..200 {
            cache.sent(true);
        }
        assert!(cache.take(0, 1, 0).is_none());
        for _ in 0..100 {
            cache.sent(false);
        }
        assert!(cache.take(0, 1, 0).is_some());
    }
}
