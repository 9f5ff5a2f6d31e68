//! What was sent and has not been forgotten, by transport-wide number.

use crate::growth::make_room;
use std::collections::VecDeque;

/// Feedback on what was sent longer ago says nothing of the link as it is.
const REMEMBERED_US: u64 = 2_000_000;

/// Two seconds of 12 Mbps.
const MOST_PACKETS: usize = 2_048;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Unknown,
    Missing,
    Arrived,
}

/// Small: of each connection there are hundreds.
#[derive(Clone, Copy, Debug)]
struct Sent {
    /// The low bits of when; the log goes back far less than they do.
    at_us: u32,
    bytes: u16,
    probe: u8,
    fate: Fate,
}

/// A packet of which feedback says for the first time that it has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Acked {
    pub(super) sent_us: u64,
    /// By the receiver's clock.
    pub(super) arrived_us: i64,
    pub(super) bytes: u16,
    /// The probe that it belongs to, 0 if none.
    pub(super) probe: u8,
}

/// How the count of losses changes by a packet's feedback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Nothing,
    Lost {
        sent_us: u64,
    },
    /// `was_missing`: it had been told lost before.
    Arrived {
        packet: Acked,
        was_missing: bool,
    },
}

impl Sent {
    /// `last_us`: when the last packet was sent.
    fn at_us(&self, last_us: u64) -> u64 {
        last_us - u64::from((last_us as u32).wrapping_sub(self.at_us))
    }
}

#[derive(Debug, Default)]
pub(super) struct SentLog {
    packets: VecDeque<Sent>,
    /// Number of the first.
    first: u64,
    /// When the last was sent.
    last_us: u64,
}

impl SentLog {
    /// The number that the next packet gets.
    pub(super) fn next_number(&self) -> u64 {
        self.first + self.packets.len() as u64
    }

    pub(super) fn push(&mut self, now_us: u64, bytes: usize, probe: u8) {
        let now_us = now_us.max(self.last_us);
        if now_us - self.last_us > REMEMBERED_US {
            self.forget();
        }
        self.last_us = now_us;
        let old = |sent: &Sent| sent.at_us(now_us) + REMEMBERED_US < now_us;
        while self.packets.len() >= MOST_PACKETS || self.packets.front().is_some_and(old) {
            self.packets.pop_front();
            self.first += 1;
        }
        make_room(&mut self.packets);
        self.packets.push_back(Sent {
            at_us: now_us as u32,
            bytes: u16::try_from(bytes).unwrap_or(u16::MAX),
            probe,
            fate: Fate::Unknown,
        });
    }

    /// What feedback says of what has been sent until now says nothing of the link.
    pub(super) fn forget(&mut self) {
        self.first = self.next_number();
        self.packets.clear();
    }

    /// Takes what feedback says of a packet.
    pub(super) fn tell(&mut self, number: u16, arrived_us: Option<i64>) -> Told {
        let last = self.next_number().wrapping_sub(1);
        let behind = (last as u16).wrapping_sub(number);
        let full = last.wrapping_sub(u64::from(behind));
        let index = full.wrapping_sub(self.first);
        let sent = usize::try_from(index)
            .ok()
            .and_then(|at| self.packets.get_mut(at));
        let Some(sent) = sent else {
            return Told::Nothing;
        };
        match (sent.fate, arrived_us) {
            (Fate::Unknown, None) => {
                sent.fate = Fate::Missing;
                // A probe may be too much: that it is lost says nothing of what is sent otherwise.
                if sent.probe == 0 {
                    let sent_us = sent.at_us(self.last_us);
                    Told::Lost { sent_us }
                } else {
                    Told::Nothing
                }
            }
            (Fate::Arrived, _) | (Fate::Missing, None) => Told::Nothing,
            (before, Some(arrived_us)) => {
                sent.fate = Fate::Arrived;
                Told::Arrived {
                    packet: Acked {
                        sent_us: sent.at_us(self.last_us),
                        arrived_us,
                        bytes: sent.bytes,
                        probe: sent.probe,
                    },
                    was_missing: before == Fate::Missing && sent.probe == 0,
                }
            }
        }
    }

    /// What was sent between two reports that follow each other, and is in neither: it is lost, for some
    /// receivers begin a report with the first packet that has come.
    pub(super) fn between(&self, after: u16, until: u16) -> impl Iterator<Item = u16> + use<> {
        let count = until.wrapping_sub(after).wrapping_sub(1);
        let count = Some(count).filter(|count| usize::from(*count) < self.packets.len());
        (1..=count.unwrap_or(0)).map(move |offset| after.wrapping_add(offset))
    }

    /// Bytes sent since then.
    pub(super) fn sent_since(&self, since_us: u64) -> u64 {
        let recent = self.packets.iter().rev();
        let recent = recent.take_while(|sent| sent.at_us(self.last_us) >= since_us);
        recent.map(|sent| u64::from(sent.bytes)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_is_told_lost_or_arrived_once_and_a_late_one_is_lost_no_more() {
        let mut log = SentLog::default();
        for number in 0..70_000_u64 {
            assert_eq!(log.next_number(), number);
            log.push(number * 100, 1_000, 0);
        }
        let late = (69_990 % 65_536) as u16;
        assert_eq!(log.tell(late, None), Told::Lost { sent_us: 6_999_000 });
        assert_eq!(log.tell(late, None), Told::Nothing);
        let packet = Acked {
            sent_us: 6_999_000,
            arrived_us: 5,
            bytes: 1_000,
            probe: 0,
        };
        let arrived = Told::Arrived {
            packet,
            was_missing: true,
        };
        assert_eq!(log.tell(late, Some(5)), arrived);
        assert_eq!(log.tell(late, Some(5)), Told::Nothing);
        assert_eq!(
            log.tell(late.wrapping_add(100), Some(5)),
            Told::Nothing,
            "never sent"
        );
        assert_eq!(log.sent_since(6_999_800), 2_000);
    }

    #[test]
    fn between_two_reports_lie_the_numbers_that_are_in_neither() {
        let mut log = SentLog::default();
        (0..65_600).for_each(|number| log.push(number, 100, 0));
        let between = |after, until| log.between(after, until).collect::<Vec<u16>>();
        assert_eq!(between(65_533, 1), [65_534, 65_535, 0]);
        assert_eq!(between(5, 6), []);
        assert_eq!(between(6, 5), [], "a report that was overtaken");
        assert_eq!(between(10, 9_000), [], "more than is remembered");
    }

    #[test]
    fn a_packet_keeps_its_time_over_an_hour_and_a_pause() {
        let mut log = SentLog::default();
        let hours_us = 3 * u64::from(u32::MAX);
        for at_us in [hours_us - 1_000, hours_us, hours_us + 1_000] {
            log.push(at_us, 100, 0);
        }
        assert_eq!(log.sent_since(hours_us), 200);
        assert!(
            matches!(log.tell(0, Some(0)), Told::Arrived { packet, .. } if packet.sent_us == hours_us - 1_000)
        );
        let later_us = hours_us + u64::from(u32::MAX) + 1_500;
        log.push(later_us, 50, 0);
        assert_eq!(
            log.sent_since(0),
            50,
            "what was before the pause is forgotten"
        );
        assert_eq!(log.tell(2, Some(0)), Told::Nothing);
        assert!(
            matches!(log.tell(3, Some(0)), Told::Arrived { packet, .. } if packet.sent_us == later_us)
        );
    }
}
