//! Tracks as the room keeps them.

use crate::ServerMessage;
use crate::model::{
    AddTrack, AudioFeature, Encryption, LayerMode, SimulcastCodec, TrackInfo, TrackInfoCodec,
    TrackKind, VideoLayer,
};
use base::media::{Codec, LayerSpec, Quality, Source, TrackCodec, TrackSpec};
use base::{Bitrate, ParticipantSid, PeerId, TrackId, TrackSid};
use std::collections::{BTreeMap, HashMap};

#[derive(Debug)]
pub(crate) struct Track {
    pub(crate) id: TrackId,
    pub(crate) publisher: PeerId,
    pub(crate) info: TrackInfo,
    /// The client's id for it.
    pub(crate) cid: String,
    /// Packets have come: others know of it.
    pub(crate) live: bool,
    /// The publisher knows that somebody receives it.
    pub(crate) first_subscription_told: bool,
    /// What its publisher was last told about how much of it is wanted.
    pub(crate) wanted: Option<ServerMessage>,
}

/// All tracks of the room, in order of announcement.
#[derive(Debug, Default)]
pub(crate) struct Tracks {
    by_id: BTreeMap<TrackId, Track>,
    by_sid: HashMap<TrackSid, TrackId>,
    live_of: HashMap<PeerId, usize>,
}

impl Tracks {
    pub(crate) fn insert(&mut self, track: Track) {
        self.by_sid.insert(track.info.sid.clone(), track.id);
        if track.live {
            *self.live_of.entry(track.publisher).or_default() += 1;
        }
        self.by_id.insert(track.id, track);
    }

    pub(crate) fn remove(&mut self, id: TrackId) -> Option<Track> {
        let track = self.by_id.remove(&id)?;
        self.by_sid.remove(&track.info.sid);
        if track.live
            && let Some(live) = self.live_of.get_mut(&track.publisher)
        {
            *live -= 1;
            if *live == 0 {
                self.live_of.remove(&track.publisher);
            }
        }
        Some(track)
    }

    /// The result is whether it was not live before.
    pub(crate) fn go_live(&mut self, id: TrackId) -> bool {
        match self.by_id.get_mut(&id) {
            Some(track) if !track.live => {
                track.live = true;
                *self.live_of.entry(track.publisher).or_default() += 1;
                true
            }
            Some(_) | None => false,
        }
    }

    pub(crate) fn has_live(&self, publisher: PeerId) -> bool {
        self.live_of.contains_key(&publisher)
    }

    pub(crate) fn all(&self) -> &BTreeMap<TrackId, Track> {
        &self.by_id
    }

    pub(crate) fn get(&self, id: TrackId) -> Option<&Track> {
        self.by_id.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: TrackId) -> Option<&mut Track> {
        self.by_id.get_mut(&id)
    }

    pub(crate) fn with_sid(&self, sid: &TrackSid) -> Option<&Track> {
        self.by_sid.get(sid).and_then(|id| self.by_id.get(id))
    }
}

/// The information that follows from an announcement.
pub(crate) fn info(sid: TrackSid, request: &AddTrack) -> TrackInfo {
    let mut features = request.audio_features.clone();
    for (set, feature) in [
        (request.stereo, AudioFeature::Stereo),
        (request.disable_dtx, AudioFeature::NoDtx),
    ] {
        if set && !features.contains(&feature) {
            features.push(feature);
        }
    }
    let codecs = codecs(request);
    let primary = codecs.first();
    TrackInfo {
        sid,
        kind: request.kind,
        name: request.name.clone(),
        muted: request.muted,
        width: request.width,
        height: request.height,
        simulcast: primary.is_some_and(|codec| {
            codec.layers.len() > 1 && codec.layer_mode != LayerMode::MultipleSpatialLayersPerStream
        }),
        disable_dtx: features.contains(&AudioFeature::NoDtx),
        source: request.source,
        layers: request.layers.clone(),
        mime_type: primary
            .map(|codec| codec.mime_type.clone())
            .unwrap_or_default(),
        mid: String::new(),
        codecs,
        stereo: features.contains(&AudioFeature::Stereo),
        disable_red: request.disable_red,
        encryption: request.encryption,
        stream: stream(request),
        audio_features: features,
        backup_codec_policy: request.backup_codec_policy,
        packet_trailer_features: request.packet_trailer_features.clone(),
    }
}

