//! What people do with the features of a room, told as stories.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on fails")]

mod annotation;
mod chat;
mod hands;
mod layout;
mod lobby;
mod moderation;
mod people;
mod questions;
mod reactions;
mod room;
mod story;
mod timer;
