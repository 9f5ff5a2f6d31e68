//! No number twice.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_is_used_twice_whatever_the_order() {
        let mut used = UsedNumbers::default();
        let order = [5, 7, 6, 5, 7, 6, 200, 199, 72, 71, 199, 1_000, 200];
        let taken: Vec<u64> = order.into_iter().filter(|n| used.insert(*n)).collect();
        assert_eq!(taken, [5, 7, 6, 200, 199, 72, 1_000]);
    }
}
