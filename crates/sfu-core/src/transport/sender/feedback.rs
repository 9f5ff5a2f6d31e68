//! Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1).

/// What one report says; kept from report to report for its clock.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    /// The number's low bits, and when it arrived by the receiver's clock, if it did.
    pub(super) packets: Vec<(u16, Option<i64>)>,
    /// The last number of the report before, if none was lost between.
    pub(super) after: Option<u16>,
    /// Beginning of the last report, over wraps of its 24 bits.
    base: Option<i64>,
    /// The last report's own number, and the last packet's in it.
    last: Option<(u8, u16)>,
}

const BASE_UNIT_US: i64 = 64_000;
const DELTA_UNIT_US: i64 = 250;

/// A receiver reports on what came within a tenth of a second or so.
const MOST_PACKETS: usize = 4_096;

const SMALL: u8 = 1;
const LARGE: u8 = 2;

/// `body`: after the common header, beginning with the sender's SSRC.
pub(super) fn read(body: &[u8], arrivals: &mut Arrivals) -> Option<()> {
    let body = body.get(8..)?;
    let (head, mut rest) = body.split_at_checked(8)?;
    let first = u16::from_be_bytes([head[0], head[1]]);
    let count = usize::from(u16::from_be_bytes([head[2], head[3]]));
    if count > MOST_PACKETS {
        return None;
    }
    let base = i64::from(u32::from_be_bytes([0, head[4], head[5], head[6]]));
    let base = arrivals.extend(base);

    let mut statuses = Vec::with_capacity(count);
    while statuses.len() < count {
        let (chunk, after) = rest.split_first_chunk::<2>()?;
        rest = after;
        read_chunk(u16::from_be_bytes(*chunk), count, &mut statuses);
    }
    arrivals.packets.clear();
    arrivals.packets.reserve_exact(count);
    let mut at_us = base * BASE_UNIT_US;
    for (offset, status) in (0..).zip(&statuses) {
        let delta = match *status {
            SMALL => {
                let (delta, after) = rest.split_first()?;
                rest = after;
                Some(i64::from(*delta))
            }
            LARGE => {
                let (delta, after) = rest.split_first_chunk::<2>()?;
                rest = after;
                Some(i64::from(i16::from_be_bytes(*delta)))
            }
            _ => None,
        };
        let arrived_us = delta.map(|delta| {
            at_us += delta * DELTA_UNIT_US;
            at_us
        });
        arrivals
            .packets
            .push((first.wrapping_add(offset), arrived_us));
    }
    let before = arrivals
        .last
        .filter(|(number, _)| number.wrapping_add(1) == head[7]);
    arrivals.after = before.map(|(_, last)| last);
    arrivals.last = Some((head[7], first.wrapping_add(count as u16).wrapping_sub(1)));
    arrivals.base = Some(base);
    Some(())
}

fn read_chunk(chunk: u16, count: usize, statuses: &mut Vec<u8>) {
    let room = count - statuses.len();
    let (symbols, bits) = match chunk >> 14 {
        0 | 1 => {
            let status = (chunk >> 13 & 3) as u8;
            let length = usize::from(chunk & 0x1fff).min(room);
            statuses.resize(statuses.len() + length, status);
            return;
        }
        2 => (14, 1),
        _ => (7, 2),
    };
    for index in 0..room.min(symbols) {
        let shift = 14 - bits * (index + 1);
        statuses.push((chunk >> shift) as u8 & ((1 << bits) - 1));
    }
}

impl Arrivals {
    /// The report has been read. There are ten a second, and thousands of connections.
    pub(super) fn give_back(&mut self) {
        self.packets = Vec::new();
    }

    /// The full number that is nearest to the one before.
    fn extend(&self, low: i64) -> i64 {
        const WRAP: i64 = 1 << 24;
        let Some(before) = self.base else {
            return low;
        };
        let ahead = (low - before).rem_euclid(WRAP);
        if ahead < WRAP / 2 {
            before + ahead
        } else {
            before + ahead - WRAP
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(base: u32, count: u8, rest: &[u8]) -> Vec<u8> {
        let [_, high, middle, low] = base.to_be_bytes();
        let mut body = vec![0; 8];
        body.extend([0xff, 0xfe, 0, count, high, middle, low, 0]);
        body.extend(rest);
        body
    }

    #[test]
    fn runs_and_vectors_are_read_and_numbers_wrap() {
        let mut arrivals = Arrivals::default();
        // A run of two small deltas, then one bit each for two, then two bits each for the last.
        let chunks = [0x20, 2, 0x80 | 0x20, 0, 0xc0 | 0x20, 0];
        let rest = [&chunks[..], &[4, 8, 4, 0xff, 0xfc]].concat();
        // The vector of one bit stands for fourteen packets, the last for the seventeenth.
        read(&body(1, 17, &rest), &mut arrivals).unwrap();
        let arrived: Vec<_> = arrivals.packets.iter().filter(|p| p.1.is_some()).collect();
        let expected = [
            (0xfffe, Some(65_000)),
            (0xffff, Some(67_000)),
            (0, Some(68_000)),
            (14, Some(67_000)),
        ];
        assert_eq!(arrived, expected.iter().collect::<Vec<_>>());
        assert_eq!(arrivals.packets.len(), 17);
    }

    #[test]
    fn the_clock_goes_on_over_its_wrap() {
        let mut arrivals = Arrivals::default();
        read(&body(0xff_ffff, 1, &[0x20, 1, 0]), &mut arrivals).unwrap();
        let before = arrivals.packets[0].1.unwrap();
        read(&body(0, 1, &[0x20, 1, 0]), &mut arrivals).unwrap();
        assert_eq!(arrivals.packets[0].1.unwrap() - before, BASE_UNIT_US);
    }

    #[test]
    fn a_report_says_which_packet_it_follows_unless_one_between_was_lost() {
        let mut arrivals = Arrivals::default();
        let mut report = |number| {
            let mut body = body(1, 3, &[0x20, 3, 4, 4, 4]);
            body[15] = number;
            read(&body, &mut arrivals).unwrap();
            arrivals.after
        };
        assert_eq!(report(254), None);
        assert_eq!(report(255), Some(0), "the last of three from 0xfffe on");
        assert_eq!(report(0), Some(0));
        assert_eq!(report(2), None);
    }

    #[test]
    fn a_report_that_is_cut_off_says_nothing() {
        let whole = body(1, 3, &[0x20, 3, 4, 4, 4]);
        for length in 0..whole.len() {
            assert!(read(&whole[..length], &mut Arrivals::default()).is_none());
        }
        assert!(read(&whole, &mut Arrivals::default()).is_some());
    }
}
