//! Asking a publisher for key frames: at once while that is rare, never often, and once for all
//! who want one.

use std::time::{Duration, Instant};

/// What a publisher may be asked for in the long run: one key frame of a stream in this time. A key
/// frame is worth several ordinary frames; at two a second a flood of joiners or of losses costs
/// about a quarter of the bitrate, and never more. A request whose key frame has not come after it
/// is taken for lost: libwebrtc's own receivers wait as long.
const EVERY: Duration = Duration::from_millis(500);

/// Requests for joiners that may be saved up while nobody wanted one: people join in bunches, and
/// each of the first three gets his picture after a round trip. Those after them share (`recent.rs`).
const BURST: u32 = 3;

/// Why somebody needs a key frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    /// For another layer, or because frames were lost. Served once in [`EVERY`]: what asks more
    /// often has not seen the answer yet, and on a link that has become narrow each further key
    /// frame would stand in the way of the last.
    Change,
    /// He has no picture at all.
    Start,
}

/// The streams of one encoding.
#[derive(Debug, Default)]
pub(crate) struct KeyFrames {
    streams: [Stream; 4],
}

#[derive(Clone, Copy, Debug, Default)]
struct Stream {
    asked: Option<Instant>,
    has_come: bool,
    /// When all saved-up requests are there again.
    full_at: Option<Instant>,
    /// Somebody waits for more than what has been asked for.
    wanted: Option<Need>,
}

impl KeyFrames {
    /// Somebody needs a key frame of a stream. Whether to ask for it now.
    pub(crate) fn want(&mut self, now: Instant, stream: u8, need: Need) -> bool {
        let Some(stream) = self.streams.get_mut(usize::from(stream)) else {
            return false;
        };
        stream.wanted = stream.wanted.max(Some(need));
        stream.ask(now)
    }

    /// A key frame of a stream has begun: whoever waited has it.
    pub(crate) fn came(&mut self, stream: u8) {
        if let Some(stream) = self.streams.get_mut(usize::from(stream)) {
            stream.wanted = None;
            stream.has_come = true;
        }
    }

    /// Streams whose postponed request is due.
    pub(crate) fn due(&mut self, now: Instant) -> impl Iterator<Item = u8> + '_ {
        (0..)
            .zip(&mut self.streams)
            .filter_map(move |(index, stream)| stream.ask(now).then_some(index))
    }

    pub(crate) fn is_waiting(&self) -> bool {
        self.streams.iter().any(|stream| stream.wanted.is_some())
    }
}

impl Stream {
    fn ask(&mut self, now: Instant) -> bool {
        let Some(need) = self.wanted else {
            return false;
        };
        let passed = self.asked.map(|asked| now.saturating_duration_since(asked));
        // One that has come is no answer to who has no picture: he came after it.
        let must_wait = need == Need::Change || !self.has_come;
        let is_early = must_wait && passed.is_some_and(|passed| passed < EVERY);
        let full_at = self.full_at.map_or(now, |at| at.max(now)) + EVERY;
        if is_early || full_at > now + EVERY * BURST {
            return false;
        }
        *self = Self {
            asked: Some(now),
            full_at: Some(full_at),
            ..Self::default()
        };
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::clock::OsClock;

    const TICK: Duration = Duration::from_millis(20);

    #[test]
    fn many_who_want_a_key_frame_cause_one_request() {
        let start = OsClock.now();
        let mut key_frames = KeyFrames::default();
        assert!(key_frames.want(start, 1, Need::Start));
        assert!(!key_frames.want(start, 1, Need::Start));
        assert!(key_frames.want(start, 2, Need::Start), "another stream");
        key_frames.came(1);
        key_frames.came(2);
        assert_eq!(key_frames.due(start + EVERY).count(), 0);
    }

    #[test]
    fn a_late_joiner_need_not_wait() {
        let start = OsClock.now();
        let mut key_frames = KeyFrames::default();
        for number in 0..BURST {
            let now = start + TICK * number;
            assert!(key_frames.want(now, 0, Need::Start), "joiner {number}");
            key_frames.came(0);
        }
    }

    #[test]
    fn a_request_that_was_lost_is_repeated() {
        let start = OsClock.now();
        let mut key_frames = KeyFrames::default();
        assert!(key_frames.want(start, 1, Need::Start));
        assert!(!key_frames.want(start + TICK, 1, Need::Start));
        assert_eq!(key_frames.due(start + EVERY - TICK).count(), 0);
        let due: Vec<_> = key_frames.due(start + EVERY).collect();
        assert_eq!(due, [1]);
    }

    #[test]
    fn losses_are_answered_twice_a_second() {
        let start = OsClock.now();
        let mut key_frames = KeyFrames::default();
        assert!(key_frames.want(start, 0, Need::Change));
        key_frames.came(0);
        assert!(!key_frames.want(start + EVERY / 2, 0, Need::Change));
        assert!(
            key_frames.want(start + EVERY / 2, 0, Need::Start),
            "a joiner"
        );
        key_frames.came(0);
        assert!(!key_frames.want(start + EVERY, 0, Need::Change));
        let later = start + EVERY * 3 / 2;
        assert_eq!(key_frames.due(later).collect::<Vec<_>>(), [0]);
    }

    #[test]
    fn a_flood_of_joiners_gets_two_key_frames_a_second() {
        let start = OsClock.now();
        let mut key_frames = KeyFrames::default();
        let seconds = 60;
        let mut asked = 0;
        for tick in 0..seconds * 50 {
            let now = start + TICK * tick;
            let asks = key_frames.want(now, 0, Need::Start) || key_frames.due(now).count() > 0;
            asked += u32::from(asks);
            // The publisher answers at once, which is the worst case.
            key_frames.came(0);
        }
        let most = seconds * 2 + BURST;
        assert!((most - 5..=most).contains(&asked), "{asked}");
    }

    #[test]
    fn what_was_saved_up_is_bounded() {
        let start = OsClock.now();
        let mut key_frames = KeyFrames::default();
        let later = start + Duration::from_secs(3_600);
        let mut asked = 0;
        for number in 0..10 * BURST {
            asked += u32::from(key_frames.want(later + TICK * number / 10, 0, Need::Start));
            key_frames.came(0);
        }
        assert_eq!(asked, BURST);
    }

    #[test]
    fn a_key_frame_that_came_is_not_asked_for_again() {
        let start = OsClock.now();
        let mut key_frames = KeyFrames::default();
        key_frames.want(start, 0, Need::Start);
        key_frames.want(start, 0, Need::Start);
        key_frames.came(0);
        assert_eq!(key_frames.due(start + 2 * EVERY).count(), 0);
    }
}
