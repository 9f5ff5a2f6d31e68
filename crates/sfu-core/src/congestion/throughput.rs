//! What arrives, and whether it arrives as fast as it was sent.

use super::log::Acked;
use crate::growth::make_room;
use base::Bitrate;
use std::collections::VecDeque;

/// Several frames of any camera; a shorter window would see single key frames.
const WINDOW_US: i64 = 400_000;

/// When a queue grows the link is full: then the last packets tell what it carries, while the
/// window may still look back to where less was sent, or where the link carried more.
const RECENT_US: i64 = 150_000;

/// Less is not enough to tell a rate from.
const SHORTEST_US: i64 = 100_000;
const FEWEST: usize = 5;

/// Small: of each connection there are hundreds. Times are their low bits, which are enough to
/// compare what is within a window.
#[derive(Clone, Copy, Debug)]
struct Arrived {
    sent_us: u32,
    arrived_us: u32,
    bytes: u16,
}

#[derive(Debug, Default)]
pub(super) struct Throughput {
    /// In the order of arrival.
    recent: VecDeque<Arrived>,
    bytes: u64,
    last_us: i64,
}

/// From `earlier` to `later`; less than zero if they are not.
fn passed_us(earlier: u32, later: u32) -> i64 {
    later.wrapping_sub(earlier).cast_signed().into()
}

impl Throughput {
    pub(super) fn push(&mut self, packet: Acked) {
        if packet.arrived_us - self.last_us > WINDOW_US {
            self.recent.clear();
            self.bytes = 0;
        }
        self.last_us = packet.arrived_us;
        make_room(&mut self.recent);
        let packet = Arrived {
            sent_us: packet.sent_us as u32,
            arrived_us: packet.arrived_us as u32,
            bytes: packet.bytes,
        };
        self.recent.push_back(packet);
        self.bytes += u64::from(packet.bytes);
        while let Some(first) = self.recent.front() {
            if passed_us(first.arrived_us, packet.arrived_us) <= WINDOW_US {
                break;
            }
            self.bytes -= u64::from(first.bytes);
            self.recent.pop_front();
        }
    }

    pub(super) fn rate(&self) -> Option<Bitrate> {
        let (first, last) = self.recent.front().zip(self.recent.back())?;
        let span_us = passed_us(first.arrived_us, last.arrived_us);
        if self.recent.len() < FEWEST || span_us < SHORTEST_US {
            return None;
        }
        let bytes = self.bytes - u64::from(first.bytes);
        Some(Bitrate::bps(bytes * 8_000_000 / span_us.unsigned_abs()))
    }

    /// Of the last packets.
    pub(super) fn recent_rate(&self) -> Option<Bitrate> {
        let last = self.recent.back()?;
        let span_us = |from: &Arrived| passed_us(from.arrived_us, last.arrived_us);
        let (mut count, mut bytes, mut first) = (0, 0, last);
        for packet in self.recent.iter().rev() {
            if count > FEWEST && span_us(packet) > RECENT_US {
                break;
            }
            count += 1;
            bytes += u64::from(packet.bytes);
            first = packet;
        }
        let span_us = span_us(first);
        if count <= FEWEST || span_us < SHORTEST_US {
            return self.rate();
        }
        let bytes = bytes - u64::from(first.bytes);
        Some(Bitrate::bps(bytes * 8_000_000 / span_us.unsigned_abs()))
    }

    /// How much longer it took to arrive than to be sent.
    pub(super) fn stretch(&self) -> f64 {
        let Some((first, last)) = self.recent.front().zip(self.recent.back()) else {
            return 1.0;
        };
        let sent_us = passed_us(first.sent_us, last.sent_us).max(1);
        let arrived_us = passed_us(first.arrived_us, last.arrived_us);
        if arrived_us < SHORTEST_US {
            return 1.0;
        }
        arrived_us as f64 / sent_us as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_arrival_and_a_bottleneck_stretches() {
        let mut throughput = Throughput::default();
        assert_eq!(throughput.rate(), None);
        for at in 0..100 {
            throughput.push(Acked {
                sent_us: at * 5_000,
                arrived_us: at as i64 * 10_000,
                bytes: 1_000,
                probe: 0,
            });
        }
        assert_eq!(throughput.rate(), Some(Bitrate::kbps(800)));
        assert!((throughput.stretch() - 2.0).abs() < 0.01);
    }

    #[test]
    fn of_what_was_before_a_pause_nothing_counts_however_long_it_was() {
        let hours = 3 * i64::from(u32::MAX);
        for pause_us in [WINDOW_US + 1, hours, hours - 5_000] {
            let mut throughput = Throughput::default();
            let mut push = |at_us: i64| {
                throughput.push(Acked {
                    sent_us: at_us.unsigned_abs(),
                    arrived_us: at_us,
                    bytes: 1_000,
                    probe: 0,
                });
            };
            (0..30).for_each(|at| push(at * 10_000));
            (0..30).for_each(|at| push(pause_us + 290_000 + at * 20_000));
            assert_eq!(throughput.rate(), Some(Bitrate::kbps(400)), "{pause_us}");
        }
    }
}
