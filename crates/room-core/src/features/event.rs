//! Events with a number: what goes out, and what is kept.

use super::feature::Hearers;
use serde::Serialize;
use std::sync::Arc;

/// Something that changed a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    pub seq: u64,
    /// Milliseconds since 1970.
    pub at_ms: u64,
    pub feature: &'static str,
    /// Whether it is to be written to the journal.
    pub is_kept: bool,
    pub hearers: Hearers,
    /// `{"seq":…,"at":…,"feature":…,"type":…,…}`, written once for all who hear it.
    pub json: Arc<str>,
}

/// An event in a room's journal.
#[derive(Clone, PartialEq, Eq)]
pub struct Kept {
    pub seq: u64,
    /// Milliseconds since 1970.
    pub at_ms: u64,
    /// As [`Happened::json`].
    pub json: Arc<str>,
}

/// What people said is in it: it must not come into a log by accident.
impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept")
            .field("seq", &self.seq)
            .field("at_ms", &self.at_ms)
            .field("bytes", &self.json.len())
            .finish()
    }
}

#[derive(Serialize)]
struct Numbered<'a, E> {
    seq: u64,
    at: u64,
    feature: &'a str,
    #[serde(flatten)]
    event: &'a E,
}

pub(super) fn numbered<E: Serialize>(seq: u64, at: u64, feature: &str, event: &E) -> String {
    let event = Numbered {
        seq,
        at,
        feature,
        event,
    };
    #[expect(
        clippy::expect_used,
        reason = "events are plain data with text as keys"
    )]
    serde_json::to_string(&event).expect("an event is plain data")
}
