//! What the API needs of those above and beside it, as traits that `server` fulfils.

use base::PersonId;
use std::fmt;

/// Who may enter which room as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomGrant {
    /// The room's id, which is its name live.
    pub room: String,
    pub identity: String,
    /// As others see him.
    pub name: String,
    /// A role of the room protocol: `host`, `member`, ….
    pub role: String,
    /// None for a guest without an account.
    pub person: Option<PersonId>,
}

/// Makes and reads room tokens (LiveKit access tokens with the claim `stoa`).
pub trait RoomTokens: Send + Sync + fmt::Debug {
    /// A token that lets its holder in until `expires_s` (Unix time, seconds).
    fn mint(&self, grant: &RoomGrant, now_s: u64, expires_s: u64) -> String;

    /// None unless the token is genuine, valid now, and of one room.
    fn verify(&self, token: &str, now_s: u64) -> Option<RoomGrant>;
}
