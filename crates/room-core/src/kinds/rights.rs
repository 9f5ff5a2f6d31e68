//! Single rights, and sets of them.

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};
use std::fmt;

macro_rules! rights {
    ($($(#[$doc:meta])* $right:ident = $name:literal / $deed:literal,)*) => {
        /// Something that a person may do in a room.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum Right {
            $($(#[$doc])* $right,)*
        }

        impl Right {
            pub const ALL: &'static [Self] = &[$(Self::$right),*];

            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$right => $name,)*
                }
            }

            /// "You may not …"
            pub const fn deed(self) -> &'static str {
                match self {
                    $(Self::$right => $deed,)*
                }
            }
        }
    };
}

rights! {
    Speak = "speak" / "speak",
    ShowCamera = "show_camera" / "show your camera",
    ShareScreen = "share_screen" / "share your screen",
    Chat = "chat" / "write messages",
    ChatPrivate = "chat_private" / "write private messages",
    SendFiles = "send_files" / "send files",
    Annotate = "annotate" / "draw",
    RaiseHand = "raise_hand" / "raise your hand",
    React = "react" / "send reactions",
    MuteOthers = "mute_others" / "mute others",
    StopVideo = "stop_video" / "stop others' video",
    Remove = "remove" / "remove others",
    Ban = "ban" / "ban others",
    /// Let people in from the lobby.
    Admit = "admit" / "let people in",
    Lock = "lock" / "lock the room",
    End = "end" / "end the room",
    Extend = "extend" / "extend the room's time",
    Spotlight = "spotlight" / "spotlight somebody",
    CloseUp = "close_up" / "call for a close-up",
    LeadView = "lead_view" / "lead others' view",
    SetRoles = "set_roles" / "change roles",
    HandOver = "hand_over" / "hand over the room",
    ModerateChat = "moderate_chat" / "moderate the messages",
    AllowAnnotation = "allow_annotation" / "decide who draws",
    RunTimer = "run_timer" / "run the timer",
    GrantFloor = "grant_floor" / "give others the floor",
    EditAgenda = "edit_agenda" / "edit the agenda",
    /// Also vote for those of others.
    AskQuestions = "ask_questions" / "ask questions",
    ModerateQuestions = "moderate_questions" / "answer or moderate the questions",
}

impl Right {
    const fn bit(self) -> u64 {
        1 << self as u32
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of rights. In JSON a list of names in the order of [`Right::ALL`].
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Rights(u64);

impl Rights {
    pub const NONE: Self = Self(0);
    pub const ALL: Self = Self::of(Right::ALL);
    /// What shows or sounds.
    pub const MEDIA: Self = Self::of(&[Right::Speak, Right::ShowCamera, Right::ShareScreen]);

    pub const fn of(rights: &[Right]) -> Self {
        let mut bits = 0;
        let mut at = 0;
        while at < rights.len() {
            bits |= rights[at].bit();
            at += 1;
        }
        Self(bits)
    }

    pub const fn with(self, others: &[Right]) -> Self {
        Self(self.0 | Self::of(others).0)
    }

    pub const fn without(self, others: &[Right]) -> Self {
        Self(self.0 & !Self::of(others).0)
    }

    pub const fn has(self, right: Right) -> bool {
        self.0 & right.bit() != 0
    }

    pub const fn has_all(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    pub const fn has_any(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    pub fn insert(&mut self, right: Right) {
        self.0 |= right.bit();
    }

    pub fn remove(&mut self, right: Right) {
        self.0 &= !right.bit();
    }

    pub fn iter(self) -> impl Iterator<Item = Right> {
        Right::ALL
            .iter()
            .copied()
            .filter(move |right| self.has(*right))
    }
}

impl FromIterator<Right> for Rights {
    fn from_iter<I: IntoIterator<Item = Right>>(rights: I) -> Self {
        let mut set = Self::NONE;
        rights.into_iter().for_each(|right| set.insert(right));
        set
    }
}

impl fmt::Debug for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl Serialize for Rights {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Rights {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Vec::<Right>::deserialize(from).map(Self::from_iter)
    }
}
