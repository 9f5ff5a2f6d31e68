//! What the room tells a client over its signalling connection.

use crate::claim::Claim;
use crate::command::{PublishDataTrack, UpdateAudioTrack, UpdateMetadata, UpdateVideoTrack};
use crate::model::{
    AddTrack, DataTrackInfo, DisconnectReason, KindDetail, LeaveAction, ParticipantInfo,
    ParticipantKind, Permission, RequestReason, RoomInfo, SubscriberHandle, SubscriptionError,
    TrackInfo,
};
use base::media::{Codec, PcTarget, Quality};
use base::{Identity, ParticipantSid, RoomName, TrackSid};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One message to one client.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerMessage {
    /// The first message of a new stay.
    Joined(Box<Joined>),
    /// The first message of a resumed stay.
    Reconnected(Reconnected),
    /// `mids`: which media section carries which subscribed track.
    Answer {
        id: u32,
        sdp: String,
        mids: Vec<(String, TrackSid)>,
    },
    Offer {
        id: u32,
        sdp: String,
        mids: Vec<(String, TrackSid)>,
    },
    Trickle {
        target: PcTarget,
        candidate: String,
    },
    /// Shared: one value goes to everybody in the room, so that it can also be encoded once.
    Participants(Arc<[ParticipantInfo]>),
    TrackPublished {
        cid: String,
        track: Box<TrackInfo>,
    },
    TrackUnpublished {
        track: TrackSid,
    },
    Mute {
        track: TrackSid,
        muted: bool,
    },
    Speakers(Arc<[Speaker]>),
    RoomUpdate(Arc<RoomInfo>),
    ConnectionQuality(Arc<[QualityInfo]>),
    StreamStates(Vec<StreamState>),
    SubscribedQuality {
        track: TrackSid,
        codecs: Vec<SubscribedCodec>,
    },
    SubscribedAudioCodec {
        track: TrackSid,
        codecs: Vec<(Codec, bool)>,
    },
    SubscriptionPermissionUpdate {
        publisher: ParticipantSid,
        track: TrackSid,
        allowed: bool,
    },
    SubscriptionResponse {
        track: TrackSid,
        error: SubscriptionError,
    },
    /// To the publisher: somebody receives the track.
    TrackSubscribed {
        track: TrackSid,
    },
    RequestResponse(Box<RequestResponse>),
    /// The connection ends after this message.
    Leave {
        action: LeaveAction,
        reason: DisconnectReason,
    },
    /// Single mode: offer again with so many more receiving sections.
    SectionsNeeded {
        audios: u32,
        videos: u32,
    },
    RoomMoved(Box<RoomMoved>),
    /// The client's token runs out one day: mint another with these grants.
    RefreshToken(Box<TokenGrants>),
    DataTrackPublished(DataTrackInfo),
    DataTrackUnpublished(DataTrackInfo),
    /// The whole map, not a difference.
    DataTrackHandles(Vec<SubscriberHandle>),
}

/// What a newcomer is told. Addresses of servers, timers and versions are added by the signalling
/// layer, which owns them.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    pub room: RoomInfo,
    pub participant: ParticipantInfo,
    pub others: Vec<ParticipantInfo>,
    /// Dual: the server offers the subscribing peer connection at once.
    pub subscriber_primary: bool,
    /// The client may set up publishing before it has something to publish.
    pub fast_publish: bool,
    /// What may be published, as MIME types and fmtp.
    pub publish_codecs: Vec<Codec>,
    /// Ends each frame that the server itself puts into an end-to-end encrypted track.
    pub sif_trailer: Bytes,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconnected {
    /// The sequence of the last reliable message that came from him.
    pub last_message_seq: u32,
}

/// How loud somebody is; `level` 0.0 to 1.0.
#[derive(Clone, Debug, PartialEq)]
pub struct Speaker {
    pub participant: ParticipantSid,
    pub level: f32,
    pub active: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConnectionQuality {
    Poor,
    Good,
    Excellent,
    Lost,
}

#[derive(Clone, Debug, PartialEq)]
pub struct QualityInfo {
    pub participant: ParticipantSid,
    pub quality: ConnectionQuality,
    /// 1.0 to 5.0.
    pub score: f32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamState {
    pub publisher: ParticipantSid,
    pub track: TrackSid,
    pub paused: bool,
}

/// Dynacast: qualities above `max` need not be sent; `None`: the codec is not wanted at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubscribedCodec {
    pub codec: Codec,
    pub max: Option<Quality>,
}

/// The answer to a request with an id (0 where the request has none).
#[derive(Clone, Debug, PartialEq)]
pub struct RequestResponse {
    pub request_id: u32,
    pub reason: RequestReason,
    /// For the client's developer.
    pub message: String,
    pub request: Request,
}

/// The request that is answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    AddTrack(AddTrack),
    Mute { track: TrackSid, muted: bool },
    UpdateMetadata(UpdateMetadata),
    UpdateAudioTrack(UpdateAudioTrack),
    UpdateVideoTrack(UpdateVideoTrack),
    PublishDataTrack(PublishDataTrack),
    UnpublishDataTrack { pub_handle: u32 },
}

/// He is in another room now; his connections go on. The token for coming back is to be minted
/// from `grants`.
#[derive(Clone, Debug, PartialEq)]
pub struct RoomMoved {
    pub room: RoomInfo,
    pub participant: ParticipantInfo,
    pub others: Vec<ParticipantInfo>,
    pub grants: TokenGrants,
}

/// All that a token says about its bearer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenGrants {
    pub room: RoomName,
    pub identity: Identity,
    pub name: String,
    pub metadata: String,
    pub attributes: BTreeMap<String, String>,
    pub permission: Permission,
    pub kind: ParticipantKind,
    pub kind_details: Vec<KindDetail>,
    pub claim: Claim,
}
