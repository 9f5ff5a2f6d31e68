//! Packets of a frame for a large audience wait for one another, so that each subscriber gets them
//! in one burst.
//!
//! They come tens of microseconds apart, and the first would go out alone while the others arrive.
//! Half of what a packet costs is finding a subscriber's connection, which has left the processor's
//! cache since the last frame, and a call of the kernel for him: once a burst, not once a packet.

use crate::recent::Kept;
use base::TrackId;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Subscribers from whom on waiting saves more than it costs: with fewer all have been served
/// before the next packet is there.
pub(super) const MANY: usize = 8;

/// How long a frame's first packet waits for its last. A publisher's pacer lets a frame's packets
/// go within less, or holds them back for so long that it is better not to wait.
const PATIENCE: Duration = Duration::from_millis(1);

/// Packets that go without waiting longer: a burst as large as pays off (`docs/benchmarks.md`).
const MOST_PACKETS: usize = 32;

/// Frames that have not come completely. One of a stream at a time, and what does not belong to it
/// any more goes with it: the streams published here are the bound.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    frames: Vec<Frame>,
}

#[derive(Debug)]
struct Frame {
    track: TrackId,
    ssrc: u32,
    due: Instant,
    packets: Vec<Arc<Kept>>,
}

impl Assembly {
    /// A packet has come. What is to be sent on now: with the last packet of a frame, all of it.
    pub(super) fn push(&mut self, now: Instant, kept: Arc<Kept>) -> Vec<Arc<Kept>> {
        let (track, ssrc) = (kept.media.track, kept.meta.ssrc);
        let mut frames = self.frames.iter();
        let at = frames.position(|frame| frame.track == track && frame.ssrc == ssrc);
        let is_last = kept.meta.marker;
        let Some(at) = at else {
            if is_last {
                return vec![kept];
            }
            self.frames.push(Frame {
                track,
                ssrc,
                due: now + PATIENCE,
                packets: vec![kept],
            });
            return Vec::new();
        };
        let packets = &mut self.frames[at].packets;
        packets.push(kept);
        if is_last || packets.len() >= MOST_PACKETS {
            return self.frames.swap_remove(at).packets;
        }
        Vec::new()
    }

    /// A frame that has waited long enough.
    pub(super) fn pop_due(&mut self, now: Instant) -> Option<Vec<Arc<Kept>>> {
        let at = self.frames.iter().position(|frame| frame.due <= now)?;
        Some(self.frames.swap_remove(at).packets)
    }

    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.frames.iter().map(|frame| frame.due).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forward::{Ingress, PacketMeta};
    use crate::packet::{MediaPacket, PacketExtensions};
    use crate::relay::Media;
    use base::clock::OsClock;
    use base::media::Codec;

    fn packet(now: Instant, ssrc: u32, sequence: u64, marker: bool) -> Arc<Kept> {
        let packet = MediaPacket {
            sequence,
            timestamp: 3_000,
            marker,
            arrival: now,
            captured: now,
            report: None,
            redundant: false,
            payload: [0x10, 1, 0, 0].as_slice().into(),
            extensions: PacketExtensions::default(),
        };
        let meta = PacketMeta {
            ssrc,
            seq: sequence,
            timestamp: packet.timestamp,
            marker,
            arrival: now,
        };
        let mut ingress = Ingress::new(Codec::Vp8, false);
        let parsed = ingress.parse(0, &meta, &packet.payload, None).unwrap();
        let media = Media {
            track: TrackId(1),
            encoding: 0,
            stream: 0,
            ssrc,
            packet,
        };
        Arc::new(Kept {
            media,
            parsed,
            meta,
        })
    }

    fn numbers(packets: &[Arc<Kept>]) -> Vec<u64> {
        packets.iter().map(|kept| kept.meta.seq).collect()
    }

    #[test]
    fn the_packets_of_a_frame_leave_with_its_last() {
        let now = OsClock.now();
        let mut assembly = Assembly::default();
        assert!(assembly.push(now, packet(now, 1, 10, false)).is_empty());
        assert!(assembly.push(now, packet(now, 2, 70, false)).is_empty());
        assert!(assembly.push(now, packet(now, 1, 11, false)).is_empty());
        let frame = assembly.push(now, packet(now, 1, 12, true));
        assert_eq!(numbers(&frame), [10, 11, 12], "of this stream alone");
        assert_eq!(numbers(&assembly.push(now, packet(now, 1, 13, true))), [13]);
    }

    #[test]
    fn a_frame_whose_last_packet_is_late_or_lost_does_not_wait_for_it() {
        let now = OsClock.now();
        let mut assembly = Assembly::default();
        assembly.push(now, packet(now, 1, 10, false));
        assert!(assembly.pop_due(now).is_none());
        let due = assembly.next_deadline().unwrap();
        assert_eq!(due, now + PATIENCE);
        assert_eq!(numbers(&assembly.pop_due(due).unwrap()), [10]);
        assert_eq!(assembly.next_deadline(), None);
    }

    #[test]
    fn a_frame_of_many_packets_leaves_in_parts() {
        let now = OsClock.now();
        let mut assembly = Assembly::default();
        let most = MOST_PACKETS as u64;
        let mut sizes = Vec::new();
        for sequence in 0..most + 1 {
            sizes.push(assembly.push(now, packet(now, 1, sequence, false)).len());
        }
        assert_eq!(sizes.iter().sum::<usize>(), MOST_PACKETS);
        assert_eq!(sizes.last(), Some(&0));
    }
}
