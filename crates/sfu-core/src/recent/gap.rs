//! What came after a packet that is missing, kept until that comes too or is given up.
//!
//! Nobody can begin with a key frame before its first packet is there. When paths reorder, or the
//! first packet was lost and repaired, the rest has passed by then. Kept here, it is sent once more
//! behind the first packet, to whoever begins with it; who has had it already drops it as stale.

use super::Kept;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Of one stream.
#[derive(Debug, Default)]
pub(super) struct Gap {
    ssrc: u32,
    highest: u64,
    /// Packets that have not come; 0: nothing is kept.
    missing: u64,
    since: Option<Instant>,
    packets: Vec<Arc<Kept>>,
}

/// Two round trips of 150 ms: a repair, and the repair of a repair. After them another key frame
/// has been asked for.
const KEPT_FOR: Duration = Duration::from_millis(300);

/// 300 ms at 4 Mbps, in packets.
const MOST_PACKETS: usize = 128;

impl Gap {
    /// Whether packets after this one are here already and can follow it.
    pub(super) fn is_waiting_for(&self, now: Instant, ssrc: u32, sequence: u64) -> bool {
        let age = self.since.map(|at| now.saturating_duration_since(at));
        let is_kept = self.ssrc == ssrc && sequence < self.highest;
        is_kept && self.missing > 0 && age.is_some_and(|age| age <= KEPT_FOR)
    }

    /// Those that came after it, in the order of their numbers.
    pub(super) fn after(&self, sequence: u64) -> Vec<Arc<Kept>> {
        let later = self.packets.iter().filter(|kept| kept.meta.seq > sequence);
        let mut later: Vec<Arc<Kept>> = later.cloned().collect();
        later.sort_by_key(|kept| kept.meta.seq);
        later
    }

    /// A packet has come.
    pub(super) fn record(&mut self, now: Instant, kept: &Arc<Kept>) {
        let (ssrc, sequence) = (kept.meta.ssrc, kept.meta.seq);
        if self.ssrc != ssrc {
            *self = Self {
                ssrc,
                highest: sequence,
                ..Self::default()
            };
            return;
        }
        if sequence > self.highest {
            let skipped = sequence - self.highest - 1;
            self.highest = sequence;
            if skipped > 0 && self.missing == 0 {
                self.since = Some(now);
            }
            self.missing += skipped;
        } else {
            self.missing = self.missing.saturating_sub(1);
        }
        let age = self.since.map(|at| now.saturating_duration_since(at));
        let is_over = age.is_none_or(|age| age > KEPT_FOR);
        if self.missing == 0 || is_over || self.packets.len() >= MOST_PACKETS {
            self.packets.clear();
            self.missing = 0;
            self.since = None;
            return;
        }
        self.packets.push(kept.clone());
    }
}
