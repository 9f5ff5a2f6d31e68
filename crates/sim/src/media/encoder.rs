//! Encoders that make frames of the right sizes and dependencies, and nothing else.

use super::Stamp;
use base::rng::Rng;
use base::{Bitrate, TrackId};
use std::time::{Duration, Instant};

/// One RTP payload with its header fields.
#[derive(Clone, Debug)]
pub struct Encoded {
    pub sequence: u64,
    pub timestamp: u32,
    pub marker: bool,
    pub payload: Vec<u8>,
}

/// One simulcast stream.
#[derive(Clone, Copy, Debug)]
pub struct VideoLayer {
    pub width: u16,
    pub height: u16,
    pub bitrate: Bitrate,
    pub fps: u32,
}

/// A VP8 encoder of one simulcast stream in three temporal layers (0 2 1 2, as libvpx does).
#[derive(Debug)]
pub struct VideoEncoder {
    track: TrackId,
    stream: u8,
    layer: VideoLayer,
    epoch: Instant,
    due: Instant,
    frame: u32,
    /// Place in the pattern; 0 is the lowest layer.
    phase: usize,
    last_base: u32,
    last_middle: Option<u32>,
    picture_id: u16,
    base_index: u8,
    sequence: u64,
    timestamp_offset: u32,
    wants_key: bool,
    is_on: bool,
}

const PATTERN: [u8; 4] = [0, 2, 1, 2];

/// Bytes of a frame relative to the average, by temporal layer: 40, 20 and 40 % of the bitrate.
const SHARES: [f64; 3] = [1.6, 0.8, 0.8];

/// A key frame is so many times an average frame.
const KEY_FRAME_SIZE: f64 = 4.0;

/// As libwebrtc's packets.
const PAYLOAD_BYTES: usize = 1_100;

/// Descriptor (RFC 7741: X, then I L T K, 15-bit picture id, TL0PICIDX, TID Y KEYIDX).
const DESCRIPTOR_BYTES: usize = 6;

/// VP8's own header in the first packet: 3 bytes of frame tag, in key frames start code and size.
const FRAME_HEADER_BYTES: usize = 10;

impl VideoEncoder {
    pub fn new(
        track: TrackId,
        stream: u8,
        layer: VideoLayer,
        epoch: Instant,
        now: Instant,
        rng: &mut Rng,
    ) -> Self {
        Self {
            track,
            stream,
            layer,
            epoch,
            due: now,
            frame: 0,
            phase: 0,
            last_base: 0,
            last_middle: None,
            picture_id: (rng.next_u32() & 0x7fff) as u16,
            base_index: rng.next_u32() as u8,
            sequence: rng.below(1 << 15),
            timestamp_offset: rng.next_u32(),
            wants_key: true,
            is_on: true,
        }
    }

    pub fn next_deadline(&self) -> Option<Instant> {
        self.is_on.then_some(self.due)
    }

    pub fn want_key_frame(&mut self) {
        self.wants_key = true;
    }

    /// Dynacast, or mute. What is switched on again begins with a key frame.
    pub fn switch(&mut self, now: Instant, is_on: bool) {
        if is_on && !self.is_on {
            self.wants_key = true;
            self.due = self.due.max(now);
        }
        self.is_on = is_on;
    }

    /// The packets of the frame that is due, if one is.
    pub fn encode(&mut self, now: Instant) -> Vec<Encoded> {
        if !self.is_on || now < self.due {
            return Vec::new();
        }
        self.due += Duration::from_secs(1) / self.layer.fps;
        let is_key = std::mem::take(&mut self.wants_key);
        if is_key {
            self.phase = 0;
        }
        let temporal = PATTERN[self.phase];
        let (needs, is_sync) = self.dependency(is_key, temporal);
        let average = self.layer.bitrate.as_bps() as f64 / 8.0 / f64::from(self.layer.fps);
        let size = if is_key {
            KEY_FRAME_SIZE
        } else {
            SHARES[usize::from(temporal)]
        };
        let stamp = Stamp {
            track: self.track,
            stream: self.stream,
            temporal,
            is_key,
            frame: self.frame,
            needs,
            part: 0,
            parts: 0,
            captured: now - self.epoch,
        };
        let packets = self.packetize(stamp, is_sync, (average * size) as usize);
        self.advance(is_key, temporal);
        packets
    }

    /// Which frame this one needs, and whether it needs only the lowest layer.
    fn dependency(&self, is_key: bool, temporal: u8) -> (u32, bool) {
        match (is_key, temporal, self.last_middle) {
            (true, _, _) => (self.frame, true),
            (false, 2, Some(middle)) => (middle, false),
            (false, _, _) => (self.last_base, true),
        }
    }

