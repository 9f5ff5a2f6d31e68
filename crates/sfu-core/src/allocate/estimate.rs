//! What to believe of the estimator's two voices.
//!
//! str0m tells an estimate that is averaged over three seconds: good against flutter, but a link
//! that has fallen to a tenth may drown in packets for as long. The momentary estimate, which its
//! statistics hold, falls sooner, but dips to 85 % of what is being sent at each suspicion. So the
//! average counts, unless either of the two lies far below what was believed a moment ago: then the
//! link has *fallen*, and the lower one counts. As long as that is still falling it has not found
//! the ground yet (each step is to 85 % of what still trickles out of a full queue): a third of it
//! is the better guess, and what is sent less for a moment drains the queues that stand before the
//! key frame of a smaller picture.

use base::Bitrate;

/// One receiver's estimate.
#[derive(Clone, Copy, Debug, Default)]
pub struct Estimate {
    averaged: Option<Bitrate>,
    /// The last two samples.
    momentary: [Option<Bitrate>; 2],
    /// The highest of what was believed, fading.
    peak: Bitrate,
    fall: Fall,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Fall {
    #[default]
    No,
    Falling,
    /// It has fallen, and falls no further.
    Ground,
}

/// Further down than two dips in a row (72 %).
const FALLEN_PERCENT: u64 = 60;

/// How fast the peak fades: by 3 % a sample, to a third in four seconds of ten samples each.
const FADE_PERCENT: u64 = 97;

/// A sample above this share of the one before is the ground: while it falls, it falls by 15 %.
const GROUND_PERCENT: u64 = 90;

/// A link that went from 3 Mbps to 300 kbps was seen at 1,036 kbps first, and at 300 a second later.
const FALLING_DIVISOR: u64 = 3;

impl Estimate {
    pub fn averaged(&mut self, estimate: Bitrate) {
        self.averaged = Some(estimate);
        self.peak = self.peak.max(estimate);
        self.notice_fall();
    }

    /// Takes a sample of the momentary estimate, ten times a second.
    pub fn momentary(&mut self, estimate: Bitrate) {
        let before = self.lower().unwrap_or_default();
        self.momentary = [self.momentary[1], Some(estimate)];
        let believed = self.lower().unwrap_or_default();
        self.peak = self.peak.scaled(FADE_PERCENT, 100).max(believed);
        if self.fall == Fall::Falling && believed >= before.scaled(GROUND_PERCENT, 100) {
            self.fall = Fall::Ground;
        }
        self.notice_fall();
    }

    /// `None` before anything was estimated.
    pub fn current(&self) -> Option<Bitrate> {
        match self.fall {
            Fall::No => self.averaged,
            Fall::Falling => self.lower().map(|l| l.scaled(1, FALLING_DIVISOR)),
            Fall::Ground => self.lower(),
        }
    }

    /// The link carries far less than it did a moment ago.
    pub fn has_fallen(&self) -> bool {
        self.fall != Fall::No
    }

    fn notice_fall(&mut self) {
        let Some(lower) = self.lower() else { return };
        let is_far_below = lower < self.peak.scaled(FALLEN_PERCENT, 100);
        self.fall = match (is_far_below, self.fall) {
            (false, _) => Fall::No,
            (true, Fall::No) => Fall::Falling,
            (true, known) => known,
        };
    }

    fn lower(&self) -> Option<Bitrate> {
        let averaged = self.averaged?;
        let [before, last] = self.momentary;
        // On the ground single samples fall far below it: one alone must not pause a picture.
        let momentary = match self.fall {
            Fall::Ground => before.max(last),
            Fall::No | Fall::Falling => last,
        };
        Some(momentary.map_or(averaged, |m| m.min(averaged)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steady(kbps: u64) -> Estimate {
        let mut estimate = Estimate::default();
        assert_eq!(estimate.current(), None);
        estimate.averaged(Bitrate::kbps(kbps));
        for _ in 0..8 {
            estimate.momentary(Bitrate::kbps(kbps));
        }
        estimate
    }

    #[test]
    fn a_dip_is_smoothed() {
        let mut estimate = steady(2_400);
        for dip in [2_040, 2_040, 1_750] {
            estimate.momentary(Bitrate::kbps(dip));
            assert_eq!(estimate.current(), Some(Bitrate::kbps(2_400)));
        }
    }

    #[test]
    fn a_fall_is_run_ahead_of_until_it_finds_the_ground() {
        let kbps = |n| Some(Bitrate::kbps(n));
        for the_average_notices_first in [false, true] {
            let mut estimate = steady(2_400);
            if the_average_notices_first {
                estimate.averaged(Bitrate::kbps(1_035));
            } else {
                estimate.momentary(Bitrate::kbps(1_035));
            }
            assert_eq!(estimate.current(), kbps(345));
            estimate.momentary(Bitrate::kbps(300));
            assert_eq!(estimate.current(), kbps(100));
            estimate.momentary(Bitrate::kbps(290));
            assert_eq!(estimate.current(), kbps(300));
            estimate.momentary(Bitrate::kbps(120));
            assert_eq!(estimate.current(), kbps(290), "the ground is uneven");
            estimate.averaged(Bitrate::kbps(310));
            for _ in 0..80 {
                estimate.momentary(Bitrate::kbps(320));
            }
            assert!(!estimate.has_fallen());
            assert_eq!(estimate.current(), kbps(310));
        }
    }
}
