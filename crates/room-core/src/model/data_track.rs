//! Data tracks: named streams of small frames, subscribed to like media.

use super::Encryption;
use base::rng::Rng;
use std::fmt;
use std::sync::Arc;

/// `DTR_…`: one published data track.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DataTrackSid(Arc<str>);

impl DataTrackSid {
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    pub fn random(rng: &mut Rng) -> Self {
        Self::new(rng.id("DTR_", 12))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DataTrackSid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of an encoding: one of the protocol's numbered ones, or the publisher's own word.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    WellKnown(i32),
    Custom(String),
}

/// Which schema the frames of a data track follow. The room passes it on unread.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SchemaId {
    pub name: String,
    pub encoding: Option<Encoding>,
}

/// A published data track.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataTrackInfo {
    /// The publisher's own 16-bit name for it, in the frames that he sends.
    pub pub_handle: u16,
    pub sid: DataTrackSid,
    /// Unique among the publisher's data tracks.
    pub name: String,
    pub encryption: Encryption,
    pub frame_encoding: Option<Encoding>,
    pub schema: Option<SchemaId>,
}

/// What a subscriber wants of a data track.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DataTrackOptions {
    pub target_fps: Option<u32>,
}

/// What the frames with a handle are, for one subscriber.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriberHandle {
    pub handle: u16,
    pub publisher_identity: base::Identity,
    pub publisher: base::ParticipantSid,
    pub track: DataTrackSid,
}
