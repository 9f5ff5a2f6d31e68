//! Whether the queue before the bottleneck grows: groups of packets, the trend of their delays, and
//! a threshold that learns (draft-ietf-rmcat-gcc-02 section 5).

use super::log::Acked;
use std::collections::VecDeque;

/// What the delays say of the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Usage {
    /// The queue empties.
    Under,
    Normal,
    /// The queue grows.
    Over,
}

/// Packets sent within so long count as one group.
const GROUP_US: u64 = 5_000;

/// Groups of which the trend is made.
const WINDOW: usize = 20;

/// How much of the smoothed delay stays with each group.
const SMOOTHING: f64 = 0.9;

/// The slope is compared with the threshold when multiplied by this and by the number of groups
/// so far, up to [`MOST_GROUPS`].
const GAIN: f64 = 4.0;
const MOST_GROUPS: f64 = 60.0;

/// In milliseconds, as the thresholds of the draft are.
const THRESHOLD_MS: f64 = 12.5;
const LEAST_THRESHOLD_MS: f64 = 6.0;
const MOST_THRESHOLD_MS: f64 = 600.0;

/// How fast the threshold follows the trend up and down, per millisecond.
const UP_PER_MS: f64 = 0.0087;
const DOWN_PER_MS: f64 = 0.039;

/// A trend so far beyond the threshold is a jump, from which nothing is to be learnt.
const JUMP_MS: f64 = 15.0;

/// For so long the trend has to stay above the threshold.
const OVERUSE_US: i64 = 10_000;

/// A clock that jumps: the receiver has slept, or his device was changed.
const LONGEST_GAP_US: i64 = 3_000_000;

#[derive(Clone, Copy, Debug)]
struct Group {
    first_sent_us: u64,
    last_sent_us: u64,
    first_arrived_us: i64,
    last_arrived_us: i64,
}

impl Group {
    fn of(packet: &Acked) -> Self {
        Self {
            first_sent_us: packet.sent_us,
            last_sent_us: packet.sent_us,
            first_arrived_us: packet.arrived_us,
            last_arrived_us: packet.arrived_us,
        }
    }

    fn takes(&self, packet: &Acked) -> bool {
        packet.sent_us.saturating_sub(self.first_sent_us) <= GROUP_US || self.is_burst(packet)
    }

    /// What an interruption of the radio held back arrives all at once.
    fn is_burst(&self, packet: &Acked) -> bool {
        let sent_us = packet.sent_us.cast_signed() - self.last_sent_us.cast_signed();
        let arrived_us = packet.arrived_us - self.last_arrived_us;
        arrived_us < sent_us
            && arrived_us <= GROUP_US.cast_signed()
            && packet.arrived_us - self.first_arrived_us < 100_000
    }

    fn add(&mut self, packet: &Acked) {
        self.last_sent_us = self.last_sent_us.max(packet.sent_us);
        self.last_arrived_us = self.last_arrived_us.max(packet.arrived_us);
    }
}

#[derive(Debug)]
pub(super) struct DelayDetector {
    group: Option<Group>,
    before: Option<Group>,
    /// Arrival and smoothed delay in milliseconds.
    delays: VecDeque<(f64, f64)>,
    began_us: i64,
    groups: f64,
    delay_ms: f64,
    smoothed_ms: f64,
    threshold_ms: f64,
    learnt_us: Option<i64>,
    trend: f64,
    over_for_us: i64,
    usage: Usage,
}

impl Default for DelayDetector {
    fn default() -> Self {
        Self {
            group: None,
            before: None,
            delays: VecDeque::new(),
            began_us: 0,
            groups: 0.0,
            delay_ms: 0.0,
            smoothed_ms: 0.0,
            threshold_ms: THRESHOLD_MS,
            learnt_us: None,
            trend: 0.0,
            over_for_us: 0,
            usage: Usage::Normal,
        }
    }
}

impl DelayDetector {
    pub(super) fn usage(&self) -> Usage {
        self.usage
    }

    /// Takes a packet, in the order of arrival.
    pub(super) fn push(&mut self, packet: &Acked) {
        let Some(group) = &mut self.group else {
            self.group = Some(Group::of(packet));
            return;
        };
        if packet.sent_us < group.first_sent_us {
            return;
        }
        if group.takes(packet) {
            return group.add(packet);
        }
        let complete = std::mem::replace(group, Group::of(packet));
        if let Some(before) = self.before.replace(complete) {
            self.compare(&before, &complete);
        }
    }

