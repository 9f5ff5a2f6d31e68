//! Tracks: what a participant publishes.

use crate::{Bitrate, ParticipantSid, PeerId, TrackId, TrackSid};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    Audio,
    Video,
}

impl Kind {
    pub const fn letter(self) -> char {
        match self {
            Self::Audio => 'A',
            Self::Video => 'V',
        }
    }
}

#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Source {
    #[default]
    Unknown,
    Camera,
    Microphone,
    ScreenShare,
    ScreenShareAudio,
}

impl Source {
    pub const fn letter(self) -> char {
        match self {
            Self::Unknown => 'U',
            Self::Camera => 'C',
            Self::Microphone => 'M',
            Self::ScreenShare => 'S',
            Self::ScreenShareAudio => 's',
        }
    }
}

/// A codec that a track can be published in. The server forwards; it never transcodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Codec {
    Opus,
    /// Opus with redundancy (RFC 2198).
    Red,
    Vp8,
    Vp9,
    H264,
    H265,
    Av1,
}

impl Codec {
    pub const fn kind(self) -> Kind {
        match self {
            Self::Opus | Self::Red => Kind::Audio,
            Self::Vp8 | Self::Vp9 | Self::H264 | Self::H265 | Self::Av1 => Kind::Video,
        }
    }

    /// The MIME type, as in SDP and in track information.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Opus => "audio/opus",
            Self::Red => "audio/red",
            Self::Vp8 => "video/VP8",
            Self::Vp9 => "video/VP9",
            Self::H264 => "video/H264",
            Self::H265 => "video/H265",
            Self::Av1 => "video/AV1",
        }
    }

    /// Reads a MIME type or a bare codec name, in any case.
    pub fn from_mime(mime: &str) -> Option<Self> {
        let name = mime.rsplit('/').next()?.to_ascii_lowercase();
        Some(match name.as_str() {
            "opus" => Self::Opus,
            "red" => Self::Red,
            "vp8" => Self::Vp8,
            "vp9" => Self::Vp9,
            "h264" => Self::H264,
            "h265" | "hevc" => Self::H265,
            "av1" => Self::Av1,
            _ => return None,
        })
    }
}

/// Which picture of a layered track: the spatial layers by size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Quality {
    Low,
    Medium,
    High,
}

impl Quality {
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    pub const fn index(self) -> usize {
        self as usize
    }
}

/// One spatial layer as its publisher announced it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerSpec {
    pub quality: Quality,
    pub width: u32,
    pub height: u32,
    /// The encoder's target; zero if unknown.
    pub bitrate: Bitrate,
    /// The simulcast rid, where the publisher announced one; clients use `q`, `h`, `f`.
    pub rid: Option<String>,
}

/// One encoding of a track in one codec: most tracks have one, some have a backup codec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackCodec {
    /// What the publisher said he would send; the SDP decides.
    pub codec: Option<Codec>,
    /// The client's id for the media stream track: the second word of `a=msid` in its offer.
    pub cid: String,
    /// Smallest first.
    pub layers: Vec<LayerSpec>,
}

/// A track that a participant has announced (`add_track`), before any packet of it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackSpec {
    pub id: TrackId,
    pub sid: TrackSid,
    pub publisher: PeerId,
    pub participant: ParticipantSid,
    pub kind: Kind,
    pub source: Source,
    /// First the primary codec, then backups.
    pub codecs: Vec<TrackCodec>,
    /// Opus: two channels, and the bitrate that goes with music.
    pub stereo: bool,
    /// Opus: silence may be left out.
    pub dtx: bool,
    /// Opus: redundancy may be used.
    pub red: bool,
    pub muted: bool,
    /// The payload is encrypted end to end: nothing in it may be parsed or changed.
    pub encrypted: bool,
}

/// The three data channels of a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DataChannelKind {
    /// `_reliable`: ordered, no loss.
    Reliable,
    /// `_lossy`: unordered, no retransmission.
    Lossy,
    /// `_data_track`: frames of data tracks, unordered, no retransmission.
    DataTrack,
}

impl DataChannelKind {
    pub const ALL: [Self; 3] = [Self::Reliable, Self::Lossy, Self::DataTrack];

    pub const fn label(self) -> &'static str {
        match self {
            Self::Reliable => "_reliable",
            Self::Lossy => "_lossy",
            Self::DataTrack => "_data_track",
        }
    }
}
