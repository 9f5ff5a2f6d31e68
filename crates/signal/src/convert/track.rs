//! Tracks: announced and published.

use super::bounds::{
    CODECS, FEATURES, ID_BYTES, LAYERS, NAME_BYTES, OutOfBounds, list, text, track_sid,
};
use super::enums::{Numbered, list_from_wire, list_to_wire};
use base::media::{Kind, Quality, Source};
use livekit_protocol as wire;
use room_core::model::{
    AddTrack, BackupCodecPolicy, Encryption, LayerMode, SimulcastCodec, TrackInfo, TrackInfoCodec,
    VideoLayer,
};

#[expect(deprecated, reason = "clients still write and read the old fields")]
pub(crate) fn add_track_from_wire(request: wire::AddTrackRequest) -> Result<AddTrack, OutOfBounds> {
    let kind = Kind::from_wire(request.r#type).ok_or(OutOfBounds {
        what: "track type",
        limit: 1,
    })?;
    Ok(AddTrack {
        cid: text("track cid", request.cid, ID_BYTES)?,
        name: text("track name", request.name, NAME_BYTES)?,
        kind,
        width: request.width,
        height: request.height,
        muted: request.muted,
        source: Source::from_wire(request.source).unwrap_or_default(),
        layers: layers_from_wire(request.layers)?,
        simulcast_codecs: list("simulcast codecs", request.simulcast_codecs, CODECS)?
            .into_iter()
            .map(simulcast_codec_from_wire)
            .collect::<Result<_, _>>()?,
        sid: match request.sid {
            sid if sid.is_empty() => None,
            sid => Some(track_sid(sid)?),
        },
        stereo: request.stereo,
        disable_dtx: request.disable_dtx,
        disable_red: request.disable_red,
        encryption: Encryption::from_wire(request.encryption).unwrap_or(Encryption::Custom),
        stream: text("stream", request.stream, NAME_BYTES)?,
        backup_codec_policy: BackupCodecPolicy::from_wire(request.backup_codec_policy)
            .unwrap_or_default(),
        audio_features: list_from_wire("audio features", request.audio_features)?,
        packet_trailer_features: list_from_wire(
            "packet trailer features",
            request.packet_trailer_features,
        )?,
    })
}

#[expect(deprecated, reason = "clients still write and read the old fields")]
pub(crate) fn add_track_to_wire(track: &AddTrack) -> wire::AddTrackRequest {
    wire::AddTrackRequest {
        cid: track.cid.clone(),
        name: track.name.clone(),
        r#type: track.kind.to_wire(),
        width: track.width,
        height: track.height,
        muted: track.muted,
        disable_dtx: track.disable_dtx,
        source: track.source.to_wire(),
        layers: layers_to_wire(&track.layers),
        simulcast_codecs: track
            .simulcast_codecs
            .iter()
            .map(|codec| wire::SimulcastCodec {
                codec: codec.codec.clone(),
                cid: codec.cid.clone(),
                layers: layers_to_wire(&codec.layers),
                video_layer_mode: codec.layer_mode.to_wire(),
            })
            .collect(),
        sid: track
            .sid
            .as_ref()
            .map(|sid| sid.as_str().to_owned())
            .unwrap_or_default(),
        stereo: track.stereo,
        disable_red: track.disable_red,
        encryption: track.encryption.to_wire(),
        stream: track.stream.clone(),
        backup_codec_policy: track.backup_codec_policy.to_wire(),
        audio_features: list_to_wire(&track.audio_features),
        packet_trailer_features: list_to_wire(&track.packet_trailer_features),
    }
}

#[expect(deprecated, reason = "older clients read only the old fields")]
pub(crate) fn track_info_to_wire(track: &TrackInfo) -> wire::TrackInfo {
    wire::TrackInfo {
        sid: track.sid.as_str().to_owned(),
        r#type: track.kind.to_wire(),
        name: track.name.clone(),
        muted: track.muted,
        width: track.width,
        height: track.height,
        simulcast: track.simulcast,
        disable_dtx: track.disable_dtx,
        source: track.source.to_wire(),
        layers: layers_to_wire(&track.layers),
        mime_type: track.mime_type.clone(),
        mid: track.mid.clone(),
        codecs: track.codecs.iter().map(codec_to_wire).collect(),
        stereo: track.stereo,
        disable_red: track.disable_red,
        encryption: track.encryption.to_wire(),
        stream: track.stream.clone(),
        // The participant's version orders updates; a track has none of its own here.
        version: None,
        audio_features: list_to_wire(&track.audio_features),
        backup_codec_policy: track.backup_codec_policy.to_wire(),
        packet_trailer_features: list_to_wire(&track.packet_trailer_features),
    }
}

