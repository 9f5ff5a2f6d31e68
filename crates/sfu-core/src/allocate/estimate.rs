//! What to believe of the estimator's two voices.
//!
//! str0m tells an estimate that is averaged over three seconds: good against flutter, but a link
//! that has fallen to a tenth would drown in packets for as long. The momentary estimate, which
//! its statistics hold, falls sooner, but dips to 85 % of what is being sent at each suspicion. So
//! the average counts, unless the momentary one lies far below it. And as long as that is still
//! falling, it has not found the ground yet: half of it is a better guess, and what is sent less
//! for a moment drains the queues that stand in the way of the key frame of a smaller picture.

use base::Bitrate;

/// One receiver's estimate.
#[derive(Clone, Copy, Debug, Default)]
pub struct Estimate {
    averaged: Option<Bitrate>,
    momentary: Option<Bitrate>,
    is_falling: bool,
}

/// Further down than two dips in a row (72 %).
const FALLEN_PERCENT: u64 = 60;

impl Estimate {
    pub fn averaged(&mut self, estimate: Bitrate) {
        self.averaged = Some(estimate);
    }

    /// Takes a sample of the momentary estimate, a few times a second.
    pub fn momentary(&mut self, estimate: Bitrate) {
        self.is_falling = self.momentary.is_some_and(|before| estimate < before);
        self.momentary = Some(estimate);
    }

    /// `None` before anything was estimated.
    pub fn current(&self) -> Option<Bitrate> {
        let Some(momentary) = self.fallen_to() else {
            return self.averaged;
        };
        let divisor = if self.is_falling { 2 } else { 1 };
        Some(momentary.scaled(1, divisor))
    }

    /// The link carries far less than it did a moment ago.
    pub fn has_fallen(&self) -> bool {
        self.fallen_to().is_some()
    }

    fn fallen_to(&self) -> Option<Bitrate> {
        let fallen = self.averaged?.scaled(FALLEN_PERCENT, 100);
        self.momentary.filter(|momentary| *momentary < fallen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dip_is_smoothed_and_a_fall_is_run_ahead_of() {
        let kbps = |n| Some(Bitrate::kbps(n));
        let mut estimate = Estimate::default();
        assert_eq!(estimate.current(), None);
        estimate.averaged(Bitrate::kbps(2_400));
        estimate.momentary(Bitrate::kbps(2_400));
        estimate.momentary(Bitrate::kbps(2_040));
        assert_eq!(estimate.current(), kbps(2_400));
        estimate.momentary(Bitrate::kbps(1_140));
        assert_eq!(estimate.current(), kbps(570));
        estimate.momentary(Bitrate::kbps(300));
        assert_eq!(estimate.current(), kbps(150));
        estimate.momentary(Bitrate::kbps(310));
        assert_eq!(estimate.current(), kbps(310));
        estimate.averaged(Bitrate::kbps(400));
        assert_eq!(estimate.current(), kbps(400));
    }
}
