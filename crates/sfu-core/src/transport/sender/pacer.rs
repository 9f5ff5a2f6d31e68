//! When packets may leave: at the pace that congestion control gives, with bursts that the queue
//! before the bottleneck takes. What an encoder gives at once is not to fill it.

use crate::congestion::Pace;

/// What may leave at once: a frame on a good link goes in one burst, which the kernel sends as one.
const BURST_US: u64 = 20_000;

/// On a link that has been seen full: the shortest queues found before one hold 20 ms.
const TIGHT_BURST_US: u64 = 5_000;

/// What has left ahead of time.
#[derive(Debug)]
pub(super) struct Pacer {
    pace: Pace,
    debt_bits: u64,
    paid_us: u64,
}

impl Pacer {
    pub(super) fn new(pace: Pace) -> Self {
        Self {
            pace,
            debt_bits: 0,
            paid_us: 0,
        }
    }

    pub(super) fn set(&mut self, pace: Pace) {
        self.pace = pace;
    }

    /// Time has passed.
    pub(super) fn pay(&mut self, now_us: u64) {
        let passed_us = now_us.saturating_sub(self.paid_us);
        self.paid_us = now_us;
        let paid = u128::from(self.pace.rate.as_bps()) * u128::from(passed_us) / 1_000_000;
        self.debt_bits = self
            .debt_bits
            .saturating_sub(u64::try_from(paid).unwrap_or(u64::MAX));
    }

    pub(super) fn is_open(&self) -> bool {
        self.debt_bits <= self.burst_bits()
    }

    pub(super) fn sent(&mut self, bytes: usize) {
        self.debt_bits += 8 * bytes as u64;
    }

    /// When the next packet may leave.
    pub(super) fn next_us(&self) -> u64 {
        let above = self.debt_bits.saturating_sub(self.burst_bits());
        self.paid_us + (above * 1_000_000).div_ceil(self.pace.rate.as_bps().max(1))
    }

    fn burst_bits(&self) -> u64 {
        let burst_us = if self.pace.is_tight {
            TIGHT_BURST_US
        } else {
            BURST_US
        };
        self.pace.rate.as_bps() * burst_us / 1_000_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Bitrate;

    #[test]
    fn what_leaves_is_a_burst_and_then_the_rate() {
        let mut pacer = Pacer::new(Pace {
            rate: Bitrate::kbps(1_000),
            is_tight: false,
        });
        let mut left = 0;
        let mut now_us = 0;
        while now_us < 1_000_000 {
            pacer.pay(now_us);
            while pacer.is_open() {
                pacer.sent(1_000);
                left += 1;
            }
            assert!(pacer.next_us() > now_us);
            now_us = pacer.next_us();
        }
        assert!(
            (125..=130).contains(&left),
            "{left} packets of 1 Mbps and a burst"
        );
    }
}
