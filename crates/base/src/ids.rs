//! Ids are types: one cannot stand where another is meant.
//!
//! Two families. *Numbers* ([`PeerId`], [`TrackId`], [`RoomKey`]) name things inside one running
//! process and are cheap to copy on the packet path. *Names* ([`ParticipantSid`], [`Identity`], …)
//! are what clients and other servers see.

use crate::rng::Rng;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number!(
    /// One media session of one participant (one or two peer connections). Never used again.
    PeerId
);
number!(
    /// One published track. Never used again.
    TrackId
);
number!(
    /// One live room.
    RoomKey
);

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(Arc<str>);

        impl $name {
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::new(text)
            }
        }
    };
}

macro_rules! printed {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

name!(
    /// `RM_…`: one life of a room; a room that was closed and opened again has a new one.
    RoomSid
);
name!(
    /// `PA_…`: one stay of a participant in a room.
    ParticipantSid
);
name!(
    /// `TR_…`: one published track.
    TrackSid
);
name!(
    /// What the room is called by those who make tokens. Chosen by people, so it may hold a
    /// person's name: its `Debug` is redacted.
    RoomName
);
name!(
    /// Who a participant is, as the token's maker calls him; unique in a room. Its `Debug` is
    /// redacted.
    Identity
);
printed!(RoomSid, ParticipantSid, TrackSid);

impl fmt::Debug for RoomName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RoomName([redacted])")
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity([redacted])")
    }
}

/// Letters after the prefix of a sid: 56^12 makes a clash in one room's life unthinkable.
const SID_LETTERS: usize = 12;

impl RoomSid {
    pub fn random(rng: &mut Rng) -> Self {
        Self::new(rng.id("RM_", SID_LETTERS))
    }
}

impl ParticipantSid {
    pub fn random(rng: &mut Rng) -> Self {
        Self::new(rng.id("PA_", SID_LETTERS))
    }
}

impl TrackSid {
    /// `TR_` + `A`/`V` + the source's letter, as clients of this ecosystem expect
    /// (`TR_VC…` a camera, `TR_AM…` a microphone).
    pub fn random(rng: &mut Rng, kind: crate::media::Kind, source: crate::media::Source) -> Self {
        let prefix = format!("TR_{}{}", kind.letter(), source.letter());
        Self::new(rng.id(&prefix, SID_LETTERS))
    }
}