fn codec_to_wire(codec: &TrackInfoCodec) -> wire::SimulcastCodecInfo {
    wire::SimulcastCodecInfo {
        mime_type: codec.mime_type.clone(),
        mid: codec.mid.clone(),
        cid: codec.cid.clone(),
        layers: layers_to_wire(&codec.layers),
        video_layer_mode: codec.layer_mode.to_wire(),
        sdp_cid: String::new(),
    }
}

fn simulcast_codec_from_wire(codec: wire::SimulcastCodec) -> Result<SimulcastCodec, OutOfBounds> {
    Ok(SimulcastCodec {
        codec: text("codec name", codec.codec, ID_BYTES)?,
        cid: text("codec cid", codec.cid, ID_BYTES)?,
        layers: layers_from_wire(codec.layers)?,
        layer_mode: LayerMode::from_wire(codec.video_layer_mode).unwrap_or_default(),
    })
}

pub(crate) fn layers_from_wire(
    layers: Vec<wire::VideoLayer>,
) -> Result<Vec<VideoLayer>, OutOfBounds> {
    list("video layers", layers, LAYERS)?
        .into_iter()
        .map(|layer| {
            Ok(VideoLayer {
                quality: Quality::from_wire(layer.quality),
                width: layer.width,
                height: layer.height,
                bitrate_bps: layer.bitrate,
                ssrc: layer.ssrc,
                repair_ssrc: layer.repair_ssrc,
                spatial_layer: layer.spatial_layer,
                rid: text("layer rid", layer.rid, FEATURES)?,
            })
        })
        .collect()
}

fn layers_to_wire(layers: &[VideoLayer]) -> Vec<wire::VideoLayer> {
    layers
        .iter()
        .map(|layer| wire::VideoLayer {
            quality: layer
                .quality
                .map_or(wire::VideoQuality::Off as i32, Numbered::to_wire),
            width: layer.width,
            height: layer.height,
            bitrate: layer.bitrate_bps,
            ssrc: layer.ssrc,
            spatial_layer: layer.spatial_layer,
            rid: layer.rid.clone(),
            repair_ssrc: layer.repair_ssrc,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use room_core::model::AudioFeature;

    #[test]
    fn an_announced_track_survives_the_way_there_and_back() {
        let layer = VideoLayer {
            quality: Some(Quality::Medium),
            width: 640,
            height: 360,
            bitrate_bps: 450_000,
            ssrc: 7,
            repair_ssrc: 8,
            spatial_layer: 1,
            rid: "h".into(),
        };
        let track = AddTrack {
            cid: "cid".into(),
            name: "camera".into(),
            kind: Kind::Video,
            width: 1280,
            height: 720,
            muted: true,
            source: Source::ScreenShare,
            layers: vec![layer.clone()],
            simulcast_codecs: vec![SimulcastCodec {
                codec: "vp9".into(),
                cid: "cid".into(),
                layers: vec![VideoLayer {
                    quality: None,
                    ..layer
                }],
                layer_mode: LayerMode::MultipleSpatialLayersPerStream,
            }],
            sid: Some("TR_VC1".into()),
            stereo: true,
            disable_dtx: true,
            disable_red: true,
            encryption: Encryption::Gcm,
            stream: "screen".into(),
            backup_codec_policy: BackupCodecPolicy::Regression,
            audio_features: vec![AudioFeature::NoDtx],
            packet_trailer_features: vec![room_core::model::PacketTrailerFeature::FrameId],
        };
        assert_eq!(add_track_from_wire(add_track_to_wire(&track)), Ok(track));
    }

    #[test]
    fn a_data_track_is_not_announced_as_media() {
        let request = wire::AddTrackRequest {
            r#type: wire::TrackType::Data as i32,
            ..wire::AddTrackRequest::default()
        };
        assert!(add_track_from_wire(request).is_err());
    }

    #[test]
    fn an_encryption_of_a_newer_version_is_not_taken_for_plain() {
        let request = wire::AddTrackRequest {
            encryption: 77,
            ..wire::AddTrackRequest::default()
        };
        assert_eq!(
            add_track_from_wire(request).unwrap().encryption,
            Encryption::Custom
        );
    }

    #[test]
    fn a_thousand_layers_are_refused() {
        let request = wire::AddTrackRequest {
            layers: vec![wire::VideoLayer::default(); 1_000],
            ..wire::AddTrackRequest::default()
        };
        assert_eq!(
            add_track_from_wire(request),
            Err(OutOfBounds {
                what: "video layers",
                limit: LAYERS
            })
        );
    }
}
