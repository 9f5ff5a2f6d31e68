//! A synthetic publisher: frames with known references, packed as real codecs pack them.

use base::media::Codec;
use base::rng::Rng;
use rtp::dependency::{self, DecodeTarget, Descriptor, FrameDependencies, Indication, Template};
use smallvec::SmallVec;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Three streams of three temporal layers each.
    Vp8Simulcast,
    /// Three streams without layers.
    H264Simulcast,
    /// AV1 in one stream with a dependency descriptor; upper layers need lower ones always
    /// (L3T3), or at key frames only (L3T3_KEY).
    Svc,
    KeySvc,
    /// VP9, flexible mode, by its payload descriptor alone; L3T3_KEY.
    Vp9Svc,
    Opus,
}

impl Kind {
    pub(super) fn codec(self) -> Codec {
        match self {
            Self::Vp8Simulcast => Codec::Vp8,
            Self::H264Simulcast => Codec::H264,
            Self::Svc | Self::KeySvc => Codec::Av1,
            Self::Vp9Svc => Codec::Vp9,
            Self::Opus => Codec::Opus,
        }
    }

    pub(super) fn is_simulcast(self) -> bool {
        matches!(self, Self::Vp8Simulcast | Self::H264Simulcast)
    }

    pub(super) fn spatial_layers(self) -> u8 {
        if self == Self::Opus { 1 } else { 3 }
    }

    pub(super) fn temporal_layers(self) -> u8 {
        match self {
            Self::Vp8Simulcast | Self::Svc | Self::KeySvc | Self::Vp9Svc => 3,
            Self::H264Simulcast | Self::Opus => 1,
        }
    }
}

/// The truth about a frame, for the model receiver.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) id: u32,
    /// Number of the captured picture that it shows.
    pub(super) picture: u32,
    pub(super) spatial: u8,
    pub(super) temporal: u8,
    /// Ids of the frames that it needs.
    pub(super) needs: Vec<u32>,
    pub(super) packets: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Packet {
    pub(super) stream: u8,
    pub(super) ssrc: u32,
    pub(super) seq: u64,
    pub(super) timestamp: u32,
    pub(super) marker: bool,
    pub(super) payload: Vec<u8>,
    pub(super) dependency_descriptor: Option<SmallVec<[u8; 64]>>,
}

/// Bytes at the end of each payload: the frame's id, and which packet of it this is.
pub(super) const TRAILER: usize = 5;

pub(super) fn trailer(payload: &[u8]) -> (u32, u8) {
    let (id, index) = payload[payload.len() - TRAILER..].split_at(4);
    (u32::from_be_bytes(id.try_into().unwrap()), index[0])
}

#[derive(Clone, Debug, Default)]
struct Stream {
    ssrc: u32,
    seq: u64,
    timestamp_base: u32,
    picture_id: u16,
    tl0_pic_idx: u8,
    key_idx: u8,
    frame_number: u16,
    /// Position in the temporal pattern.
    position: usize,
    wants_key: bool,
    started: bool,
    /// By spatial layer, then temporal: the last frame, as id, frame number and picture id.
    last: [[Option<(u32, u16, u16)>; 3]; 3],
    /// By chain: the frame number of its last frame.
    chains: [u16; 3],
}

pub(super) struct Encoder {
    kind: Kind,
    rng: Rng,
    streams: Vec<Stream>,
    pub(super) frames: Vec<Frame>,
}

/// Ticks of the 90 kHz clock between two pictures.
pub(super) const PICTURE_TICKS: u32 = 3_000;
/// Temporal layers in turn; the second frame of layer 2 refers to the frame of layer 1 between.
const PATTERN: [u8; 4] = [0, 2, 1, 2];

impl Encoder {
    pub(super) fn new(kind: Kind, mut rng: Rng) -> Self {
        let count = if kind.is_simulcast() { 3 } else { 1 };
        let streams = (0..count)
            .map(|index| Stream {
                ssrc: 1_000 + index,
                // Near their wraps, so that each run crosses some.
                seq: 0xffff - rng.below(200),
                timestamp_base: rng.next_u32(),
                picture_id: 0x7fff - rng.below(60) as u16,
                tl0_pic_idx: rng.next_u32() as u8,
                key_idx: rng.next_u32() as u8 & 0x1f,
                frame_number: 0xffff - rng.below(100) as u16,
                ..Stream::default()
            })
            .collect();
        Self {
            kind,
            rng,
            streams,
            frames: Vec::new(),
        }
    }

    pub(super) fn request_key_frame(&mut self, stream: u8) {
        self.streams[usize::from(stream)].wants_key = true;
    }

    /// The encoder is replaced: other SSRC, other numbers.
    pub(super) fn restart(&mut self, stream: u8) {
        let next = self.rng.next_u32();
        let stream = &mut self.streams[usize::from(stream)];
        *stream = Stream {
            ssrc: stream.ssrc + 10,
            seq: u64::from(next as u16),
            timestamp_base: next.rotate_left(7),
            picture_id: next as u16 & 0x7fff,
            tl0_pic_idx: next as u8,
            key_idx: 0,
            frame_number: next as u16,
            ..Stream::default()
        };
    }

