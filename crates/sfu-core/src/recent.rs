//! The last key frame of each stream and what followed it, kept for a moment: whoever comes within
//! that moment gets his picture from here, and the publisher is not asked again for him.

mod gap;

use crate::forward::{PacketMeta, Parsed};
use crate::relay::Media;
use gap::Gap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a key frame serves those who come after it. A joiner begins that far behind and catches
/// up with what he is sent at once; it covers most of the time in which the publisher may not be
/// asked again (`keyframes.rs`).
const KEPT_FOR: Duration = Duration::from_millis(300);

/// What a joiner's link has to carry at once: a third of a second at 4 Mbps. Beyond it a new key
/// frame comes sooner than all this.
const MOST_BYTES: usize = 160_000;

/// One packet with what was read in it.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) media: Media,
    pub(crate) parsed: Parsed,
    pub(crate) meta: PacketMeta,
}

/// Of the streams of one encoding.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    streams: [Stream; 4],
}

#[derive(Debug, Default)]
struct Stream {
    /// When the key frame began; `None`: nothing is kept.
    since: Option<Instant>,
    packets: Vec<Arc<Kept>>,
    bytes: usize,
    gap: Gap,
}

impl Recent {
    /// What of a stream came before the packet that it has to follow, if that is one to begin with.
    /// The packet then counts as in time.
    pub(crate) fn followers(
        &self,
        now: Instant,
        parsed: &mut Parsed,
        meta: &PacketMeta,
    ) -> Vec<Arc<Kept>> {
        let begins = parsed.key_frame && parsed.start_of_frame && parsed.overtaken;
        let stream = self.streams.get(usize::from(parsed.stream));
        let gap = stream.map(|stream| &stream.gap).filter(|_| begins);
        let Some(gap) = gap.filter(|gap| gap.is_waiting_for(now, meta.ssrc, meta.seq)) else {
            return Vec::new();
        };
        parsed.overtaken = false;
        gap.after(meta.seq)
    }

    /// A packet has come.
    pub(crate) fn record(&mut self, now: Instant, kept: &Arc<Kept>) {
        if let Some(stream) = self.streams.get_mut(usize::from(kept.parsed.stream)) {
            stream.gap.record(now, kept);
        }
        self.keep(now, kept);
    }

    /// Keeps a packet for those who come after it, in the order in which they get them.
    pub(crate) fn keep(&mut self, now: Instant, kept: &Arc<Kept>) {
        let parsed = &kept.parsed;
        let Some(stream) = self.streams.get_mut(usize::from(parsed.stream)) else {
            return;
        };
        if parsed.key_frame && parsed.start_of_frame && !parsed.overtaken {
            stream.clear();
            stream.since = Some(now);
        }
        let Some(since) = stream.since else {
            return;
        };
        stream.bytes += kept.media.packet.payload.len();
        if now.saturating_duration_since(since) > KEPT_FOR || stream.bytes > MOST_BYTES {
            return stream.clear();
        }
        stream.packets.push(kept.clone());
    }

    /// From the last key frame on, of the best stream up to `stream` that has one; empty when it
    /// is too old.
    pub(crate) fn since_key_frame(&self, now: Instant, stream: u8) -> &[Arc<Kept>] {
        let up_to = usize::from(stream).min(self.streams.len() - 1);
        let fresh = |kept: &&Stream| {
            let since = kept.since.map(|at| now.saturating_duration_since(at));
            since.is_some_and(|age| age <= KEPT_FOR)
        };
        let best = self.streams[..=up_to].iter().rev().find(fresh);
        best.map_or(&[], |stream| &stream.packets)
    }

