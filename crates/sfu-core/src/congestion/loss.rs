//! Loss that comes of sending too much, and loss that does not.
//!
//! A radio loses packets whatever is sent; a full queue loses what is too much. Which of the two it
//! is shows when less is sent: the queue's loss goes, the radio's stays.

use base::Bitrate;
use std::collections::VecDeque;

#[derive(Clone, Copy, Debug)]
struct Count {
    at_us: u64,
    arrived: i32,
    lost: i32,
}

/// What is judged: two to four reports of any client.
const WINDOW_US: u64 = 400_000;

/// What statistics show.
const REMEMBERED_US: u64 = 1_000_000;

/// Of fewer packets a share says nothing.
const FEWEST: i32 = 12;

/// So much more than what the radio is believed to lose is a full queue.
const TOO_MUCH: f64 = 0.10;

/// Loss that stays above this part of itself though less is sent, is not a queue's.
const STAYS: f64 = 0.6;

/// A cut shows after the round trip, the report's interval and the window.
const PATIENCE_US: u64 = 600_000;

/// More is never taken for a radio's: nothing could be seen through it.
const MOST_INHERENT: f64 = 0.75;

/// How fast the radio is believed to have become better, per second.
const FORGETTING: f64 = 0.01;

#[derive(Debug, Default)]
pub(super) struct LossWatch {
    counts: VecDeque<Count>,
    /// What is lost whatever is sent.
    inherent: f64,
    /// When less was sent because of loss, and what the loss was.
    cut: Option<(u64, f64)>,
    updated_us: u64,
}

impl LossWatch {
    pub(super) fn count(&mut self, now_us: u64, arrived: i32, lost: i32) {
        let old = |count: &Count| count.at_us + REMEMBERED_US < now_us;
        while self.counts.front().is_some_and(old) {
            self.counts.pop_front();
        }
        self.counts.push_back(Count {
            at_us: now_us,
            arrived,
            lost,
        });
    }

    /// Of the last second.
    pub(super) fn share(&self) -> f64 {
        share(self.counts.iter()).map_or(0.0, |(share, _)| share)
    }

    /// The rate to go down to, if a queue overflows.
    pub(super) fn cut(&mut self, now_us: u64, arriving: Option<Bitrate>) -> Option<Bitrate> {
        let passed_us = now_us.saturating_sub(self.updated_us);
        self.updated_us = now_us;
        let recent = self.counts.iter().rev();
        let recent = recent.take_while(|count| count.at_us + WINDOW_US >= now_us);
        let (share, packets) = share(recent)?;
        if share < self.inherent {
            let forgotten = FORGETTING * passed_us as f64 / 1e6;
            self.inherent = (self.inherent - forgotten).max(share);
        }
        if packets < FEWEST || share <= self.inherent + TOO_MUCH {
            return None;
        }
        match self.cut {
            Some((at_us, _)) if now_us < at_us + PATIENCE_US => return None,
            Some((at_us, before)) if now_us < at_us + 3 * PATIENCE_US && share > before * STAYS => {
                self.inherent = share.min(MOST_INHERENT);
                self.cut = None;
                return None;
            }
            Some(_) | None => {}
        }
        let arriving = arriving?;
        self.cut = Some((now_us, share));
        Some(arriving.scaled(95, 100))
    }
}

fn share<'a>(counts: impl Iterator<Item = &'a Count>) -> Option<(f64, i32)> {
    let (arrived, lost) = counts.fold((0, 0), |(arrived, lost), count| {
        (arrived + count.arrived, lost + count.lost)
    });
    let packets = arrived + lost;
    (packets > 0).then(|| (f64::from(lost.max(0)) / f64::from(packets), packets))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARRIVING: Option<Bitrate> = Some(Bitrate::kbps(1_000));

    /// Ten reports a second of ten packets; when it was cut.
    fn cuts(lost: impl Fn(u64, usize) -> i32) -> Vec<u64> {
        let mut watch = LossWatch::default();
        let mut cuts = Vec::new();
        for tenth in 0..200 {
            let now_us = tenth * 100_000;
            let lost = lost(tenth, cuts.len());
            watch.count(now_us, 10 - lost, lost);
            if watch.cut(now_us, ARRIVING).is_some() {
                cuts.push(tenth);
            }
        }
        cuts
    }

    #[test]
    fn a_radio_that_loses_is_cut_once_and_then_believed() {
        assert_eq!(cuts(|tenth, _| i32::from(tenth % 2 == 0)), [0; 0], "5 %");
        assert_eq!(cuts(|_, _| 3).len(), 1, "30 %");
    }

    #[test]
    fn a_queue_that_overflows_is_cut_until_it_does_not() {
        let lost = |tenth, cuts| if tenth < 50 || cuts > 0 { 0 } else { 8 };
        assert_eq!(cuts(lost), [50]);
    }
}