    /// The timestamp of a picture in a stream, for sender reports.
    pub(super) fn timestamp(&self, stream: u8, picture: u32) -> u32 {
        let base = self.streams[usize::from(stream)].timestamp_base;
        base.wrapping_add(picture * PICTURE_TICKS)
    }

    /// All packets of one captured picture, in order per stream.
    pub(super) fn encode(&mut self, picture: u32) -> Vec<Packet> {
        let mut packets = Vec::new();
        for index in 0..self.streams.len() {
            let stream = &mut self.streams[index];
            let key = !stream.started || std::mem::take(&mut stream.wants_key);
            stream.started = true;
            if key {
                stream.position = 0;
                stream.last = Default::default();
                stream.key_idx = (stream.key_idx + 1) & 0x1f;
            }
            let temporal = if self.kind.temporal_layers() > 1 {
                PATTERN[stream.position % 4]
            } else {
                0
            };
            stream.position += 1;
            stream.picture_id = (stream.picture_id + 1) & 0x7fff;
            if temporal == 0 {
                stream.tl0_pic_idx = stream.tl0_pic_idx.wrapping_add(1);
            }
            let spatials = if self.kind.is_simulcast() {
                index as u8..index as u8 + 1
            } else {
                0..self.kind.spatial_layers()
            };
            let top = spatials.end - 1;
            for spatial in spatials {
                self.encode_frame(
                    index,
                    picture,
                    spatial,
                    temporal,
                    key,
                    spatial == top,
                    &mut packets,
                );
            }
        }
        packets
    }

    #[expect(clippy::too_many_arguments, reason = "one call, in a test")]
    fn encode_frame(
        &mut self,
        index: usize,
        picture: u32,
        spatial: u8,
        temporal: u8,
        key: bool,
        is_top: bool,
        packets: &mut Vec<Packet>,
    ) {
        let count = 1 + self.rng.below(4) as usize;
        let id = self.frames.len() as u32;
        let stream = &mut self.streams[index];
        let inner = if self.kind.is_simulcast() {
            0
        } else {
            usize::from(spatial)
        };
        stream.frame_number = stream.frame_number.wrapping_add(1);
        let (refs, layer_sync) = references(
            self.kind,
            stream,
            inner,
            temporal,
            key,
            self.rng.below(3) == 0,
        );
        let me = (id, stream.frame_number, stream.picture_id);
        stream.last[inner][usize::from(temporal)] = Some(me);
        self.frames.push(Frame {
            id,
            picture,
            spatial,
            temporal,
            needs: refs.iter().map(|r| r.0).collect(),
            packets: count,
        });
        for part in 0..count {
            let first = part == 0;
            let last = part + 1 == count;
            let head = Head {
                inner: inner as u8,
                temporal,
                key,
                first,
                last,
                layer_sync,
            };
            let mut payload = match self.kind {
                Kind::Vp8Simulcast => vp8(stream, &head),
                Kind::H264Simulcast => h264(&head),
                Kind::Svc | Kind::KeySvc => vec![0x10, 0x32],
                Kind::Vp9Svc => vp9(stream, &head, &refs),
                Kind::Opus => vec![0x78],
            };
            payload.resize(payload.len() + self.rng.below(30) as usize, 0xee);
            payload.extend_from_slice(&id.to_be_bytes());
            payload.push(part as u8);
            let dependency_descriptor = matches!(self.kind, Kind::Svc | Kind::KeySvc)
                .then(|| dependency_descriptor(self.kind, stream, &head, &refs));
            stream.seq += 1;
            packets.push(Packet {
                stream: index as u8,
                ssrc: stream.ssrc,
                seq: stream.seq,
                timestamp: stream.timestamp_base.wrapping_add(picture * PICTURE_TICKS),
                marker: last && is_top,
                payload,
                dependency_descriptor,
            });
        }
        if temporal == 0 {
            for chain in inner..3 {
                let member = chain == inner || key || self.kind == Kind::Svc;
                if member {
                    stream.chains[chain] = stream.frame_number;
                }
            }
        }
    }
}

struct Head {
    inner: u8,
    temporal: u8,
    key: bool,
    first: bool,
    last: bool,
    layer_sync: bool,
}

/// What a frame refers to, and whether it depends on the base temporal layer alone. `deep`: a
/// frame of layer 1 also refers to the one before it.
fn references(
    kind: Kind,
    stream: &Stream,
    inner: usize,
    temporal: u8,
    key: bool,
    deep: bool,
) -> (Vec<(u32, u16, u16)>, bool) {
    let last = &stream.last[inner];
    let mut refs = Vec::new();
    let mut layer_sync = temporal > 0;
    if kind == Kind::Opus {
        return (refs, false);
    }
    if !key {
        refs.extend(last[0]);
        if temporal == 1 && deep && kind == Kind::Vp8Simulcast {
            refs.extend(last[1]);
            layer_sync = last[1].is_none();
        }
        if temporal == 2 && stream.position.is_multiple_of(4) {
            refs.extend(last[1]);
            layer_sync = false;
        }
    }
    let inter_layer = inner > 0 && (key || kind == Kind::Svc);
    if inter_layer {
        refs.extend(stream.last[inner - 1][usize::from(temporal)]);
    }
    (refs, layer_sync)
}

