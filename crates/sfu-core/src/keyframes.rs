//! Asking a publisher for key frames: rarely, and once for all who want one.

use std::time::{Duration, Instant};

/// At most one request per stream in this time. A key frame is worth several ordinary frames, and
/// half a second is what libwebrtc's own receivers wait before they ask again; asking faster only
/// makes the encoder's next frames larger.
const INTERVAL: Duration = Duration::from_millis(500);

/// The streams of one encoding.
#[derive(Debug, Default)]
pub(crate) struct KeyFrames {
    streams: [Stream; 4],
}

#[derive(Clone, Copy, Debug, Default)]
struct Stream {
    asked: Option<Instant>,
    is_wanted: bool,
}

impl KeyFrames {
    /// Somebody needs a key frame of a stream. Whether to ask for it now.
    pub(crate) fn want(&mut self, now: Instant, stream: u8) -> bool {
        let Some(stream) = self.streams.get_mut(usize::from(stream)) else {
            return false;
        };
        if stream.is_early(now) {
            stream.is_wanted = true;
            return false;
        }
        stream.asked = Some(now);
        stream.is_wanted = false;
        true
    }

    /// A key frame of a stream has begun: whoever waited has it.
    pub(crate) fn came(&mut self, stream: u8) {
        if let Some(stream) = self.streams.get_mut(usize::from(stream)) {
            stream.is_wanted = false;
        }
    }

    /// Streams whose postponed request is due.
    pub(crate) fn due(&mut self, now: Instant) -> impl Iterator<Item = u8> + '_ {
        (0..)
            .zip(&mut self.streams)
            .filter_map(move |(index, stream)| {
                if !stream.is_wanted || stream.is_early(now) {
                    return None;
                }
                stream.asked = Some(now);
                stream.is_wanted = false;
                Some(index)
            })
    }

    pub(crate) fn is_waiting(&self) -> bool {
        self.streams.iter().any(|stream| stream.is_wanted)
    }
}

impl Stream {
    fn is_early(&self, now: Instant) -> bool {
        self.asked
            .is_some_and(|asked| now.saturating_duration_since(asked) < INTERVAL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::clock::OsClock;

    #[test]
    fn many_who_want_a_key_frame_cause_one_request() {
        let start = OsClock.now();
        let mut key_frames = KeyFrames::default();
        assert!(key_frames.want(start, 1));
        assert!(!key_frames.want(start, 1));
        assert!(key_frames.want(start, 2), "another stream");
        assert_eq!(key_frames.due(start + INTERVAL / 2).count(), 0);
        let due: Vec<_> = key_frames.due(start + INTERVAL).collect();
        assert_eq!(due, [1]);
        assert!(!key_frames.is_waiting());
    }

    #[test]
    fn a_key_frame_that_came_is_not_asked_for_again() {
        let start = OsClock.now();
        let mut key_frames = KeyFrames::default();
        key_frames.want(start, 0);
        key_frames.want(start, 0);
        key_frames.came(0);
        assert_eq!(key_frames.due(start + 2 * INTERVAL).count(), 0);
    }
}
