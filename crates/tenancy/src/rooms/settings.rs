//! How a room is set before anybody is in it.

use crate::Refusal;
use room_core::kinds::Kind;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomSettings {
    /// Newcomers wait until they are let in.
    pub lobby: bool,
    /// Nobody comes in any more.
    pub locked: bool,
    pub max_people: u32,
    pub chat: bool,
    pub annotation: bool,
    pub mute_on_entry: bool,
    pub camera_on_entry: bool,
}

/// Some of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingsPatch {
    pub lobby: Option<bool>,
    pub locked: Option<bool>,
    pub max_people: Option<u32>,
    pub chat: Option<bool>,
    pub annotation: Option<bool>,
    pub mute_on_entry: Option<bool>,
    pub camera_on_entry: Option<bool>,
}

impl RoomSettings {
    /// As the kind's table has them.
    pub fn of_kind(kind: Kind) -> Self {
        let table = kind.table();
        let camera_off = super::create::guest_role(kind);
        Self {
            lobby: table.lobby,
            locked: false,
            max_people: table.max_people,
            chat: table.has("chat"),
            annotation: table.has("annotation"),
            mute_on_entry: false,
            camera_on_entry: !table.camera_is_off_for(camera_off),
        }
    }

    /// # Errors
    /// A number is out of the kind's bounds, or the kind has no such feature.
    pub(super) fn with(self, patch: &SettingsPatch, kind: Kind) -> Result<Self, Refusal> {
        let table = kind.table();
        let refuse = |field, why| Err(Refusal::Invalid { field, why });
        let max_people = patch.max_people.unwrap_or(self.max_people);
        if !(1..=table.max_people).contains(&max_people) {
            return refuse(
                "settings.max_people",
                "is not what this kind of room allows",
            );
        }
        let chat = patch.chat.unwrap_or(self.chat);
        let annotation = patch.annotation.unwrap_or(self.annotation);
        if (chat && !table.has("chat")) || (annotation && !table.has("annotation")) {
            return refuse("settings", "this kind of room has no such feature");
        }
        Ok(Self {
            lobby: patch.lobby.unwrap_or(self.lobby),
            locked: patch.locked.unwrap_or(self.locked),
            max_people,
            chat,
            annotation,
            mute_on_entry: patch.mute_on_entry.unwrap_or(self.mute_on_entry),
            camera_on_entry: patch.camera_on_entry.unwrap_or(self.camera_on_entry),
        })
    }
}
