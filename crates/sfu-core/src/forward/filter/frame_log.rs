//! What became of the last frames of a source.

use smallvec::SmallVec;

/// Frames that are remembered. Encoders refer back by some tens of frames at most (three spatial
/// layers times a group of eight pictures, and long-term references now and then).
const WINDOW: u64 = 256;
/// Changes of the decode target that are remembered; late packets come sooner than so many.
const CHANGES: usize = 4;
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
    /// Index of the decode target, each from a frame on; newest last.
    targets: SmallVec<[(u64, usize); CHANGES]>,
}

impl FrameLog {
    /// Nothing before `first` was ever forwarded.
    pub(super) fn starting(first: u64) -> Self {
        Self {
            first,
            highest: first,
            seen: [0; WORDS],
            passed: [0; WORDS],
            targets: SmallVec::new(),
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

    /// The decode target of a frame's time, also if the frame comes late.
    pub(super) fn target(&self, frame: u64) -> usize {
        let since = self.targets.iter().rev().find(|(first, _)| *first <= frame);
        since
            .or(self.targets.first())
            .map_or(0, |(_, target)| *target)
    }

    /// From a new frame on, `target` is the decode target.
    pub(super) fn note_target(&mut self, frame: u64, target: usize) {
        if self.targets.last().is_some_and(|(_, last)| *last == target) {
            return;
        }
        if self.targets.len() == CHANGES {
            self.targets.remove(0);
        }
        self.targets.push((frame, target));
    }

    /// A new structure: indices of decode targets have another meaning.
    pub(super) fn forget_targets(&mut self) {
        self.targets.clear();
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

    #[test]
    fn a_late_frame_is_seen_with_the_target_of_its_time() {
        let mut log = FrameLog::starting(10);
        for (frame, target) in [(10, 2), (13, 2), (16, 0), (20, 1)] {
            log.note_target(frame, target);
        }
        assert_eq!([10, 15, 16, 19, 25].map(|f| log.target(f)), [2, 2, 0, 0, 1]);
        for frame in 30..40 {
            log.note_target(frame, (frame % 2) as usize);
        }
        assert_eq!(log.targets.len(), CHANGES);
    }
}