    fn compare(&mut self, before: &Group, group: &Group) {
        let sent_us = group.last_sent_us.cast_signed() - before.last_sent_us.cast_signed();
        let arrived_us = group.last_arrived_us - before.last_arrived_us;
        if arrived_us < 0 || (arrived_us - sent_us).abs() > LONGEST_GAP_US {
            *self = Self::default();
            return;
        }
        if self.groups == 0.0 {
            self.began_us = group.last_arrived_us;
        }
        self.groups = (self.groups + 1.0).min(MOST_GROUPS);
        self.delay_ms += (arrived_us - sent_us) as f64 / 1_000.0;
        self.smoothed_ms = SMOOTHING * self.smoothed_ms + (1.0 - SMOOTHING) * self.delay_ms;
        let at_ms = (group.last_arrived_us - self.began_us) as f64 / 1_000.0;
        if self.delays.len() >= WINDOW {
            self.delays.pop_front();
        }
        self.delays.push_back((at_ms, self.smoothed_ms));
        let slope = if self.delays.len() >= WINDOW {
            slope(&self.delays).unwrap_or(self.trend)
        } else {
            self.trend
        };
        self.judge(slope, sent_us, group.last_arrived_us);
    }

    fn judge(&mut self, slope: f64, sent_us: i64, now_us: i64) {
        let scaled = self.groups * slope * GAIN;
        if scaled > self.threshold_ms {
            self.over_for_us += sent_us;
            if self.over_for_us > OVERUSE_US && slope >= self.trend {
                self.over_for_us = 0;
                self.usage = Usage::Over;
            }
        } else {
            self.over_for_us = 0;
            self.usage = if scaled < -self.threshold_ms {
                Usage::Under
            } else {
                Usage::Normal
            };
        }
        self.trend = slope;
        self.learn(scaled.abs(), now_us);
    }

    fn learn(&mut self, scaled: f64, now_us: i64) {
        let since_us = now_us - self.learnt_us.replace(now_us).unwrap_or(now_us);
        if scaled > self.threshold_ms + JUMP_MS {
            return;
        }
        let per_ms = if scaled < self.threshold_ms {
            DOWN_PER_MS
        } else {
            UP_PER_MS
        };
        let passed_ms = (since_us as f64 / 1_000.0).min(100.0);
        self.threshold_ms += per_ms * (scaled - self.threshold_ms) * passed_ms;
        self.threshold_ms = self
            .threshold_ms
            .clamp(LEAST_THRESHOLD_MS, MOST_THRESHOLD_MS);
    }
}

/// Least squares.
fn slope(points: &VecDeque<(f64, f64)>) -> Option<f64> {
    let count = points.len() as f64;
    let (sum_x, sum_y) = points
        .iter()
        .fold((0.0, 0.0), |(x, y), point| (x + point.0, y + point.1));
    let (mean_x, mean_y) = (sum_x / count, sum_y / count);
    let (above, below) = points.iter().fold((0.0, 0.0), |(above, below), (x, y)| {
        let x = x - mean_x;
        (above + x * (y - mean_y), below + x * x)
    });
    (below > 0.0).then(|| above / below)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A packet every 10 ms, each delayed by `delay_us(index)`.
    fn usages(delay_us: impl Fn(u64) -> u64) -> Vec<Usage> {
        let mut detector = DelayDetector::default();
        let each = |index: u64| {
            let sent_us = index * 10_000;
            detector.push(&Acked {
                sent_us,
                arrived_us: (sent_us + delay_us(index)).cast_signed(),
                bytes: 1_000,
                probe: 0,
            });
            detector.usage()
        };
        (0..300).map(each).collect()
    }

    #[test]
    fn a_queue_that_grows_is_overuse_and_one_that_empties_is_underuse() {
        let steady = usages(|_| 20_000);
        assert!(steady.iter().all(|usage| *usage == Usage::Normal));
        let grows = usages(|index| 20_000 + index.saturating_sub(100) * 3_000);
        let noticed = grows.iter().position(|usage| *usage == Usage::Over);
        assert!((100..125).contains(&noticed.unwrap()), "{noticed:?}");
        let empties = usages(|index| 900_000 - index.saturating_sub(100).min(200) * 3_000);
        assert!(empties.contains(&Usage::Under));
        assert!(!empties.contains(&Usage::Over));
    }

    #[test]
    fn jitter_is_not_a_queue() {
        for jitter_us in [1_000, 2_000, 4_000] {
            let jittery = usages(|index| 20_000 + (index * 7_919) % jitter_us);
            let over = jittery.iter().filter(|usage| **usage == Usage::Over);
            assert_eq!(over.count(), 0, "{jitter_us} µs");
        }
    }
}
