//! Why an operation on a room was refused.

/// The answer to a moderator or another server who asked for what cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    #[error("the room does not exist")]
    NoSuchRoom,
    #[error("the participant does not exist")]
    NoSuchParticipant,
    #[error("the track does not exist")]
    NoSuchTrack,
    #[error("unmuting others is not allowed on this server")]
    RemoteUnmute,
    #[error("the name is too long")]
    NameTooLong,
    #[error("the metadata is too large")]
    MetadataTooLarge,
    #[error("the attributes are too large")]
    AttributesTooLarge,
    #[error("the message is too large")]
    MessageTooLarge,
    #[error("the destination room is the same room")]
    SameRoom,
    #[error("the destination room has a participant with this identity")]
    IdentityTaken,
    #[error("the destination room is full")]
    RoomFull,
    #[error("too many requests are under way")]
    TooMany,
}
