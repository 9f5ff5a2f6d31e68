//! How much can be sent to one receiver, told by his transport-wide feedback.
//!
//! Delays, losses and probes each have a file; here they are brought together. No clock: times are
//! microseconds since the connection began, arrivals by the receiver's clock.
//!
//! ```text
//! feedback ─ log ─┬─ delay ──────┐
//!                 ├─ throughput ─┼─ rate ─► estimate
//!                 ├─ loss ───────┤
//!                 └─ probe ──────┘
//! ```

mod delay;
mod log;
mod loss;
mod probe;
mod rate;
#[cfg(test)]
mod tests;
mod throughput;

pub(crate) use probe::Probe;

use base::Bitrate;
use delay::{DelayDetector, Usage};
use log::{SentLog, Told};
use loss::LossWatch;
use probe::Prober;
use rate::{RateControl, Signal};
use throughput::Throughput;

/// Below this not even a voice gets through.
const LEAST: Bitrate = Bitrate::kbps(50);

/// What is sent is measured over so long.
const SENDING_US: u64 = 500_000;

/// Before the first round trip is known.
const ROUND_TRIP_US: u64 = 100_000;

/// How fast packets may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    pub(crate) rate: Bitrate,
    /// The link has been seen full: of a queue that may be short little is to be used.
    pub(crate) is_tight: bool,
}

/// The send side of one connection's congestion control.
#[derive(Debug)]
pub(crate) struct Controller {
    log: SentLog,
    delay: DelayDetector,
    throughput: Throughput,
    loss: LossWatch,
    rate: RateControl,
    prober: Prober,
    round_trip_us: Option<u64>,
}

impl Controller {
    pub(crate) fn new(estimate: Bitrate) -> Self {
        Self {
            log: SentLog::default(),
            delay: DelayDetector::default(),
            throughput: Throughput::default(),
            loss: LossWatch::default(),
            rate: RateControl::new(estimate),
            prober: Prober::default(),
            round_trip_us: None,
        }
    }

    pub(crate) fn estimate(&self) -> Bitrate {
        self.rate.estimate()
    }

    /// How fast packets may leave.
    pub(crate) fn pace(&self) -> Pace {
        Pace {
            rate: self.rate.pace(),
            is_tight: self.rate.fill().is_some(),
        }
    }

    /// The last one, from sending to the report.
    pub(crate) fn round_trip_us(&self) -> Option<u64> {
        self.round_trip_us
    }

    /// Lost of the last second, 0.0 to 1.0.
    pub(crate) fn loss(&self) -> f64 {
        self.loss.share()
    }

    /// The transport-wide number of the packet that is sent next.
    pub(crate) fn next_number(&self) -> u16 {
        self.log.next_number() as u16
    }

    /// A packet leaves with [`Self::next_number`]; while a probe is sent it belongs to it.
    pub(crate) fn on_sent(&mut self, now_us: u64, bytes: usize) {
        let probe = self.prober.sending().map_or(0, |probe| probe.id);
        self.log.push(now_us, bytes, probe);
        self.prober.on_sent(now_us, bytes);
    }

    /// A report has come: of each packet, by the low bits of its number, when it arrived. `after`: the
    /// last packet of the report before this one.
    pub(crate) fn on_feedback(
        &mut self,
        now_us: u64,
        after: Option<u16>,
        packets: &[(u16, Option<i64>)],
    ) {
        let mut acked = Vec::with_capacity(packets.len());
        let between = after.zip(packets.first());
        let between = between.map(|(after, (first, _))| self.log.between(after, *first));
        let between = between.into_iter().flatten().map(|number| (number, None));
        for (number, arrived_us) in between.chain(packets.iter().copied()) {
            match self.log.tell(number, arrived_us) {
                Told::Nothing => {}
                Told::Lost { sent_us } => self.loss.lost(sent_us),
                Told::Arrived {
                    packet,
                    was_missing,
                } => {
                    self.loss.arrived(packet.sent_us, was_missing);
                    acked.push(packet);
                }
            }
        }
        acked.sort_by_key(|packet| (packet.arrived_us, packet.sent_us));
        self.loss.reported(now_us);
        for packet in &acked {
            self.throughput.push(*packet);
            self.delay.push(packet);
            self.prober.on_acked(packet);
        }
        if let Some(newest_us) = acked.iter().map(|packet| packet.sent_us).max() {
            self.round_trip_us = Some(now_us.saturating_sub(newest_us));
        }
        self.update(now_us);
    }

    fn update(&mut self, now_us: u64) {
        let since_us = now_us.saturating_sub(SENDING_US);
        let sent = self.log.sent_since(since_us);
        let signal = Signal {
            usage: self.usage(),
            arriving: self.throughput.rate(),
            recent: self.throughput.recent_rate(),
            stretch: self.throughput.stretch(),
            sending: Bitrate::bps(sent * 8_000_000 / SENDING_US),
            round_trip_us: self.round_trip_us.unwrap_or(ROUND_TRIP_US),
        };
        self.rate.update(now_us, &signal);
        if let Some(cut) = self.loss.cut(now_us, signal.sending, signal.recent) {
            self.rate.lower(now_us, cut);
        }
        self.tick(now_us);
        if self.estimate() < LEAST {
            self.rate.set(LEAST);
        }
    }

    /// A probe fills the queue for a moment, on purpose: its delays are forgotten when it has ended.
    fn usage(&self) -> Usage {
        match self.delay.usage() {
            Usage::Over if self.prober.is_under_way() => Usage::Under,
            usage => usage,
        }
    }

    /// The link has fallen, as its queue shows: what came lately is all that it carries.
    pub(crate) fn note_fall(&mut self, now_us: u64) {
        if let Some(carries) = self.throughput.recent_rate() {
            self.rate.fell(now_us, carries);
        }
    }

    /// The queue before a fallen link has had time to empty: how it was filled is past.
    pub(crate) fn go_on(&mut self) {
        self.delay = DelayDetector::default();
        self.throughput = Throughput::default();
    }

    /// Time has passed.
    pub(crate) fn tick(&mut self, now_us: u64) {
        let usual = self.loss.usual();
        let estimate = self.rate.estimate();
        let was_under_way = self.prober.is_under_way();
        if let Some(found) = self.prober.result(now_us, estimate, usual) {
            self.rate.found(now_us, found);
        }
        if was_under_way && !self.prober.is_under_way() {
            self.delay = DelayDetector::default();
        }
        let lowered_us = self.rate.lowered_us();
        self.prober.begin(now_us, self.rate.estimate(), lowered_us);
    }

    /// When [`Self::tick`] has something to do.
    pub(crate) fn next_us(&self) -> Option<u64> {
        self.prober.next_us(self.rate.estimate())
    }

    /// The rate at which nothing would be lacking: up to there more is looked for.
    pub(crate) fn want(&mut self, wanted: Bitrate) {
        self.prober.want(wanted);
    }

    pub(crate) fn probe(&self) -> Option<Probe> {
        self.prober.sending()
    }

    /// The way is another: nothing of what is under way on the old one says anything of it. The estimate
    /// stands, for most often only an address has changed.
    pub(crate) fn forget_sent(&mut self) {
        self.log.forget();
        self.delay = DelayDetector::default();
        self.throughput = Throughput::default();
    }

    /// Begins anew, without looking for more before the next [`Self::want`].
    pub(crate) fn restart(&mut self, estimate: Bitrate) {
        self.delay = DelayDetector::default();
        self.throughput = Throughput::default();
        self.rate = RateControl::new(estimate.max(LEAST));
        self.prober.forget();
    }
}
