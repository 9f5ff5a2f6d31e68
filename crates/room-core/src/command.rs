//! What a client asks for over its signalling connection.

use crate::model::{
    AddTrack, AudioFeature, DataTrackOptions, DataTrackSid, DisconnectReason, Encoding, Encryption,
    LeaveAction, SchemaId, VideoLayer,
};
use base::media::{PcTarget, Quality};
use base::{Identity, ParticipantSid, TrackSid};
use std::collections::BTreeMap;

/// A client's request, checked in form but not yet in right.
#[derive(Clone, Debug, PartialEq)]
pub enum ClientCommand {
    Offer {
        id: u32,
        sdp: String,
    },
    Answer {
        id: u32,
        sdp: String,
    },
    /// `candidate` is the bare line (`candidate:…`); empty at the end of candidates.
    Trickle {
        target: PcTarget,
        candidate: String,
    },
    AddTrack(AddTrack),
    Mute {
        track: TrackSid,
        muted: bool,
    },
    Subscription(SubscriptionUpdate),
    TrackSettings(TrackSettings),
    UpdateLayers {
        track: TrackSid,
        layers: Vec<VideoLayer>,
    },
    SubscriptionPermission(SubscriptionPermission),
    SyncState(SyncState),
    Simulate(Scenario),
    UpdateMetadata(UpdateMetadata),
    UpdateAudioTrack(UpdateAudioTrack),
    UpdateVideoTrack(UpdateVideoTrack),
    Leave {
        reason: DisconnectReason,
        action: LeaveAction,
    },
    PublishDataTrack(PublishDataTrack),
    UnpublishDataTrack {
        pub_handle: u32,
    },
    UpdateDataSubscription(Vec<DataSubscriptionUpdate>),
}

/// Selective subscription: both lists (`track_sids` and the per-participant ones) in one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubscriptionUpdate {
    pub tracks: Vec<TrackSid>,
    pub subscribe: bool,
}

/// What a receiver wants of some of his tracks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrackSettings {
    pub tracks: Vec<TrackSid>,
    pub disabled: bool,
    /// `None`: off or unsaid; width and height say more.
    pub quality: Option<Quality>,
    /// Zero: unsaid.
    pub width: u32,
    pub height: u32,
    pub fps: u32,
    /// As on the wire: 1 is the highest, 0 is unset.
    pub priority: u32,
}

/// Who may subscribe to the tracks of the participant who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionPermission {
    pub all_participants: bool,
    pub tracks: Vec<TrackPermission>,
}

/// What one other participant may subscribe to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrackPermission {
    /// By sid or by identity; the sid counts if both are given.
    pub participant: Option<ParticipantSid>,
    pub identity: Option<Identity>,
    pub all_tracks: bool,
    pub tracks: Vec<TrackSid>,
}

/// What a resuming client believes to be true.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncState {
    /// The tracks that differ from the rule: with `subscribe` false, those he does not want.
    pub subscription: SubscriptionUpdate,
    /// Tracks that he still publishes: (cid, sid).
    pub published: Vec<(String, TrackSid)>,
    pub disabled_tracks: Vec<TrackSid>,
    /// Per publisher, the sequence of the last reliable message that came.
    pub received: Vec<(ParticipantSid, u32)>,
    pub published_data_tracks: Vec<(u32, DataTrackSid)>,
    pub data_subscription: Vec<DataSubscriptionUpdate>,
}

/// A fault that a client asks for, to test itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// Pretend that somebody speaks, for so many seconds.
    SpeakerUpdate {
        seconds: u32,
    },
    NodeFailure,
    Migration,
    ServerLeave,
    SwitchCandidateProtocol(CandidateProtocol),
    /// Zero lifts the limit.
    SubscriberBandwidth {
        bps: u64,
    },
    DisconnectSignalOnResume,
    DisconnectSignalOnResumeNoMessages,
    LeaveRequestFullReconnect,
    /// Nothing that this version knows.
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CandidateProtocol {
    Udp,
    Tcp,
    Tls,
}

/// A participant changes what others see of him.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdateMetadata {
    pub request_id: u32,
    /// Empty: unchanged, as the protocol has it.
    pub metadata: String,
    /// Empty: unchanged.
    pub name: String,
    /// Only those named change; an empty value deletes.
    pub attributes: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateAudioTrack {
    pub track: TrackSid,
    pub features: Vec<AudioFeature>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateVideoTrack {
    pub track: TrackSid,
    pub width: u32,
    pub height: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishDataTrack {
    /// As the client wrote it: whether it fits 16 bits is for the room to answer.
    pub pub_handle: u32,
    pub name: String,
    pub encryption: Encryption,
    pub frame_encoding: Option<Encoding>,
    pub schema: Option<SchemaId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataSubscriptionUpdate {
    pub track: DataTrackSid,
    pub subscribe: bool,
    pub options: DataTrackOptions,
}
