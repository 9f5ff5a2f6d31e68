//! Looking for more: a moment of sending faster than is believed possible.

use super::log::Acked;
use base::Bitrate;

/// A moment so short adds little to a queue; with a shorter one, jitter of a few milliseconds would
/// decide what is found.
const LENGTH_US: u64 = 40_000;
const FEWEST_BYTES: u64 = 5_000;

/// How much more than is believed is tried.
const STEP: u64 = 2;

/// Beyond what would be of use, so that the estimate ends above it.
const BEYOND_PERCENT: u64 = 125;

/// Found so much of what was tried, there may be more.
const FURTHER_PERCENT: u64 = 75;

/// Between probes in vain, doubling.
const SHORTEST_US: u64 = 1_000_000;
const LONGEST_US: u64 = 4_000_000;

/// Where hardly the smallest picture fits, a probe is small, and whether there is a picture at all depends
/// on it: none waits longer than the shortest time.
const HARDLY_A_PICTURE: Bitrate = Bitrate::kbps(300);

/// When a link has just become too narrow, more is not looked for.
const AFTER_LOWERING_US: u64 = 1_000_000;

/// The reports on a probe's packets have come by then, or were lost.
const PATIENCE_US: u64 = 500_000;

/// A probe of which less than this arrives, of what arrives otherwise, has found nothing.
const LEAST_ARRIVED: f64 = 0.75;

/// What arrives at less than so much of the rate at which it was sent, a bottleneck has slowed.
const SLOWED_PERCENT: u64 = 90;

/// A probe that is being sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Probe {
    /// Never 0.
    pub(crate) id: u8,
    pub(crate) rate: Bitrate,
    began_us: Option<u64>,
    sent_bytes: u64,
    bytes: u64,
}

impl Probe {
    /// Bytes that are due now; never none before it has begun.
    pub(crate) fn due_bytes(&self, now_us: u64) -> u64 {
        let passed_us = self.began_us.map_or(0, |at| now_us.saturating_sub(at));
        let due = self.rate.as_bps() * passed_us / 8_000_000 + 1;
        due.min(self.bytes).saturating_sub(self.sent_bytes)
    }

    /// When the next bytes are due.
    pub(crate) fn next_us(&self) -> Option<u64> {
        let began_us = self.began_us?;
        Some(began_us + self.sent_bytes * 8_000_000 / self.rate.as_bps().max(1) + 1)
    }
}

/// What a probe has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) rate: Bitrate,
    /// It arrived slower than it was sent: more the link does not carry.
    pub(super) is_full: bool,
}

/// What came of the packets of one probe.
#[derive(Clone, Copy, Debug)]
struct Outcome {
    id: u8,
    rate: Bitrate,
    /// Set when all has been sent.
    until_us: Option<u64>,
    sent_bytes: u64,
    bytes: u64,
    first: Option<Acked>,
    last: Option<Acked>,
    first_sent_us: u64,
    last_sent_us: u64,
}

#[derive(Debug, Default)]
pub(super) struct Prober {
    wanted: Bitrate,
    sending: Option<Probe>,
    outcome: Option<Outcome>,
    last_id: u8,
    ended_us: u64,
    interval_us: u64,
    not_before_us: u64,
}

impl Prober {
    pub(super) fn want(&mut self, wanted: Bitrate) {
        self.wanted = wanted;
    }

    pub(super) fn sending(&self) -> Option<Probe> {
        self.sending
    }

    /// Packets of one may be in a queue.
    pub(super) fn is_under_way(&self) -> bool {
        self.outcome.is_some()
    }

    /// When to look whether one is to begin, or has come to nothing.
    pub(super) fn next_us(&self, estimate: Bitrate) -> Option<u64> {
        if let Some(outcome) = &self.outcome {
            return outcome.until_us;
        }
        (self.sending.is_none() && self.wanted > estimate).then_some(self.due_us(estimate))
    }