    /// The publisher pauses: what follows does not continue this.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Stream {
    fn clear(&mut self) {
        self.since = None;
        self.packets.clear();
        self.bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forward::Ingress;
    use crate::packet::{MediaPacket, PacketExtensions};
    use base::TrackId;
    use base::clock::OsClock;
    use base::media::Codec;

    /// Frames of one packet each, of simulcast stream 0.
    struct Camera {
        ingress: Ingress,
        recent: Recent,
        sequence: u64,
    }

    impl Camera {
        fn new() -> Self {
            Self {
                ingress: Ingress::new(Codec::Vp8, false),
                recent: Recent::default(),
                sequence: 0,
            }
        }

        fn show(&mut self, now: Instant, is_key: bool, bytes: usize) {
            self.sequence += 1;
            self.arrive(now, self.sequence, is_key, bytes);
        }

        /// The packets that have to follow it.
        fn arrive(&mut self, now: Instant, seq: u64, is_key: bool, bytes: usize) -> Vec<u64> {
            let mut payload = vec![0; bytes];
            payload[0] = 0x10;
            payload[1] = u8::from(!is_key);
            payload[4..7].copy_from_slice(&[0x9d, 0x01, 0x2a]);
            let packet = MediaPacket {
                sequence: seq,
                timestamp: seq as u32 * 3_000,
                marker: true,
                arrival: now,
                captured: now,
                report: None,
                redundant: false,
                payload: payload.into(),
                extensions: PacketExtensions::default(),
            };
            let meta = PacketMeta {
                ssrc: 1,
                seq: packet.sequence,
                timestamp: packet.timestamp,
                marker: true,
                arrival: now,
            };
            let mut parsed = self.ingress.parse(0, &meta, &packet.payload, None).unwrap();
            let followers = self.recent.followers(now, &mut parsed, &meta);
            let media = Media {
                track: TrackId(1),
                encoding: 0,
                stream: 0,
                ssrc: 1,
                packet,
            };
            let kept = Kept {
                media,
                parsed,
                meta,
            };
            self.recent.record(now, &Arc::new(kept));
            for follower in &followers {
                self.recent.keep(now, follower);
            }
            followers.iter().map(|kept| kept.meta.seq).collect()
        }

        fn kept(&self, now: Instant, stream: u8) -> Vec<u64> {
            let kept = self.recent.since_key_frame(now, stream);
            kept.iter().map(|kept| kept.meta.seq).collect()
        }
    }

    #[test]
    fn a_key_frame_and_its_followers_serve_who_comes_soon_after() {
        let start = OsClock.now();
        let mut camera = Camera::new();
        camera.show(start, false, 500);
        assert!(camera.kept(start, 0).is_empty());
        camera.show(start, true, 500);
        camera.show(start + KEPT_FOR / 2, false, 500);
        let soon = start + KEPT_FOR / 2;
        assert_eq!(camera.kept(soon, 0), [2, 3]);
        assert_eq!(camera.kept(soon, 2), [2, 3], "a small picture first");
        assert!(camera.kept(start + KEPT_FOR * 2, 0).is_empty(), "too old");
    }

    #[test]
    fn a_key_frame_that_was_overtaken_is_begun_with_and_followed() {
        let start = OsClock.now();
        let mut camera = Camera::new();
        camera.arrive(start, 1, false, 500);
        for ahead in [4, 3] {
            assert!(camera.arrive(start, ahead, false, 500).is_empty());
        }
        assert_eq!(camera.arrive(start, 2, true, 500), [3, 4]);
        assert_eq!(camera.kept(start, 0), [2, 3, 4]);
        camera.arrive(start, 6, false, 500);
        let late = start + KEPT_FOR * 2;
        assert!(camera.arrive(late, 5, true, 500).is_empty(), "given up");
    }

    #[test]
    fn nothing_is_kept_for_long_or_beyond_what_a_link_carries() {
        let start = OsClock.now();
        let mut camera = Camera::new();
        camera.show(start, true, 500);
        camera.show(start + KEPT_FOR * 2, false, 500);
        assert!(camera.kept(start, 0).is_empty());
        camera.show(start, true, 500);
        camera.show(start, false, MOST_BYTES);
        assert!(camera.kept(start, 0).is_empty());
    }
}