/// Codecs of an announcement that adds some to an existing track.
pub(crate) fn further_codecs(request: &AddTrack) -> impl Iterator<Item = TrackInfoCodec> {
    request
        .simulcast_codecs
        .iter()
        .filter(|codec| !codec.cid.is_empty())
        .map(|codec| info_codec(codec, request))
}

/// What the media plane has to know of it.
pub(crate) fn spec(track: &Track, participant: ParticipantSid) -> TrackSpec {
    let info = &track.info;
    TrackSpec {
        id: track.id,
        sid: info.sid.clone(),
        publisher: track.publisher,
        participant,
        kind: info.kind,
        source: info.source,
        codecs: info.codecs.iter().map(track_codec).collect(),
        stereo: info.stereo,
        dtx: !info.disable_dtx,
        red: !info.disable_red && info.kind == TrackKind::Audio,
        muted: info.muted,
        encrypted: info.encryption != Encryption::None,
    }
}

fn codecs(request: &AddTrack) -> Vec<TrackInfoCodec> {
    if request.simulcast_codecs.is_empty() {
        return vec![TrackInfoCodec {
            cid: request.cid.clone(),
            layers: request.layers.clone(),
            ..TrackInfoCodec::default()
        }];
    }
    request
        .simulcast_codecs
        .iter()
        .map(|codec| info_codec(codec, request))
        .collect()
}

fn info_codec(codec: &SimulcastCodec, request: &AddTrack) -> TrackInfoCodec {
    let layers = if codec.layers.is_empty() {
        &request.layers
    } else {
        &codec.layers
    };
    TrackInfoCodec {
        mime_type: mime(&codec.codec, request.kind),
        mid: String::new(),
        cid: codec.cid.clone(),
        layers: layers.clone(),
        layer_mode: codec.layer_mode,
    }
}

/// Clients write either `vp8` or `video/VP8`.
fn mime(codec: &str, kind: TrackKind) -> String {
    match Codec::from_mime(codec) {
        Some(known) => known.mime().to_owned(),
        None if codec.is_empty() || codec.contains('/') => codec.to_owned(),
        None => match kind {
            TrackKind::Audio => format!("audio/{codec}"),
            TrackKind::Video => format!("video/{codec}"),
        },
    }
}

fn track_codec(codec: &TrackInfoCodec) -> TrackCodec {
    let mut layers: Vec<LayerSpec> = codec.layers.iter().filter_map(layer_spec).collect();
    // Clients announce scalable video largest first, simulcast smallest first.
    layers.sort_by_key(|layer| layer.quality);
    TrackCodec {
        codec: Codec::from_mime(&codec.mime_type),
        cid: codec.cid.clone(),
        layers,
    }
}

fn layer_spec(layer: &VideoLayer) -> Option<LayerSpec> {
    let quality: Quality = layer.quality?;
    Some(LayerSpec {
        quality,
        width: layer.width,
        height: layer.height,
        bitrate: Bitrate::bps(u64::from(layer.bitrate_bps)),
        rid: Some(layer.rid.clone()).filter(|rid| !rid.is_empty()),
    })
}

/// What belongs together is played in step: camera with microphone, screen with its sound.
fn stream(request: &AddTrack) -> String {
    if !request.stream.is_empty() {
        return request.stream.clone();
    }
    match request.source {
        Source::Camera | Source::Microphone => "camera".to_owned(),
        Source::ScreenShare | Source::ScreenShareAudio => "screen".to_owned(),
        Source::Unknown => String::new(),
    }
}
