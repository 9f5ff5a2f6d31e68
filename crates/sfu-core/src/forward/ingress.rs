//! Reading each packet of a track once, for all of its subscribers.

use super::{Layer, PacketMeta};
use base::media::Codec;
use rtp::dependency::{self, Descriptor, Structure};
use rtp::{Dimensions, Error, vp8, vp9};
use smallvec::SmallVec;
use std::sync::Arc;
use std::time::Duration;

/// More simulcast streams than any client sends (three), so that an index is never trusted.
const MAX_STREAMS: usize = 4;

/// What all subscribers need to know of one packet.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// Index of the simulcast stream; 0 for tracks of one stream.
    pub stream: u8,
    /// Of a simulcast stream or an SVC stream alike, see [`Layer`].
    pub layer: Layer,
    /// The first packet of a frame from which a decoder can start. Always true for audio.
    pub key_frame: bool,
    pub start_of_frame: bool,
    pub end_of_frame: bool,
    /// Of the layer, where this packet tells: by key frames only.
    pub dimensions: Option<Dimensions>,
    /// When the frame was captured, by the sender's clock (since its epoch), once a sender report
    /// has told.
    pub capture: Option<Duration>,
    /// A later packet of the stream came before this one.
    pub(crate) overtaken: bool,
    pub(super) detail: Detail,
}

/// What the filter of the format needs.
#[derive(Clone, Debug)]
pub(super) enum Detail {
    /// Padding to probe for bandwidth.
    Padding,
    /// A format without layers, or an audio one.
    Plain,
    Vp8(vp8::Descriptor),
    Vp9(Box<vp9::Descriptor>),
    Dependency(Box<Dependency>),
}

/// A dependency descriptor with its surroundings.
#[derive(Clone, Debug)]
pub(super) struct Dependency {
    pub(super) descriptor: Descriptor,
    /// As it came.
    pub(super) raw: SmallVec<[u8; 32]>,
    pub(super) structure: Arc<Structure>,
    /// Decode targets that the sender still produces.
    pub(super) active: u32,
    /// VP9 has its picture id to be renumbered, for receivers without dependency descriptors.
    pub(super) vp9_picture_id: Option<rtp::PictureId>,
}

/// One simulcast stream of the track.
#[derive(Clone, Debug, Default)]
struct Stream {
    ssrc: Option<u32>,
    highest_seq: u64,
    dependency: dependency::Reader,
    /// From the last sender report: capture time and timestamp of one moment.
    report: Option<(Duration, u32)>,
    /// H.264 and its kin have no start bit: a frame starts where the timestamp changes.
    last_timestamp: Option<u32>,
}

/// The reader of one track.
#[derive(Clone, Debug)]
pub struct Ingress {
    codec: Codec,
    encrypted: bool,
    streams: [Stream; MAX_STREAMS],
}

impl Ingress {
    /// `encrypted`: the payload is encrypted end to end, and only its clear headers are read.
    pub fn new(codec: Codec, encrypted: bool) -> Self {
        Self {
            codec,
            encrypted,
            streams: Default::default(),
        }
    }

    pub fn codec(&self) -> Codec {
        self.codec
    }

    /// A sender report of a stream: `ntp` (since the epoch of the sender's clock) and `timestamp`
    /// name the same moment.
    pub fn sender_report(&mut self, stream: u8, ntp: Duration, timestamp: u32) {
        if let Some(stream) = self.streams.get_mut(usize::from(stream)) {
            stream.report = Some((ntp, timestamp));
        }
    }

