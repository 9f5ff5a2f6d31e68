//! Enums whose values stand for each other one to one.

use super::bounds::{FEATURES, OutOfBounds, list};
use base::media::{Kind, PcTarget, Quality, Source};
use livekit_protocol as wire;
use room_core::model::{
    AudioFeature, BackupCodecPolicy, Capability, DisconnectReason, Encryption, KindDetail,
    LayerMode, LeaveAction, PacketTrailerFeature, ParticipantKind, ParticipantState,
    ReconnectReason, RequestReason, Sdk, SubscriptionError,
};
use room_core::{CandidateProtocol, ConnectionQuality};

/// A value that is a number on the wire.
pub(crate) trait Numbered: Sized + Copy {
    fn to_wire(self) -> i32;
    /// `None` for numbers of newer versions.
    fn from_wire(number: i32) -> Option<Self>;
}

/// Leaves out numbers of newer versions.
pub(crate) fn list_from_wire<T: Numbered>(
    what: &'static str,
    numbers: Vec<i32>,
) -> Result<Vec<T>, OutOfBounds> {
    let numbers = list(what, numbers, FEATURES)?;
    Ok(numbers.into_iter().filter_map(T::from_wire).collect())
}

pub(crate) fn list_to_wire<T: Numbered>(values: &[T]) -> Vec<i32> {
    values.iter().map(|value| value.to_wire()).collect()
}

macro_rules! numbered {
    ($domain:ident, $wire:ty { $($d:ident = $w:ident),+ $(,)? }) => {
        impl Numbered for $domain {
            fn to_wire(self) -> i32 {
                type Wire = $wire;
                match self {
                    $(Self::$d => Wire::$w as i32,)+
                }
            }

            fn from_wire(number: i32) -> Option<Self> {
                type Wire = $wire;
                $(if number == Wire::$w as i32 {
                    return Some(Self::$d);
                })+
                None
            }
        }
    };
}

