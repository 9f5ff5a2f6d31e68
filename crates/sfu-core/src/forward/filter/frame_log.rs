//! What became of the last frames of a source.

/// Frames that are remembered. Encoders refer back by some tens of frames at most (three spatial
/// layers times a group of eight pictures, and long-term references now and then).
const WINDOW: u64 = 256;
const WORDS: usize = (WINDOW / 64) as usize;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// No packet of it came: lost, or late.
    Unseen,
    Passed,
    LeftOut,
}

/// Frames by extended number.
#[derive(Clone, Debug)]
pub(super) struct FrameLog {
    first: u64,
    highest: u64,
    seen: [u64; WORDS],
    passed: [u64; WORDS],
}

impl FrameLog {
    /// Nothing before `first` was ever forwarded.
    pub(super) fn starting(first: u64) -> Self {
        Self {
            first,
            highest: first,
            seen: [0; WORDS],
            passed: [0; WORDS],
        }
    }

    pub(super) fn highest(&self) -> u64 {
        self.highest
    }

    /// Frames from before the beginning count as left out; those that are no longer remembered,
    /// as passed: a long-term reference that an encoder still uses has been confirmed to it.
    pub(super) fn fate(&self, frame: u64) -> Fate {
        if frame < self.first {
            return Fate::LeftOut;
        }
        if frame > self.highest {
            return Fate::Unseen;
        }
        if self.highest - frame >= WINDOW {
            return Fate::Passed;
        }
        let (word, bit) = place(frame);
        match (self.seen[word] & bit != 0, self.passed[word] & bit != 0) {
            (_, true) => Fate::Passed,
            (true, false) => Fate::LeftOut,
            (false, false) => Fate::Unseen,
        }
    }

    pub(super) fn note(&mut self, frame: u64, passed: bool) {
        if frame > self.highest {
            for skipped in (self.highest + 1..=frame).rev().take(WINDOW as usize) {
                let (word, bit) = place(skipped);
                self.seen[word] &= !bit;
                self.passed[word] &= !bit;
            }
            self.highest = frame;
        }
        if self.highest - frame >= WINDOW {
            return;
        }
        let (word, bit) = place(frame);
        self.seen[word] |= bit;
        if passed {
            self.passed[word] |= bit;
        }
    }
}

fn place(frame: u64) -> (usize, u64) {
    ((frame % WINDOW / 64) as usize, 1 << (frame % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fates_are_remembered_within_the_window() {
        let mut log = FrameLog::starting(1_000);
        log.note(1_000, true);
        log.note(1_002, false);
        assert_eq!(log.fate(999), Fate::LeftOut);
        assert_eq!(log.fate(1_000), Fate::Passed);
        assert_eq!(log.fate(1_001), Fate::Unseen);
        assert_eq!(log.fate(1_002), Fate::LeftOut);
        log.note(1_002 + WINDOW, true);
        assert_eq!(log.fate(1_003), Fate::Unseen, "old marks are cleared");
        assert_eq!(log.fate(1_002), Fate::Passed, "forgotten");
    }
}