    /// Reads one packet of simulcast stream `stream`.
    ///
    /// # Errors
    /// For packets to be dropped and counted: malformed ones, and those whose dependency
    /// descriptor refers to a structure that has not come yet.
    pub fn parse(
        &mut self,
        stream: u8,
        meta: &PacketMeta,
        payload: &[u8],
        dependency_descriptor: Option<&[u8]>,
    ) -> Result<Parsed, Error> {
        let state = self
            .streams
            .get_mut(usize::from(stream))
            .ok_or(Error::Malformed("a simulcast stream beyond the fourth"))?;
        if state.ssrc != Some(meta.ssrc) {
            // A restarted encoder begins with another clock and another structure.
            *state = Stream {
                ssrc: Some(meta.ssrc),
                ..Stream::default()
            };
        }
        let mut parsed = Parsed {
            stream,
            layer: Layer {
                spatial: stream,
                temporal: 0,
            },
            key_frame: false,
            start_of_frame: false,
            end_of_frame: meta.marker,
            dimensions: None,
            capture: capture(state.report, meta.timestamp, clock_hz(self.codec)),
            overtaken: meta.seq < state.highest_seq,
            detail: Detail::Plain,
        };
        state.highest_seq = state.highest_seq.max(meta.seq);
        if payload.is_empty() {
            parsed.detail = Detail::Padding;
            return Ok(parsed);
        }
        match (self.codec, dependency_descriptor) {
            (Codec::Av1, Some(raw)) => read_dependency(&mut parsed, state, raw, None)?,
            (Codec::Vp9, Some(raw)) => {
                let picture_id = vp9::read(payload)?.picture_id;
                read_dependency(&mut parsed, state, raw, picture_id)?;
            }
            (Codec::Vp9, None) => read_vp9(&mut parsed, vp9::read(payload)?),
            (Codec::Vp8, _) => read_vp8(&mut parsed, vp8::read(payload)?, self.encrypted),
            (Codec::Av1, None) => {
                let packet = rtp::av1::read(payload, self.encrypted)?;
                parsed.key_frame = packet.begins_key_frame();
                parsed.start_of_frame = !packet.continues;
            }
            (Codec::H264, _) => {
                let packet = rtp::h264::read(payload, self.encrypted)?;
                parsed.key_frame = packet.key_frame;
                parsed.dimensions = packet.dimensions;
                parsed.start_of_frame = state.last_timestamp != Some(meta.timestamp);
            }
            (Codec::H265, _) => {
                parsed.key_frame = rtp::h265::read(payload)?.key_frame;
                parsed.start_of_frame = state.last_timestamp != Some(meta.timestamp);
            }
            (Codec::Opus | Codec::Red, _) => {
                parsed.key_frame = true;
                parsed.start_of_frame = true;
                parsed.end_of_frame = true;
            }
        }
        state.last_timestamp = Some(meta.timestamp);
        Ok(parsed)
    }
}

/// RFC 3551 and the payload formats: 48 kHz for Opus, 90 kHz for video.
pub(super) fn clock_hz(codec: Codec) -> u32 {
    match codec {
        Codec::Opus | Codec::Red => 48_000,
        Codec::Vp8 | Codec::Vp9 | Codec::H264 | Codec::H265 | Codec::Av1 => 90_000,
    }
}

fn capture(report: Option<(Duration, u32)>, timestamp: u32, clock_hz: u32) -> Option<Duration> {
    let (ntp, reported) = report?;
    let ticks = timestamp.wrapping_sub(reported) as i32;
    let span =
        Duration::from_nanos(u64::from(ticks.unsigned_abs()) * 1_000_000_000 / u64::from(clock_hz));
    if ticks < 0 {
        ntp.checked_sub(span)
    } else {
        ntp.checked_add(span)
    }
}

fn read_vp8(parsed: &mut Parsed, descriptor: vp8::Descriptor, encrypted: bool) {
    parsed.layer.temporal = descriptor.temporal.unwrap_or(0);
    parsed.key_frame = descriptor.key_frame;
    parsed.start_of_frame = descriptor.start_of_frame;
    parsed.dimensions = descriptor.dimensions.filter(|_| !encrypted);
    parsed.detail = Detail::Vp8(descriptor);
}

fn read_vp9(parsed: &mut Parsed, descriptor: vp9::Descriptor) {
    parsed.layer.spatial += descriptor.spatial();
    parsed.layer.temporal = descriptor.temporal();
    parsed.key_frame = descriptor.begins_key_frame();
    parsed.start_of_frame = descriptor.start_of_frame;
    parsed.end_of_frame = descriptor.end_of_frame;
    parsed.dimensions = descriptor.structure.as_ref().and_then(|s| {
        let layer = usize::from(descriptor.spatial());
        s.dimensions.get(layer).copied()
    });
    parsed.detail = Detail::Vp9(Box::new(descriptor));
}

fn read_dependency(
    parsed: &mut Parsed,
    stream: &mut Stream,
    raw: &[u8],
    vp9_picture_id: Option<rtp::PictureId>,
) -> Result<(), Error> {
    let descriptor = stream.dependency.read(raw)?;
    let structure = stream.dependency.structure();
    let structure = Arc::clone(structure.ok_or(Error::StructureUnknown)?);
    parsed.layer.spatial += descriptor.spatial;
    parsed.layer.temporal = descriptor.temporal;
    parsed.start_of_frame = descriptor.start_of_frame;
    parsed.end_of_frame = descriptor.end_of_frame;
    parsed.key_frame = descriptor.start_of_frame
        && descriptor.structure.is_some()
        && descriptor.frame.fdiffs.is_empty();
    if parsed.key_frame {
        let layer = usize::from(descriptor.spatial);
        parsed.dimensions = structure.dimensions.get(layer).copied();
    }
    parsed.detail = Detail::Dependency(Box::new(Dependency {
        active: stream.dependency.active_decode_targets(),
        raw: SmallVec::from_slice(raw),
        descriptor,
        structure,
        vp9_picture_id,
    }));
    Ok(())
}
