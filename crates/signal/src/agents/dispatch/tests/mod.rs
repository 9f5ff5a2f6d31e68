//! Stories of workers and their jobs, in simulated time.

mod death;
mod dispatching;
mod storm;
mod world;

use base::TrackSid;
use base::media::{Kind, Source};
use room_core::model::{BackupCodecPolicy, Encryption, TrackInfo};

/// A microphone.
fn track() -> TrackInfo {
    TrackInfo {
        sid: TrackSid::from("TR_AM1"),
        kind: Kind::Audio,
        name: String::new(),
        muted: false,
        width: 0,
        height: 0,
        simulcast: false,
        disable_dtx: false,
        source: Source::Microphone,
        layers: Vec::new(),
        mime_type: "audio/opus".into(),
        mid: "0".into(),
        codecs: Vec::new(),
        stereo: false,
        disable_red: false,
        encryption: Encryption::None,
        stream: String::new(),
        audio_features: Vec::new(),
        backup_codec_policy: BackupCodecPolicy::PreferRegression,
        packet_trailer_features: Vec::new(),
    }
}
