//! What shards say to each other. Values only: nothing in an envelope is shared, so that another
//! shard could as well be another machine.

use crate::packet::MediaPacket;
use crate::track::Shape;
use base::TrackId;
use base::media::{Quality, TrackSpec};
use std::sync::Arc;

/// One message from shard to shard. Control arrives in order and is never lost; media may be
/// dropped by the shell when a shard does not keep up.
#[derive(Clone, Debug)]
pub struct Envelope(pub(crate) Letter);

impl Envelope {
    /// Whether the shell may drop it when the other shard does not keep up.
    pub fn is_media(&self) -> bool {
        matches!(self.0, Letter::Media(_))
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Letter {
    /// A track is published on the sending shard, and its encodings look like this so far.
    Announce {
        spec: TrackSpec,
        muted: bool,
        shapes: Vec<Shape>,
    },
    Mute {
        track: TrackId,
        muted: bool,
    },
    /// The track is no longer published.
    End {
        track: TrackId,
    },
    /// The sending shard has these subscribers' wishes of an encoding; `None`: none left.
    Want {
        track: TrackId,
        encoding: u8,
        quality: Option<Quality>,
    },
    KeyFrame {
        track: TrackId,
        encoding: u8,
        stream: u8,
    },
    Media(Media),
}

/// One packet of an encoding's simulcast stream.
#[derive(Clone, Debug)]
pub(crate) struct Media {
    pub(crate) track: TrackId,
    pub(crate) encoding: u8,
    pub(crate) stream: u8,
    pub(crate) ssrc: u32,
    pub(crate) packet: MediaPacket,
}

impl Media {
    /// For another shard: its own copy of the bytes, so that cores do not pass one reference
    /// count back and forth for every subscriber.
    pub(crate) fn copied(&self) -> Self {
        let mut copy = self.clone();
        copy.packet.payload = Arc::from(&self.packet.payload[..]);
        let descriptor = self.packet.extensions.dependency.as_deref();
        copy.packet.extensions.dependency = descriptor.map(Arc::from);
        copy
    }
}