fn vp8(stream: &Stream, head: &Head) -> Vec<u8> {
    let [high, low] = stream.picture_id.to_be_bytes();
    let sync = if head.layer_sync { 0x20 } else { 0 };
    let mut bytes = vec![
        0x80 | if head.first { 0x10 } else { 0 },
        0xf0,
        0x80 | high,
        low,
        stream.tl0_pic_idx,
        head.temporal << 6 | sync | stream.key_idx,
    ];
    match (head.key, head.first) {
        (true, true) => bytes.extend([0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xb4, 0x00]),
        (_, true) => bytes.push(0x11),
        (_, false) => bytes.push(0x00),
    }
    bytes
}

fn h264(head: &Head) -> Vec<u8> {
    match (head.key, head.first) {
        (true, true) => vec![0x67, 0x42],
        (true, false) => vec![0x7c, 0x05],
        (false, true) => vec![0x7c, 0x81],
        (false, false) => vec![0x7c, 0x01],
    }
}

fn vp9(stream: &Stream, head: &Head, refs: &[(u32, u16, u16)]) -> Vec<u8> {
    let distances: Vec<u8> = refs
        .iter()
        .map(|r| (stream.picture_id.wrapping_sub(r.2) & 0x7fff) as u8)
        .filter(|distance| *distance > 0)
        .collect();
    let inter_picture = !distances.is_empty();
    let flags = 0xb0
        | if inter_picture { 0x40 } else { 0 }
        | if head.first { 0x08 } else { 0 }
        | if head.last { 0x04 } else { 0 };
    let [high, low] = stream.picture_id.to_be_bytes();
    let inter_layer = head.key && head.inner > 0;
    let mut bytes = vec![
        flags,
        0x80 | high,
        low,
        head.temporal << 5
            | if head.layer_sync { 0x10 } else { 0 }
            | head.inner << 1
            | u8::from(inter_layer),
    ];
    for (at, distance) in distances.iter().enumerate() {
        bytes.push(distance << 1 | u8::from(at + 1 < distances.len()));
    }
    bytes
}

fn dependency_descriptor(
    kind: Kind,
    stream: &Stream,
    head: &Head,
    refs: &[(u32, u16, u16)],
) -> SmallVec<[u8; 64]> {
    let structure = structure(kind);
    let offset = match (head.key, head.temporal) {
        (true, _) => 0,
        (false, temporal) => 1 + temporal,
    };
    let template_id = head.inner * 4 + offset;
    let template = structure.template(template_id).unwrap();
    let distance = |number: u16| stream.frame_number.wrapping_sub(number);
    let frame = FrameDependencies {
        indications: template.frame.indications.clone(),
        fdiffs: refs.iter().map(|r| distance(r.1)).collect(),
        chain_diffs: (0..3)
            .map(|chain| {
                let begins = head.key && head.inner == 0;
                if begins {
                    0
                } else {
                    distance(stream.chains[chain]).min(255) as u8
                }
            })
            .collect(),
    };
    let descriptor = Descriptor {
        start_of_frame: head.first,
        end_of_frame: head.last,
        template_id,
        frame_number: stream.frame_number,
        structure: (head.key && head.inner == 0 && head.first).then(|| structure.clone()),
        active_decode_targets: None,
        spatial: head.inner,
        temporal: head.temporal,
        frame,
    };
    dependency::write(&descriptor, &structure).unwrap()
}

/// Of each spatial layer: key frame, then temporal layers 0 to 2.
fn structure(kind: Kind) -> dependency::Structure {
    let targets: Vec<(u8, u8)> = (0..3).flat_map(|s| (0..3).map(move |t| (s, t))).collect();
    let template = |spatial: u8, temporal: u8, key: bool| {
        let indications = targets.iter().map(|(s, t)| match kind {
            _ if spatial > *s || temporal > *t => Indication::NotPresent,
            _ if key => Indication::Switch,
            Kind::KeySvc if spatial != *s => Indication::NotPresent,
            _ if spatial != *s => Indication::Required,
            _ if temporal > 0 && temporal == *t => Indication::Discardable,
            _ => Indication::Switch,
        });
        Template {
            spatial,
            temporal,
            frame: FrameDependencies {
                indications: indications.collect(),
                fdiffs: SmallVec::new(),
                chain_diffs: SmallVec::from_slice(&[0; 3]),
            },
        }
    };
    dependency::Structure {
        template_id_offset: 0,
        templates: (0..3)
            .flat_map(|s| {
                [template(s, 0, true)]
                    .into_iter()
                    .chain((0..3).map(move |t| template(s, t, false)))
            })
            .collect(),
        decode_targets: targets
            .iter()
            .map(|(spatial, temporal)| DecodeTarget {
                spatial: *spatial,
                temporal: *temporal,
                chain: Some(*spatial),
            })
            .collect(),
        chain_count: 3,
        dimensions: SmallVec::new(),
    }
}