    /// Begins a probe if it is time.
    pub(super) fn begin(&mut self, now_us: u64, estimate: Bitrate, lowered_us: Option<u64>) {
        let is_busy = self.sending.is_some() || self.outcome.is_some();
        if is_busy || self.wanted <= estimate || now_us < self.due_us(estimate) {
            return;
        }
        if let Some(at) = lowered_us.filter(|at| now_us < at + AFTER_LOWERING_US) {
            self.not_before_us = at + AFTER_LOWERING_US;
            return;
        }
        let most = self.wanted.scaled(BEYOND_PERCENT, 100);
        let rate = estimate.scaled(STEP, 1).min(most);
        self.last_id = self.last_id.checked_add(1).unwrap_or(1);
        self.sending = Some(Probe {
            id: self.last_id,
            rate,
            began_us: None,
            sent_bytes: 0,
            bytes: (rate.as_bps() * LENGTH_US / 8_000_000).max(FEWEST_BYTES),
        });
    }

    pub(super) fn on_sent(&mut self, now_us: u64, bytes: usize) {
        let Some(probe) = &mut self.sending else {
            return;
        };
        let outcome = self.outcome.get_or_insert(Outcome {
            id: probe.id,
            rate: probe.rate,
            until_us: None,
            sent_bytes: 0,
            bytes: 0,
            first: None,
            last: None,
            first_sent_us: u64::MAX,
            last_sent_us: 0,
        });
        probe.began_us.get_or_insert(now_us);
        probe.sent_bytes += bytes as u64;
        outcome.sent_bytes = probe.sent_bytes;
        if probe.sent_bytes >= probe.bytes {
            outcome.until_us = Some(now_us + PATIENCE_US);
            self.sending = None;
        }
    }

    /// In the order of arrival.
    pub(super) fn on_acked(&mut self, packet: &Acked) {
        let Some(outcome) = &mut self.outcome else {
            return;
        };
        if outcome.id != packet.probe {
            return;
        }
        outcome.bytes += u64::from(packet.bytes);
        outcome.first.get_or_insert(*packet);
        outcome.last = Some(*packet);
        outcome.first_sent_us = outcome.first_sent_us.min(packet.sent_us);
        outcome.last_sent_us = outcome.last_sent_us.max(packet.sent_us);
    }

    /// What the probe has found, once enough of it is known. `usual`: what else was lost of late.
    pub(super) fn result(&mut self, now_us: u64, estimate: Bitrate, usual: f64) -> Option<Found> {
        let outcome = self.outcome?;
        let until_us = outcome.until_us?;
        let is_enough = outcome.bytes * 100 >= outcome.sent_bytes * 98;
        if !is_enough && now_us < until_us {
            return None;
        }
        self.outcome = None;
        self.ended_us = now_us;
        let found = outcome.found(usual);
        let tried = outcome.rate;
        let is_worth_more = |found: Found| {
            found.rate > estimate && found.rate >= tried.scaled(FURTHER_PERCENT, 100)
        };
        if found.is_some_and(is_worth_more) {
            self.interval_us = 0;
        } else {
            let doubled_us = self.interval_us * 2;
            self.interval_us = doubled_us.clamp(SHORTEST_US, LONGEST_US);
        }
        found
    }

    fn due_us(&self, estimate: Bitrate) -> u64 {
        let longest_us = if estimate < HARDLY_A_PICTURE {
            SHORTEST_US
        } else {
            LONGEST_US
        };
        let due_us = self.ended_us + self.interval_us.min(longest_us);
        due_us.max(self.not_before_us)
    }

    /// What is under way has lost its meaning.
    pub(super) fn forget(&mut self) {
        self.sending = None;
        self.outcome = None;
        self.wanted = Bitrate::ZERO;
        self.interval_us = 0;
        self.not_before_us = 0;
    }
}

impl Outcome {
    /// What a radio loses of it is not made up for: it has to be sent again, for which there must be room.
    fn found(&self, usual: f64) -> Option<Found> {
        let expected = self.sent_bytes as f64 * (1.0 - usual);
        if (self.bytes as f64) < expected * LEAST_ARRIVED {
            return None;
        }
        let (first, last) = self.first.zip(self.last)?;
        let arrived_us = u64::try_from(last.arrived_us - first.arrived_us).ok()?;
        let sent_us = self.last_sent_us.checked_sub(self.first_sent_us)?;
        let rate =
            |bytes: u64, us: u64| (us >= 1_000).then(|| Bitrate::bps(bytes * 8_000_000 / us));
        let sent = rate(self.bytes - u64::from(last.bytes), sent_us)?;
        let arrived = rate(self.bytes - u64::from(first.bytes), arrived_us)?;
        Some(Found {
            rate: arrived.min(sent),
            is_full: arrived < sent.scaled(SLOWED_PERCENT, 100),
        })
    }
}
