//! Why something ended or was refused, as clients are told.

/// Why a participant is no longer there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DisconnectReason {
    Unknown,
    ClientInitiated,
    DuplicateIdentity,
    ServerShutdown,
    ParticipantRemoved,
    RoomDeleted,
    StateMismatch,
    JoinFailure,
    Migration,
    SignalClose,
    RoomClosed,
    UserUnavailable,
    UserRejected,
    SipTrunkFailure,
    ConnectionTimeout,
    MediaFailure,
    AgentError,
}

/// What a client should do when it is told to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LeaveAction {
    Disconnect,
    /// Come back with the same session.
    Resume,
    /// Come back with a new session.
    Reconnect,
}

/// How a request with an id ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestReason {
    Ok,
    NotFound,
    NotAllowed,
    LimitExceeded,
    Queued,
    UnsupportedType,
    UnclassifiedError,
    InvalidHandle,
    InvalidName,
    DuplicateHandle,
    DuplicateName,
    InvalidRequest,
}

/// Why a track cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SubscriptionError {
    Unknown,
    CodecUnsupported,
    TrackNotFound,
}

/// Why a room ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RoomEndReason {
    Deleted,
    Idle,
    Shutdown,
}
