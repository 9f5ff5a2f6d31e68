//! Synthetic publishers: packets of the size and rhythm of a real encoder, each with the time at
//! which it was sent, so that a receiver in the same process can tell its latency.

use std::time::{Duration, Instant};

/// RTP payload that fits one datagram with all headers below 1,200 bytes.
const PAYLOAD_BYTES: usize = 1_150;
/// The stamp at a payload's end: nanoseconds since the process's epoch.
pub(super) const STAMP_BYTES: usize = 8;
const OPUS_FRAME: Duration = Duration::from_millis(20);
/// 48 kbps in 20 ms.
const OPUS_BYTES: usize = 120;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Source {
    Video(Video),
    Audio(Audio),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Audio;

/// A VP8 camera. With `layers` above 1, simulcast: each lower layer has half the sides and a
/// quarter of the bitrate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Video {
    pub(crate) kbps: u32,
    pub(crate) fps: u32,
    pub(crate) width: u16,
    pub(crate) height: u16,
    pub(crate) layers: u8,
}

impl Source {
    pub(crate) fn is_video(self) -> bool {
        matches!(self, Self::Video(_))
    }
}

/// One stream's clock and numbering.
#[derive(Debug)]
pub(crate) struct Encoder {
    source: Source,
    /// 0 is the smallest picture.
    layer: u8,
    /// `None` before the first frame: what there was to see before somebody could be sent it is over.
    next_at: Option<Instant>,
    pub(crate) seq: u64,
    timestamp: u32,
    picture_id: u16,
    key_frame_wanted: bool,
}

/// One RTP packet to be written.
pub(crate) struct Packet {
    pub(crate) seq: u64,
    pub(crate) timestamp: u32,
    pub(crate) marker: bool,
    pub(crate) payload: Vec<u8>,
}

impl Encoder {
    pub(crate) fn new(source: Source, layer: u8) -> Self {
        Self {
            source,
            layer,
            next_at: None,
            seq: 1,
            timestamp: 0,
            picture_id: 0,
            key_frame_wanted: true,
        }
    }

    pub(crate) fn want_key_frame(&mut self) {
        self.key_frame_wanted = true;
    }

    pub(crate) fn has_frame(&self, now: Instant) -> bool {
        self.next_at.is_none_or(|at| at <= now)
    }

    /// The packets of every frame that is due.
    pub(crate) fn due(&mut self, now: Instant, epoch: Instant, mut write: impl FnMut(Packet)) {
        while self.has_frame(now) {
            let at = self.next_at.unwrap_or(now);
            match self.source {
                Source::Audio(_) => {
                    self.audio_frame(epoch, &mut write);
                    self.next_at = Some(at + OPUS_FRAME);
                    self.timestamp = self.timestamp.wrapping_add(960);
                }
                Source::Video(video) => {
                    self.video_frame(video, epoch, &mut write);
                    self.next_at = Some(at + Duration::from_secs(1) / video.fps);
                    self.timestamp = self.timestamp.wrapping_add(90_000 / video.fps);
                }
            }
        }
    }

    fn audio_frame(&mut self, epoch: Instant, write: &mut impl FnMut(Packet)) {
        let mut payload = vec![0xfc; OPUS_BYTES];
        stamp(&mut payload, epoch);
        write(Packet {
            seq: self.seq,
            timestamp: self.timestamp,
            marker: false,
            payload,
        });
        self.seq += 1;
    }

    fn video_frame(&mut self, video: Video, epoch: Instant, write: &mut impl FnMut(Packet)) {
        let scale = u32::from(video.layers - 1 - self.layer);
        let frame_bytes = (video.kbps >> (2 * scale)) * 1_000 / 8 / video.fps;
        let count = (frame_bytes as usize).div_ceil(PAYLOAD_BYTES).max(1);
        let key = std::mem::take(&mut self.key_frame_wanted);
        for at in 0..count {
            let size = (frame_bytes as usize / count).max(64);
            let mut payload = vec![0u8; size];
            let start = at == 0;
            // X, S of the first packet; then I with a 15-bit picture id (RFC 7741 section 4.2).
            let [high, low] = (self.picture_id | 0x8000).to_be_bytes();
            payload[..4].copy_from_slice(&[0x80 | u8::from(start) << 4, 0x80, high, low]);
            if start {
                payload[4] = u8::from(!key);
                if key {
                    let (width, height) = (video.width >> scale, video.height >> scale);
                    payload[7..10].copy_from_slice(&[0x9d, 0x01, 0x2a]);
                    payload[10..12].copy_from_slice(&width.to_le_bytes());
                    payload[12..14].copy_from_slice(&height.to_le_bytes());
                }
            }
            stamp(&mut payload, epoch);
            write(Packet {
                seq: self.seq,
                timestamp: self.timestamp,
                marker: at + 1 == count,
                payload,
            });
            self.seq += 1;
        }
        self.picture_id = (self.picture_id + 1) & 0x7fff;
    }
}

fn stamp(payload: &mut [u8], epoch: Instant) {
    let ns = base::clock::OsClock
        .now()
        .saturating_duration_since(epoch)
        .as_nanos() as u64;
    let at = payload.len() - STAMP_BYTES;
    payload[at..].copy_from_slice(&ns.to_be_bytes());
}

/// When the payload was sent, if it carries a stamp.
pub(super) fn read_stamp(payload: &[u8], epoch: Instant) -> Option<Instant> {
    let (_, stamp) = payload.split_last_chunk::<STAMP_BYTES>()?;
    Some(epoch + Duration::from_nanos(u64::from_be_bytes(*stamp)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_of_video_has_its_bitrate_and_its_frames() {
        let epoch = base::clock::OsClock.now();
        let video = Video {
            kbps: 1_500,
            fps: 30,
            width: 1280,
            height: 720,
            layers: 1,
        };
        let mut encoder = Encoder::new(Source::Video(video), 0);
        let (mut bytes, mut frames) = (0, 0);
        for now in [epoch, epoch + Duration::from_millis(999)] {
            encoder.due(now, epoch, |packet| {
                bytes += packet.payload.len();
                frames += u32::from(packet.marker);
            });
        }
        assert_eq!(frames, 30);
        assert!((bytes as f64 * 8.0 / 1.5e6 - 1.0).abs() < 0.02, "{bytes}");
    }
}
