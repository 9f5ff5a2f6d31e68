//! Files that were uploaded to a room. Their contents lie in the store.

use serde::{Deserialize, Serialize};

/// What people see of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    pub id: String,
    pub name: String,
    pub media_type: String,
    pub bytes: u64,
}
