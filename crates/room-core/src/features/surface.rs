//! Published tracks as features know them.

use base::{Identity, TrackSid};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a track shows or sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Microphone,
    Camera,
    ScreenShare,
}

/// One published track.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surface {
    pub track: TrackSid,
    pub publisher: Identity,
    /// `None`: the publisher did not say.
    pub source: Option<Source>,
    pub is_video: bool,
}

/// All that is published in the room.
#[derive(Clone, Debug, Default)]
pub struct Surfaces(BTreeMap<TrackSid, Surface>);

impl Surfaces {
    pub fn with(&self, track: &TrackSid) -> Option<&Surface> {
        self.0.get(track)
    }

    pub fn of<'a>(&'a self, publisher: &'a Identity) -> impl Iterator<Item = &'a Surface> {
        self.0
            .values()
            .filter(move |surface| surface.publisher == *publisher)
    }

    pub(super) fn insert(&mut self, surface: Surface) {
        self.0.insert(surface.track.clone(), surface);
    }

    pub(super) fn remove(&mut self, track: &TrackSid) -> Option<Surface> {
        self.0.remove(track)
    }
}
