//! From configuration to the parts of a running server.

mod ice;
mod media;
mod settings;

pub(crate) use media::{Media, MediaPlane};
pub(crate) use settings::{room_settings, session_limits};
