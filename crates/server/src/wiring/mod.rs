//! From configuration to the parts of a running server.

mod api;
mod housekeeping;
mod ice;
mod media;
mod settings;
mod tokens;

pub(crate) use api::{Parts, api};
pub(crate) use housekeeping::keep_house;
pub(crate) use media::{Media, MediaPlane};
pub(crate) use settings::{room_settings, session_limits};
