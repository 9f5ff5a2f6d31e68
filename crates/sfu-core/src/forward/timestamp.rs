//! Timestamps that go on where another source ends.

use super::PacketMeta;
use std::time::{Duration, Instant};

/// Sender reports may claim anything. A claimed distance in time that differs from the one in
/// arrival by more than this is not believed: buffering and network jitter stay well below.
const MAX_REPORT_ERROR: Duration = Duration::from_secs(2);

/// The last frame that went out, as the point from which to measure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reference {
    timestamp: u32,
    arrival: Instant,
    /// By the sender's own clock, where its reports tell.
    capture: Option<Duration>,
    /// How far the timestamps that went out run ahead of the truth, because they may not go back.
    ahead: u32,
}

/// Timestamps of all sources of one subscriber's track.
#[derive(Clone, Debug)]
pub(super) struct Timestamps {
    clock_hz: u32,
    last: Option<Reference>,
    /// Added to incoming timestamps of the current source.
    shift: u32,
}

impl Timestamps {
    pub(super) fn new(clock_hz: u32, last: Option<(u32, Instant)>) -> Self {
        Self {
            clock_hz,
            last: last.map(|(timestamp, arrival)| Reference {
                timestamp,
                arrival,
                capture: None,
                ahead: 0,
            }),
            shift: 0,
        }
    }

    /// The newest timestamp that went out.
    pub(super) fn now(&self) -> u32 {
        self.last.map_or(0, |last| last.timestamp)
    }

    pub(super) fn last(&self) -> Option<(u32, Instant)> {
        self.last.map(|last| (last.timestamp, last.arrival))
    }

    /// Another source begins with this packet: its first timestamp is placed as far after the
    /// last one as the frames were apart, and at least one tick.
    pub(super) fn change_source(&mut self, first: &PacketMeta, capture: Option<Duration>) {
        let Some(last) = &mut self.last else {
            return;
        };
        let truth = last.timestamp.wrapping_sub(last.ahead);
        let ideal = truth.wrapping_add_signed(last.ticks_until(first, capture, self.clock_hz));
        let earliest = last.timestamp.wrapping_add(1);
        let begin = if is_newer(ideal, last.timestamp) {
            ideal
        } else {
            earliest
        };
        last.ahead = begin.wrapping_sub(ideal);
        self.shift = begin.wrapping_sub(first.timestamp);
    }

    /// The outgoing timestamp of a packet of the current source.
    pub(super) fn pass(&mut self, meta: &PacketMeta, capture: Option<Duration>) -> u32 {
        let timestamp = meta.timestamp.wrapping_add(self.shift);
        let ahead = self.last.map_or(0, |last| last.ahead);
        if self
            .last
            .is_none_or(|last| is_newer(timestamp, last.timestamp))
        {
            self.last = Some(Reference {
                timestamp,
                arrival: meta.arrival,
                capture,
                ahead,
            });
        }
        timestamp
    }
}

impl Reference {
    /// Ticks from this frame to `first`, which may have been captured earlier.
    fn ticks_until(&self, first: &PacketMeta, capture: Option<Duration>, clock_hz: u32) -> i32 {
        let arrived = first.arrival.saturating_duration_since(self.arrival);
        let arrived = ticks(arrived, clock_hz);
        let limit = ticks(MAX_REPORT_ERROR, clock_hz);
        let reported = match (self.capture, capture) {
            (Some(before), Some(after)) if after >= before => ticks(after - before, clock_hz),
            (Some(before), Some(after)) => -ticks(before - after, clock_hz),
            (None, _) | (_, None) => arrived,
        };
        let reported = if reported.abs_diff(arrived) <= limit.unsigned_abs() {
            reported
        } else {
            arrived
        };
        i32::try_from(reported).unwrap_or(i32::MAX)
    }
}

/// Whether `a` comes after `b`, modulo 2^32.
fn is_newer(a: u32, b: u32) -> bool {
    a != b && a.wrapping_sub(b) < 1 << 31
}

fn ticks(span: Duration, clock_hz: u32) -> i64 {
    let ticks = span.as_nanos() * u128::from(clock_hz) / 1_000_000_000;
    i64::try_from(ticks).unwrap_or(i64::MAX)
}
