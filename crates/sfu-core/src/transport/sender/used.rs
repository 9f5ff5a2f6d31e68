//! No number twice.

use std::collections::VecDeque;

/// Numbers that have been sent: the cipher must not see one twice, and repetitions have numbers
/// of their own.
#[derive(Debug, Default)]
pub(super) struct UsedNumbers {
    highest: Option<u64>,
    /// Of those below the highest, the nearest in the lowest bit.
    before: u128,
}

impl UsedNumbers {
    /// False if it was there, or is too old to tell.
    pub(super) fn insert(&mut self, number: u64) -> bool {
        let Some(highest) = self.highest else {
            self.highest = Some(number);
            return true;
        };
        if number > highest {
            let ahead = number - highest;
            let shifted = u32::try_from(ahead)
                .ok()
                .and_then(|by| self.before.checked_shl(by));
            let own = u32::try_from(ahead - 1)
                .ok()
                .and_then(|by| 1_u128.checked_shl(by));
            self.before = shifted.unwrap_or(0) | own.unwrap_or(0);
            self.highest = Some(number);
            return true;
        }
        let Some(behind) = (highest - number).checked_sub(1) else {
            return false;
        };
        let bit = u32::try_from(behind)
            .ok()
            .and_then(|by| 1_u128.checked_shl(by));
        let is_new = bit.is_some_and(|bit| self.before & bit == 0);
        self.before |= bit.unwrap_or(0);
        is_new
    }
}

/// What has been heard of each of the other side's senders of reports: one that comes once more is
/// played back (RFC 3711 section 3.3.2).
#[derive(Debug, Default)]
pub(super) struct HeardNumbers {
    senders: VecDeque<(u32, UsedNumbers)>,
}

/// Clients report in the name of a stream of theirs, or of none; those of most are one or two.
const MOST_SENDERS: usize = 16;

impl HeardNumbers {
    /// False if it has been heard, or is too old to tell.
    pub(super) fn insert(&mut self, ssrc: u32, number: u64) -> bool {
        if let Some((_, numbers)) = self.senders.iter_mut().find(|(of, _)| *of == ssrc) {
            return numbers.insert(number);
        }
        if self.senders.len() >= MOST_SENDERS {
            self.senders.pop_front();
        }
        let mut numbers = UsedNumbers::default();
        let is_new = numbers.insert(number);
        self.senders.push_back((ssrc, numbers));
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_played_back_is_not_heard_again() {
        let mut heard = HeardNumbers::default();
        assert!(heard.insert(7, 1) && heard.insert(8, 1) && heard.insert(7, 2));
        assert!(!heard.insert(7, 1) && !heard.insert(8, 1));
        for ssrc in 100..200 {
            assert!(heard.insert(ssrc, 0));
        }
        assert_eq!(heard.senders.len(), MOST_SENDERS);
    }

    #[test]
    fn no_number_is_used_twice_whatever_the_order() {
        let mut used = UsedNumbers::default();
        let order = [5, 7, 6, 5, 7, 6, 200, 199, 72, 71, 199, 1_000, 200];
        let taken: Vec<u64> = order.into_iter().filter(|n| used.insert(*n)).collect();
        assert_eq!(taken, [5, 7, 6, 200, 199, 72, 1_000]);
    }
}