numbered!(ParticipantState, wire::participant_info::State {
    Joining = Joining,
    Joined = Joined,
    Active = Active,
    Disconnected = Disconnected,
});
numbered!(ParticipantKind, wire::participant_info::Kind {
    Standard = Standard,
    Ingress = Ingress,
    Egress = Egress,
    Sip = Sip,
    Agent = Agent,
    Connector = Connector,
    Bridge = Bridge,
});
numbered!(KindDetail, wire::participant_info::KindDetail {
    CloudAgent = CloudAgent,
    Forwarded = Forwarded,
    ConnectorWhatsapp = ConnectorWhatsapp,
    ConnectorTwilio = ConnectorTwilio,
    BridgeRtsp = BridgeRtsp,
    Simulation = Simulation,
});
numbered!(DisconnectReason, wire::DisconnectReason {
    Unknown = UnknownReason,
    ClientInitiated = ClientInitiated,
    DuplicateIdentity = DuplicateIdentity,
    ServerShutdown = ServerShutdown,
    ParticipantRemoved = ParticipantRemoved,
    RoomDeleted = RoomDeleted,
    StateMismatch = StateMismatch,
    JoinFailure = JoinFailure,
    Migration = Migration,
    SignalClose = SignalClose,
    RoomClosed = RoomClosed,
    UserUnavailable = UserUnavailable,
    UserRejected = UserRejected,
    SipTrunkFailure = SipTrunkFailure,
    ConnectionTimeout = ConnectionTimeout,
    MediaFailure = MediaFailure,
    AgentError = AgentError,
});
numbered!(LeaveAction, wire::leave_request::Action {
    Disconnect = Disconnect,
    Resume = Resume,
    Reconnect = Reconnect,
});
numbered!(RequestReason, wire::request_response::Reason {
    Ok = Ok,
    NotFound = NotFound,
    NotAllowed = NotAllowed,
    LimitExceeded = LimitExceeded,
    Queued = Queued,
    UnsupportedType = UnsupportedType,
    UnclassifiedError = UnclassifiedError,
    InvalidHandle = InvalidHandle,
    InvalidName = InvalidName,
    DuplicateHandle = DuplicateHandle,
    DuplicateName = DuplicateName,
    InvalidRequest = InvalidRequest,
});
numbered!(SubscriptionError, wire::SubscriptionError {
    Unknown = SeUnknown,
    CodecUnsupported = SeCodecUnsupported,
    TrackNotFound = SeTrackNotfound,
});
numbered!(ReconnectReason, wire::ReconnectReason {
    Unknown = RrUnknown,
    SignalDisconnected = RrSignalDisconnected,
    PublisherFailed = RrPublisherFailed,
    SubscriberFailed = RrSubscriberFailed,
    SwitchCandidate = RrSwitchCandidate,
});
numbered!(Encryption, wire::encryption::Type {
    None = None,
    Gcm = Gcm,
    Custom = Custom,
});
numbered!(AudioFeature, wire::AudioTrackFeature {
    Stereo = TfStereo,
    NoDtx = TfNoDtx,
    AutoGainControl = TfAutoGainControl,
    EchoCancellation = TfEchoCancellation,
    NoiseSuppression = TfNoiseSuppression,
    EnhancedNoiseCancellation = TfEnhancedNoiseCancellation,
    PreconnectBuffer = TfPreconnectBuffer,
});
numbered!(PacketTrailerFeature, wire::PacketTrailerFeature {
    UserTimestamp = PtfUserTimestamp,
    FrameId = PtfFrameId,
    UserData = PtfUserData,
});
numbered!(BackupCodecPolicy, wire::BackupCodecPolicy {
    PreferRegression = PreferRegression,
    Simulcast = Simulcast,
    Regression = Regression,
});
numbered!(LayerMode, wire::video_layer::Mode {
    Unused = Unused,
    OneSpatialLayerPerStream = OneSpatialLayerPerStream,
    MultipleSpatialLayersPerStream = MultipleSpatialLayersPerStream,
    OneSpatialLayerPerStreamIncompleteRtcpSr = OneSpatialLayerPerStreamIncompleteRtcpSr,
});
numbered!(Kind, wire::TrackType {
    Audio = Audio,
    Video = Video,
});
numbered!(Source, wire::TrackSource {
    Unknown = Unknown,
    Camera = Camera,
    Microphone = Microphone,
    ScreenShare = ScreenShare,
    ScreenShareAudio = ScreenShareAudio,
});
numbered!(Quality, wire::VideoQuality {
    Low = Low,
    Medium = Medium,
    High = High,
});
numbered!(ConnectionQuality, wire::ConnectionQuality {
    Poor = Poor,
    Good = Good,
    Excellent = Excellent,
    Lost = Lost,
});
numbered!(PcTarget, wire::SignalTarget {
    Publisher = Publisher,
    Subscriber = Subscriber,
});
numbered!(CandidateProtocol, wire::CandidateProtocol {
    Udp = Udp,
    Tcp = Tcp,
    Tls = Tls,
});
numbered!(Capability, wire::client_info::Capability {
    PacketTrailer = CapPacketTrailer,
    CompressionDeflateRaw = CapCompressionDeflateRaw,
});
numbered!(Sdk, wire::client_info::Sdk {
    Unknown = Unknown,
    Js = Js,
    Swift = Swift,
    Android = Android,
    Flutter = Flutter,
    Go = Go,
    Unity = Unity,
    ReactNative = ReactNative,
    Rust = Rust,
    Python = Python,
    Cpp = Cpp,
    UnityWeb = UnityWeb,
    Node = Node,
    Unreal = Unreal,
    Esp32 = Esp32,
    Dotnet = Dotnet,
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_that_is_known_comes_back_as_itself() {
        fn check<T: Numbered>(name: &str, values: usize) {
            let known = (0..64)
                .filter_map(|number| Some((number, T::from_wire(number)?.to_wire())))
                .collect::<Vec<_>>();
            assert_eq!(known.len(), values, "{name}");
            for (there, back) in known {
                assert_eq!(there, back, "{name}");
            }
        }
        check::<ParticipantState>("state", 4);
        check::<ParticipantKind>("kind", 7);
        check::<KindDetail>("kind detail", 6);
        check::<DisconnectReason>("disconnect reason", 17);
        check::<LeaveAction>("leave action", 3);
        check::<RequestReason>("request reason", 12);
        check::<SubscriptionError>("subscription error", 3);
        check::<ReconnectReason>("reconnect reason", 5);
        check::<Encryption>("encryption", 3);
        check::<AudioFeature>("audio feature", 7);
        check::<PacketTrailerFeature>("trailer feature", 3);
        check::<BackupCodecPolicy>("backup codec policy", 3);
        check::<LayerMode>("layer mode", 4);
        check::<Kind>("track type", 2);
        check::<Source>("source", 5);
        check::<Quality>("quality", 3);
        check::<ConnectionQuality>("connection quality", 4);
        check::<PcTarget>("target", 2);
        check::<CandidateProtocol>("candidate protocol", 3);
        check::<Capability>("capability", 2);
        check::<Sdk>("sdk", 16);
    }

    #[test]
    fn numbers_of_newer_versions_are_left_out_and_too_many_are_refused() {
        assert_eq!(
            list_from_wire::<AudioFeature>("features", vec![0, 99, -1, 1]),
            Ok(vec![AudioFeature::Stereo, AudioFeature::NoDtx])
        );
        assert!(list_from_wire::<AudioFeature>("features", vec![0; FEATURES + 1]).is_err());
    }
}
