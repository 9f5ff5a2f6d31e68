//! From the shard that carries a participant to his room.

use super::{Codec, Credit, DataChannelKind, Quality};
use crate::{Bitrate, PeerId, RoomKey, TrackId, TrackSid};
use bytes::Bytes;
use std::time::Duration;

/// Which of a participant's peer connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PcTarget {
    /// The publishing one; in single mode, the only one.
    Publisher,
    Subscriber,
}

/// A track's first packets have come and it can be subscribed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackLive {
    pub peer: PeerId,
    pub track: TrackId,
    pub codec: Codec,
    /// The media section in the publisher's SDP.
    pub mid: String,
}

/// How well a participant's link is doing, for the sign on his tile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PeerQuality {
    pub peer: PeerId,
    /// 1.0 (unusable) to 5.0 (excellent), see `docs/connection-quality.md`.
    pub score: f32,
    /// No packet of his has come for a while.
    pub lost: bool,
}

impl PeerQuality {
    /// From here most people are satisfied (ITU-T G.109: R = 80).
    pub const EXCELLENT_FROM: f32 = 4.0;
    /// Below this nearly all people are dissatisfied (ITU-T G.109: R = 60).
    pub const GOOD_FROM: f32 = 3.1;
}

/// What was measured of a participant's transport since the last report.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stats {
    pub round_trip: Option<Duration>,
    /// Share of packets that did not come, 0.0 to 1.0: from him, and to him.
    pub loss_up: f32,
    pub loss_down: f32,
    pub jitter: Option<Duration>,
    pub bitrate_up: Bitrate,
    pub bitrate_down: Bitrate,
    /// What the estimator believes can be sent to him.
    pub estimate_down: Option<Bitrate>,
}

/// How loud the people of a room are; only those above the threshold of speech.
#[derive(Clone, Debug, PartialEq)]
pub struct Levels {
    pub room: RoomKey,
    /// Linear loudness, 0.0 to 1.0, smoothed over the last half second.
    pub loudness: Vec<(PeerId, f32)>,
}

/// What the media plane tells a room.
#[derive(Clone, Debug)]
pub enum Event {
    /// The answer to the client's offer `id`. `mids` tells which media section carries which
    /// subscribed track (`mid_to_track_id`).
    Answer {
        peer: PeerId,
        id: u32,
        sdp: String,
        mids: Vec<(String, TrackSid)>,
    },
    /// Dual: the subscribing peer connection needs the client's answer.
    Offer {
        peer: PeerId,
        id: u32,
        sdp: String,
        mids: Vec<(String, TrackSid)>,
    },
    /// The client's SDP was not acceptable; `why` may be shown to its developer.
    SdpRefused {
        peer: PeerId,
        why: String,
    },
    /// Single: the client should offer again, with so many more receiving sections (0, 0: just
    /// offer again).
    SectionsNeeded {
        peer: PeerId,
        audios: u32,
        videos: u32,
    },
    /// ICE and DTLS are up.
    Connected {
        peer: PeerId,
        target: PcTarget,
    },
    /// No packet has come for the ICE timeout; may come back.
    Disconnected {
        peer: PeerId,
        target: PcTarget,
    },
    /// The peer connection is dead and the client has to join anew.
    Failed {
        peer: PeerId,
        target: PcTarget,
        why: String,
    },
    TrackLive(TrackLive),
    /// The publisher's SDP no longer sends the track.
    TrackEnded {
        peer: PeerId,
        track: TrackId,
    },
    /// The first packet of a track has been sent to a subscriber.
    FirstForwarded {
        subscriber: PeerId,
        track: TrackId,
        after: Duration,
    },
    /// A subscription cannot be had: no codec in common.
    SubscriptionFailed {
        peer: PeerId,
        track: TrackId,
    },
    /// A data message of a participant. Whoever passes it on clones the credit.
    Data {
        peer: PeerId,
        channel: DataChannelKind,
        bytes: Bytes,
        credit: Credit,
    },
    /// He does not read his reliable data; it has piled up for too long.
    SlowReader {
        peer: PeerId,
    },
    Levels(Levels),
    /// Tracks that were paused for lack of bandwidth (true) or resumed (false).
    StreamStates {
        peer: PeerId,
        paused: Vec<(TrackId, bool)>,
    },
    /// Dynacast: the highest quality that anybody wants of a track in each of its codecs;
    /// `None` nobody. Lowered only after a delay, raised at once.
    Wanted {
        peer: PeerId,
        track: TrackId,
        codecs: Vec<(Codec, Option<Quality>)>,
    },
    Quality(PeerQuality),
    Stats {
        peer: PeerId,
        stats: Stats,
    },
}

impl Event {
    /// Whom it is about; `None` if about the room as a whole.
    pub fn peer(&self) -> Option<PeerId> {
        match self {
            Self::Levels(_) => None,
            Self::Quality(quality) => Some(quality.peer),
            Self::TrackLive(live) => Some(live.peer),
            Self::FirstForwarded { subscriber, .. } => Some(*subscriber),
            Self::Answer { peer, .. }
            | Self::Offer { peer, .. }
            | Self::SdpRefused { peer, .. }
            | Self::SectionsNeeded { peer, .. }
            | Self::Connected { peer, .. }
            | Self::Disconnected { peer, .. }
            | Self::Failed { peer, .. }
            | Self::TrackEnded { peer, .. }
            | Self::SubscriptionFailed { peer, .. }
            | Self::Data { peer, .. }
            | Self::SlowReader { peer }
            | Self::StreamStates { peer, .. }
            | Self::Wanted { peer, .. }
            | Self::Stats { peer, .. } => Some(*peer),
        }
    }
}
