//! Tracks as their publisher announces them and as others see them.

use base::TrackSid;
use base::media::{Quality, Source};

pub use base::media::Kind as TrackKind;

/// How the payload is encrypted end to end. The room cannot read it either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Encryption {
    #[default]
    None,
    Gcm,
    Custom,
}

/// Properties of an audio track that its publisher may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AudioFeature {
    Stereo,
    NoDtx,
    AutoGainControl,
    EchoCancellation,
    NoiseSuppression,
    EnhancedNoiseCancellation,
    PreconnectBuffer,
}

/// What a publisher appends to each frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PacketTrailerFeature {
    UserTimestamp,
    FrameId,
    UserData,
}

/// When a backup codec is sent beside, or instead of, the primary one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum BackupCodecPolicy {
    #[default]
    PreferRegression,
    Simulcast,
    Regression,
}

/// How spatial layers lie in RTP streams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LayerMode {
    #[default]
    Unused,
    /// Simulcast.
    OneSpatialLayerPerStream,
    /// SVC.
    MultipleSpatialLayersPerStream,
    /// Simulcast whose sender reports are not to be trusted for synchronisation.
    OneSpatialLayerPerStreamIncompleteRtcpSr,
}

/// One spatial layer as clients speak of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VideoLayer {
    /// `None`: off.
    pub quality: Option<Quality>,
    pub width: u32,
    pub height: u32,
    pub bitrate_bps: u32,
    pub ssrc: u32,
    pub repair_ssrc: u32,
    pub spatial_layer: i32,
    pub rid: String,
}

/// One codec in which a track will be published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SimulcastCodec {
    /// A MIME type or bare codec name, as the client writes it.
    pub codec: String,
    pub cid: String,
    pub layers: Vec<VideoLayer>,
    pub layer_mode: LayerMode,
}

/// A track is announced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddTrack {
    /// The client's id for the media stream track: what its SDP will call it.
    pub cid: String,
    pub name: String,
    pub kind: TrackKind,
    pub width: u32,
    pub height: u32,
    pub muted: bool,
    pub source: Source,
    pub layers: Vec<VideoLayer>,
    pub simulcast_codecs: Vec<SimulcastCodec>,
    /// Set to publish a further codec of an existing track.
    pub sid: Option<TrackSid>,
    pub stereo: bool,
    pub disable_dtx: bool,
    pub disable_red: bool,
    pub encryption: Encryption,
    pub stream: String,
    pub backup_codec_policy: BackupCodecPolicy,
    pub audio_features: Vec<AudioFeature>,
    pub packet_trailer_features: Vec<PacketTrailerFeature>,
}

/// One codec of a published track.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrackInfoCodec {
    pub mime_type: String,
    pub mid: String,
    pub cid: String,
    pub layers: Vec<VideoLayer>,
    pub layer_mode: LayerMode,
}

/// What others are told about a published track.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackInfo {
    pub sid: TrackSid,
    pub kind: TrackKind,
    pub name: String,
    pub muted: bool,
    pub width: u32,
    pub height: u32,
    pub simulcast: bool,
    pub disable_dtx: bool,
    pub source: Source,
    pub layers: Vec<VideoLayer>,
    pub mime_type: String,
    pub mid: String,
    pub codecs: Vec<TrackInfoCodec>,
    pub stereo: bool,
    pub disable_red: bool,
    pub encryption: Encryption,
    /// Tracks of one stream are played in step.
    pub stream: String,
    pub audio_features: Vec<AudioFeature>,
    pub backup_codec_policy: BackupCodecPolicy,
    pub packet_trailer_features: Vec<PacketTrailerFeature>,
}
