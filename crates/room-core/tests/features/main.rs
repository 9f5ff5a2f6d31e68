//! What people do with the features of a room, told as stories.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on fails")]

mod hands;
mod lobby;
mod moderation;
mod people;
mod room;
mod story;
