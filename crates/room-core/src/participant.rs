//! One participant as the room keeps him.

use crate::claim::Claim;
use crate::data_tracks::DataTracks;
use crate::forwarding::ForwardId;
use crate::model::{
    AddTrack, ClientInfo, ConnectionSettings, DisconnectReason, KindDetail, ParticipantInfo,
    ParticipantKind, ParticipantState, Permission,
};
use crate::output::SessionId;
use crate::subscription::Subscription;
use crate::subscription_permission::Gate;
use crate::track::Track;
use crate::{Join, TokenGrants};
use base::media::{PcMode, PcTarget};
use base::{Identity, ParticipantSid, PeerId, RoomName, TrackId, TrackSid};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Instant;

#[derive(Debug)]
pub(crate) struct Participant {
    pub(crate) peer: PeerId,
    pub(crate) sid: ParticipantSid,
    pub(crate) identity: Identity,
    pub(crate) name: String,
    pub(crate) metadata: String,
    pub(crate) attributes: BTreeMap<String, String>,
    /// What he may do now: what he was granted, as far as his role lets him.
    pub(crate) permission: Permission,
    /// By his token, or by the room service since.
    pub(crate) granted: Permission,
    pub(crate) claim: Claim,
    /// He asked to be told what the room's features do.
    pub(crate) hears_features: bool,
    pub(crate) kind: ParticipantKind,
    pub(crate) kind_details: Vec<KindDetail>,
    pub(crate) client: ClientInfo,
    pub(crate) settings: ConnectionSettings,
    pub(crate) mode: PcMode,
    /// The peer connection whose readiness makes him active.
    pub(crate) primary: PcTarget,
    pub(crate) state: ParticipantState,
    pub(crate) version: u32,
    pub(crate) joined_at_unix_ms: u64,
    /// None while his signalling connection is broken.
    pub(crate) session: Option<SessionId>,
    /// The signalling connection before, or this one.
    pub(crate) last_session: Option<SessionId>,
    /// In order of announcement.
    pub(crate) tracks: Vec<TrackId>,
    /// Announced while a track with the same client id was still there.
    pub(crate) queued_tracks: VecDeque<AddTrack>,
    pub(crate) subscriptions: BTreeMap<TrackId, Subscription>,
    /// What he explicitly asked for, against the rule of his settings.
    pub(crate) wishes: HashMap<TrackSid, bool>,
    pub(crate) gate: Gate,
    pub(crate) data_tracks: DataTracks,
    /// The sequence of the last reliable message that came from him.
    pub(crate) last_message_seq: u32,
    /// The sections that his client was asked for while it was away.
    pub(crate) sections_owed: Option<(u32, u32)>,
    /// The rooms that he is shown in besides this one.
    pub(crate) forwards: Vec<ForwardId>,
    /// He is in another room and only shown here.
    pub(crate) is_guest: bool,
    /// A guest's version in his own room.
    pub(crate) forwarded_version: u32,
    /// Ends his next signalling connection, to test his client: (until, before any message).
    pub(crate) cut_next_resume: Option<(Instant, bool)>,
}

impl Participant {
    pub(crate) fn new(peer: PeerId, sid: ParticipantSid, join: &Join, now: crate::Now) -> Self {
        let subscriber_primary = join.mode == PcMode::Dual && join.permission.can_subscribe;
        Self {
            peer,
            sid,
            identity: join.identity.clone(),
            name: join.name.clone(),
            metadata: join.metadata.clone(),
            attributes: join.attributes.clone(),
            permission: join.permission.clone(),
            granted: join.permission.clone(),
            claim: join.claim.clone(),
            hears_features: false,
            kind: join.kind,
            kind_details: join.kind_details.clone(),
            client: join.client.clone(),
            settings: join.settings,
            mode: join.mode,
            primary: if subscriber_primary {
                PcTarget::Subscriber
            } else {
                PcTarget::Publisher
            },
            state: ParticipantState::Joined,
            version: 0,
            joined_at_unix_ms: now.unix_ms,
            session: None,
            last_session: None,
            tracks: Vec::new(),
            queued_tracks: VecDeque::new(),
            subscriptions: BTreeMap::new(),
            wishes: HashMap::new(),
            gate: Gate::default(),
            data_tracks: DataTracks::default(),
            last_message_seq: 0,
            sections_owed: None,
            forwards: Vec::new(),
            is_guest: false,
            forwarded_version: 0,
            cut_next_resume: None,
        }
    }

    pub(crate) fn subscriber_primary(&self) -> bool {
        self.primary == PcTarget::Subscriber
    }

    pub(crate) fn is_hidden(&self) -> bool {
        self.permission.hidden
    }

    /// Whether a room stays open for him, and he counts.
    pub(crate) fn is_dependent(&self) -> bool {
        self.is_guest
            || self.kind.is_dependent()
            || self.permission.agent
            || self.permission.recorder
    }

    pub(crate) fn is_agent(&self) -> bool {
        self.kind == ParticipantKind::Agent || self.permission.agent
    }

    pub(crate) fn is_recorder(&self) -> bool {
        self.kind == ParticipantKind::Egress || self.permission.recorder
    }

    pub(crate) fn info(&self, tracks: &BTreeMap<TrackId, Track>, region: &str) -> ParticipantInfo {
        let live: Vec<_> = self
            .tracks
            .iter()
            .filter_map(|id| tracks.get(id))
            .filter(|track| track.live)
            .map(|track| track.info.clone())
            .collect();
        ParticipantInfo {
            sid: self.sid.clone(),
            identity: self.identity.clone(),
            state: self.state,
            is_publisher: !live.is_empty() || !self.data_tracks.published.is_empty(),
            tracks: live,
            data_tracks: self.data_tracks.published.clone(),
            metadata: self.metadata.clone(),
            attributes: self.attributes.clone(),
            name: self.name.clone(),
            joined_at_unix_ms: self.joined_at_unix_ms,
            version: self.version,
            permission: self.permission.clone(),
            region: region.to_owned(),
            kind: self.kind,
            kind_details: self.kind_details.clone(),
            disconnect_reason: None,
            client_protocol: self.client.client_protocol,
            capabilities: self.client.capabilities.clone(),
        }
    }

    /// His last information.
    pub(crate) fn farewell(&self, reason: DisconnectReason, region: &str) -> ParticipantInfo {
        ParticipantInfo {
            state: ParticipantState::Disconnected,
            disconnect_reason: Some(reason),
            ..self.info(&BTreeMap::new(), region)
        }
    }

    /// He is in another room than before.
    pub(crate) fn begin_anew(&mut self, now: crate::Now) {
        self.version += 1;
        self.joined_at_unix_ms = now.unix_ms;
        self.data_tracks.forget_received();
        self.hears_features = false;
    }

    pub(crate) fn grants(&self, room: &RoomName) -> TokenGrants {
        TokenGrants {
            room: room.clone(),
            identity: self.identity.clone(),
            name: self.name.clone(),
            metadata: self.metadata.clone(),
            attributes: self.attributes.clone(),
            permission: self.granted.clone(),
            kind: self.kind,
            kind_details: self.kind_details.clone(),
            claim: self.claim.clone(),
        }
    }
}
