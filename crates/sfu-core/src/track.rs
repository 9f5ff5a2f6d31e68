//! A published track as one shard knows it: at home, or by its announcement from there.

use crate::allocate::{self, LayerMeter, Rungs};
use crate::config::ShardId;
use crate::dynacast::Dynacast;
use crate::forward::{Ingress, Parsed};
use crate::keyframes::KeyFrames;
use crate::recent::Recent;
use crate::tap::TapId;
use crate::transport::Format;
use base::PeerId;
use base::media::{Codec, LayerSpec, Quality, TrackCodec, TrackSpec};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

#[derive(Debug)]
pub(crate) struct Track {
    pub(crate) spec: TrackSpec,
    /// The shard that carries its publisher.
    pub(crate) home: ShardId,
    pub(crate) muted: bool,
    pub(crate) encodings: Vec<Encoding>,
    /// Subscribers on this shard.
    pub(crate) subscribers: Vec<PeerId>,
    /// At home: sinks inside the process.
    pub(crate) taps: Vec<TapId>,
    /// At home: the other shards that want an encoding, each with the most that it wants.
    pub(crate) shards: BTreeMap<(u8, ShardId), Quality>,
    /// At home: the room knows that it is live.
    pub(crate) is_told_live: bool,
    /// At home, for video: what its publisher need not send.
    pub(crate) dynacast: Option<Dynacast>,
}

/// What another shard is told about an encoding.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shape {
    /// Known once its first packet has come.
    pub(crate) format: Option<Format>,
    /// It comes as several streams of different size.
    pub(crate) is_simulcast: bool,
}

/// The track in one codec.
#[derive(Debug)]
pub(crate) struct Encoding {
    pub(crate) shape: Shape,
    pub(crate) ingress: Option<Ingress>,
    pub(crate) key_frames: KeyFrames,
    /// Of video: for those who come soon after a key frame.
    pub(crate) recent: Recent,
    pub(crate) meter: Option<LayerMeter>,
    /// When each spatial layer last had a packet.
    pub(crate) seen: [Option<Instant>; 4],
    /// Away from home: what home was last told of our wishes.
    pub(crate) told_want: Option<Quality>,
}

impl Track {
    pub(crate) fn new(spec: TrackSpec, home: ShardId) -> Self {
        let encodings = spec.codecs.len().clamp(1, MAX_ENCODINGS);
        Self {
            muted: spec.muted,
            spec,
            home,
            encodings: (0..encodings).map(|_| Encoding::new()).collect(),
            subscribers: Vec::new(),
            taps: Vec::new(),
            shards: BTreeMap::new(),
            is_told_live: false,
            dynacast: None,
        }
    }

    /// Its publisher has announced it anew, with a further codec or under other client ids. The
    /// encodings that there are stay.
    pub(crate) fn set_codecs(&mut self, codecs: Vec<TrackCodec>) {
        let wanted = codecs.len().min(MAX_ENCODINGS);
        while self.encodings.len() < wanted {
            self.encodings.push(Encoding::new());
        }
        self.spec.codecs = codecs;
    }

    pub(crate) fn encoding(&mut self, index: u8) -> Option<&mut Encoding> {
        self.encodings.get_mut(usize::from(index))
    }

    /// The codec of an encoding, from its packets or, before they come, as announced.
    pub(crate) fn codec(&self, index: u8) -> Option<Codec> {
        let index = usize::from(index);
        let measured = self.encodings.get(index).and_then(|e| e.shape.format);
        let announced = || self.spec.codecs.get(index).and_then(|codec| codec.codec);
        measured.map(|format| format.codec).or_else(announced)
    }

    /// The codecs of all encodings; `None` while one is not known.
    pub(crate) fn codecs(&self) -> Option<Vec<Codec>> {
        let count = u8::try_from(self.encodings.len()).ok()?;
        (0..count).map(|index| self.codec(index)).collect()
    }

    pub(crate) fn shapes(&self) -> Vec<Shape> {
        self.encodings.iter().map(|e| e.shape).collect()
    }
}

/// A primary and a backup codec is what clients announce; two more than that are never sent.
const MAX_ENCODINGS: usize = 4;

/// A layer that comes back after so long is looked at like a new one.
const ABSENT_AFTER: Duration = Duration::from_secs(1);

impl Encoding {
    fn new() -> Self {
        Self {
            shape: Shape::default(),
            ingress: None,
            key_frames: KeyFrames::default(),
            recent: Recent::default(),
            meter: None,
            seen: [None; 4],
            told_want: None,
        }
    }

    /// Counts a packet. Whether its layer was not there, or not of late.
    pub(crate) fn record(&mut self, now: Instant, parsed: &Parsed, bytes: usize) -> bool {
        let is_svc = !self.shape.is_simulcast;
        let meter = self.meter.get_or_insert_with(|| LayerMeter::new(is_svc));
        let layer = allocate::Layer {
            spatial: parsed.layer.spatial,
            temporal: parsed.layer.temporal,
        };
        meter.record(now, layer, bytes, parsed.end_of_frame);
        let spatial = usize::from(parsed.layer.spatial).min(3);
        let before = self.seen[spatial].replace(now);
        before.is_none_or(|before| now.saturating_duration_since(before) >= ABSENT_AFTER)
    }

    /// Whether a spatial layer is arriving.
    pub(crate) fn has_layer(&self, now: Instant, spatial: usize) -> bool {
        let seen = self.seen.get(spatial).copied().flatten();
        seen.is_some_and(|at| now.saturating_duration_since(at) < ABSENT_AFTER)
    }

    /// What is arriving, as the allocator wants it.
    pub(crate) fn rungs(&self, now: Instant, layers: &[LayerSpec]) -> Rungs {
        let meter = self.meter.as_ref();
        meter.map_or_else(Rungs::default, |meter| meter.rungs(now, layers))
    }

    /// Its packets turned out to be in this format. Whether that is news.
    pub(crate) fn learn(&mut self, format: Format, encrypted: bool) -> bool {
        if self.shape.format == Some(format) {
            return false;
        }
        let before = self.shape.format;
        let same_codec = before.is_some_and(|f| f.codec == format.codec);
        if !same_codec {
            self.ingress = Some(Ingress::new(format.codec, encrypted));
        }
        self.shape.format = Some(format);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::TrackId;
    use base::media::{Kind, Source};

    fn codec(cid: &str) -> TrackCodec {
        TrackCodec {
            codec: None,
            cid: cid.to_owned(),
            layers: Vec::new(),
        }
    }

    #[test]
    fn a_track_gains_a_codec_and_keeps_what_arrives() {
        let mut track = Track::new(
            TrackSpec {
                id: TrackId(1),
                sid: "TR_1".into(),
                publisher: PeerId(1),
                participant: "PA_1".into(),
                kind: Kind::Video,
                source: Source::Camera,
                codecs: vec![codec("cam")],
                stereo: false,
                dtx: true,
                red: false,
                muted: false,
                encrypted: false,
            },
            ShardId(0),
        );
        track.encodings[0].shape.is_simulcast = true;
        track.set_codecs(vec![codec("cam"), codec("backup")]);
        assert_eq!(track.encodings.len(), 2);
        assert_eq!(track.spec.codecs[1].cid, "backup");
        assert!(track.encodings[0].shape.is_simulcast);
    }
}