    fn advance(&mut self, is_key: bool, temporal: u8) {
        match temporal {
            0 => {
                self.last_base = self.frame;
                self.last_middle = None;
            }
            1 => self.last_middle = Some(self.frame),
            _ => {}
        }
        self.frame += 1;
        self.picture_id = (self.picture_id + 1) & 0x7fff;
        self.phase = if is_key {
            1
        } else {
            (self.phase + 1) % PATTERN.len()
        };
    }

    fn packetize(&mut self, stamp: Stamp, is_sync: bool, bytes: usize) -> Vec<Encoded> {
        if stamp.temporal == 0 {
            self.base_index = self.base_index.wrapping_add(1);
        }
        let parts = bytes.div_ceil(PAYLOAD_BYTES).max(1);
        let ticks = (stamp.captured.as_micros() * 9 / 100) as u32;
        let timestamp = self.timestamp_offset.wrapping_add(ticks);
        (0..parts)
            .map(|part| {
                let stamp = Stamp {
                    part: part as u16,
                    parts: parts as u16,
                    ..stamp
                };
                let sequence = self.sequence;
                self.sequence += 1;
                Encoded {
                    sequence,
                    timestamp,
                    marker: part + 1 == parts,
                    payload: self.payload(&stamp, is_sync, bytes / parts),
                }
            })
            .collect()
    }

    fn payload(&self, stamp: &Stamp, is_sync: bool, bytes: usize) -> Vec<u8> {
        let is_discardable = stamp.temporal == 2;
        let begins_frame = stamp.part == 0;
        let [high, low] = self.picture_id.to_be_bytes();
        let mut payload = vec![
            0x80 | u8::from(is_discardable) << 5 | u8::from(begins_frame) << 4,
            0xe0,
            0x80 | high,
            low,
            self.base_index,
            stamp.temporal << 6 | u8::from(is_sync) << 5,
        ];
        let [width_low, width_high] = self.layer.width.to_le_bytes();
        let [height_low, height_high] = self.layer.height.to_le_bytes();
        let tag = if stamp.is_key { 0x10 } else { 0x11 };
        payload.extend([tag, 0, 0, 0x9d, 0x01, 0x2a]);
        payload.extend([width_low, width_high, height_low, height_high]);
        stamp.write(&mut payload);
        payload.resize(payload.len().max(bytes), 0);
        payload
    }
}

impl VideoEncoder {
    /// Reads back what [`Self::encode`] wrote, if it is that.
    pub fn stamp(payload: &[u8]) -> Option<Stamp> {
        Stamp::read(payload.get(DESCRIPTOR_BYTES + FRAME_HEADER_BYTES..)?)
    }
}

/// An Opus encoder: one packet every 20 ms.
#[derive(Debug)]
pub struct AudioEncoder {
    track: TrackId,
    epoch: Instant,
    due: Instant,
    frame: u32,
    /// How often it was switched on.
    spurt: u32,
    sequence: u64,
    is_on: bool,
}

/// 32 kbps.
const AUDIO_BYTES: usize = 80;

const AUDIO_FRAME: Duration = Duration::from_millis(20);

impl AudioEncoder {
    pub fn new(track: TrackId, epoch: Instant, now: Instant, rng: &mut Rng) -> Self {
        Self {
            track,
            epoch,
            due: now,
            frame: 0,
            spurt: 0,
            sequence: rng.below(1 << 15),
            is_on: true,
        }
    }

    pub fn next_deadline(&self) -> Option<Instant> {
        self.is_on.then_some(self.due)
    }

    pub fn switch(&mut self, now: Instant, is_on: bool) {
        if is_on && !self.is_on {
            self.due = self.due.max(now);
            self.spurt += 1;
        }
        self.is_on = is_on;
    }

    pub fn encode(&mut self, now: Instant) -> Option<Encoded> {
        if !self.is_on || now < self.due {
            return None;
        }
        self.due += AUDIO_FRAME;
        let captured = now - self.epoch;
        let stamp = Stamp {
            track: self.track,
            stream: 0,
            temporal: 0,
            is_key: true,
            frame: self.frame,
            needs: self.spurt,
            part: 0,
            parts: 1,
            captured,
        };
        let mut payload = vec![0x78];
        stamp.write(&mut payload);
        payload.resize(AUDIO_BYTES, 0);
        let encoded = Encoded {
            sequence: self.sequence,
            timestamp: (captured.as_micros() * 48 / 1_000) as u32,
            marker: false,
            payload,
        };
        self.frame += 1;
        self.sequence += 1;
        Some(encoded)
    }

    pub fn stamp(payload: &[u8]) -> Option<Stamp> {
        Stamp::read(payload.get(1..)?)
    }
}
