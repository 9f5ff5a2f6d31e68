//! The kinds of room, as tables: who may do what, which features there are, how many fit in.
//!
//! A kind differs from another by what its [`Table`] says and by nothing else: no other file asks
//! which kind a room is.

mod class;
mod consult;
mod live_show;
mod meeting;
mod rights;
mod roles;
mod webinar;

pub use rights::{Right, Rights};
pub use roles::Role;

use serde::{Deserialize, Serialize};
use std::fmt;

/// What a room is for.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Meeting,
    Class,
    Webinar,
    Consult,
    LiveShow,
}

/// All that makes a kind different.
#[derive(Debug)]
pub struct Table {
    /// People at once, whatever their role; those who are only counted apart from the others.
    pub max_people: u32,
    /// What each role may do; a role that is not named may do nothing.
    pub rights: &'static [(Role, Rights)],
    /// Features that this kind has not.
    pub without: &'static [&'static str],
    /// Whose coming and going is counted and not told one by one.
    pub counted: &'static [Role],
    /// Who comes with the camera off unless he turns it on.
    pub camera_off: &'static [Role],
    /// Whether newcomers wait in the lobby where nobody has said otherwise.
    pub lobby: bool,
}

impl Kind {
    pub const ALL: [Self; 5] = [
        Self::Meeting,
        Self::Class,
        Self::Webinar,
        Self::Consult,
        Self::LiveShow,
    ];

    pub const fn table(self) -> &'static Table {
        match self {
            Self::Meeting => &meeting::TABLE,
            Self::Class => &class::TABLE,
            Self::Webinar => &webinar::TABLE,
            Self::Consult => &consult::TABLE,
            Self::LiveShow => &live_show::TABLE,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Meeting => "meeting",
            Self::Class => "class",
            Self::Webinar => "webinar",
            Self::Consult => "consult",
            Self::LiveShow => "live_show",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Table {
    pub fn rights_of(&self, role: Role) -> Rights {
        self.rights
            .iter()
            .find(|(named, _)| *named == role)
            .map_or(Rights::NONE, |(_, rights)| *rights)
    }

    pub fn has(&self, feature: &str) -> bool {
        !self.without.contains(&feature)
    }

    pub fn counts(&self, role: Role) -> bool {
        self.counted.contains(&role)
    }

    pub fn camera_is_off_for(&self, role: Role) -> bool {
        self.camera_off.contains(&role)
    }
}
