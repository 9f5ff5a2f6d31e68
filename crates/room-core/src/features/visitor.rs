//! Somebody before the door.

use serde::{Deserialize, Serialize};

/// Who waits in the lobby.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitor {
    pub ticket: String,
    pub name: String,
    pub since_at: u64,
    pub is_guest: bool,
}
