//! From a room to the shard that carries a participant.

use super::{Credit, DataChannelKind, Quality, TrackSpec};
use crate::{ParticipantSid, PeerId, RoomKey, TrackId};
use bytes::Bytes;

/// How the client spreads its media over peer connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PcMode {
    /// One, always offered by the client (`/rtc/v1`).
    Single,
    /// Two: the client offers the publishing one, the server the subscribing one (`/rtc`).
    Dual,
}

/// A participant's media session begins.
#[derive(Clone, Debug)]
pub struct Open {
    pub peer: PeerId,
    pub room: RoomKey,
    pub participant: ParticipantSid,
    pub mode: PcMode,
    /// Dual: whether to offer the subscribing peer connection at once.
    pub subscriber_primary: bool,
    /// Whether tracks may be paused for lack of bandwidth (audio never is).
    pub allow_pause: bool,
    /// Client and server both speak protocol 18: data channels are negotiated, ids 100 to 102.
    pub negotiated_channels: bool,
    /// The client said that it cannot do ICE-lite; trickled candidates then matter.
    pub disable_ice_lite: bool,
}

/// One participant begins to receive one track.
#[derive(Clone, Debug)]
pub struct Subscribe {
    pub peer: PeerId,
    pub track: TrackId,
    pub settings: SubscriptionSettings,
}

/// What a receiver wants of a track. The allocator gives at most this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubscriptionSettings {
    /// False: not shown anywhere just now.
    pub enabled: bool,
    /// The largest picture that makes sense on the receiver's screen.
    pub max_quality: Quality,
    /// Shown size in pixels, where the receiver said it: chooses the quality by the layers' sizes.
    pub dimensions: Option<(u32, u32)>,
    pub max_fps: Option<u32>,
    /// 0 is ordinary, larger is earlier: pinned and speaking ones.
    pub priority: u32,
}

impl Default for SubscriptionSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            max_quality: Quality::High,
            dimensions: None,
            max_fps: None,
            priority: 0,
        }
    }
}

/// What a room asks of the media plane. Commands about peers or tracks that are gone are ignored:
/// the two planes run side by side, and a late command is normal.
#[derive(Clone, Debug)]
pub enum Command {
    Open(Open),
    /// The participant goes on in another room: what concerns him is told there from now on. His
    /// connections and his tracks stay.
    Move {
        peer: PeerId,
        room: RoomKey,
    },
    /// The participant has left: everything of his ends, without further events about it.
    Close {
        peer: PeerId,
    },
    /// An offer of the client's, for its only or its publishing peer connection. Answered by
    /// [`super::Event::Answer`] with the same id, or [`super::Event::SdpRefused`].
    Offer {
        peer: PeerId,
        id: u32,
        sdp: String,
    },
    /// Dual: the client's answer to [`super::Event::Offer`].
    Answer {
        peer: PeerId,
        id: u32,
        sdp: String,
    },
    /// A candidate line (`candidate:…`) of the client.
    Trickle {
        peer: PeerId,
        target: super::PcTarget,
        candidate: String,
    },
    /// Dual: offer the subscribing peer connection anew with fresh ICE credentials (on resume).
    RestartIce {
        peer: PeerId,
    },
    /// `add_track`: the track's media is matched by cid when the offer comes. Said again with the
    /// same id when the track gains a codec.
    Publish(TrackSpec),
    Unpublish {
        peer: PeerId,
        track: TrackId,
    },
    /// A muted track forwards nothing, and nobody asks its publisher for key frames.
    Mute {
        peer: PeerId,
        track: TrackId,
        muted: bool,
    },
    Subscribe(Subscribe),
    Unsubscribe {
        peer: PeerId,
        track: TrackId,
    },
    Configure {
        peer: PeerId,
        track: TrackId,
        settings: SubscriptionSettings,
    },
    /// Sends one data message to each of `peers`.
    SendData {
        peers: Vec<PeerId>,
        channel: DataChannelKind,
        bytes: Bytes,
        credit: Credit,
    },
}
