//! One task for each live room: it drives [`room_core::Room`] and carries out what it wants.
//!
//! Between three parties: signalling sessions ([`Session`]), the media plane ([`Media`]) and those
//! who look after rooms from outside (the room service, webhooks, agents: [`Rooms`]). Absent on
//! purpose: decisions (they are `room_core`'s) and wire formats (they are `signal`'s).
//!
//! Begin with [`Rooms::join`], then `task.rs`, the loop of a room.

mod admin;
mod between_rooms;
mod events;
mod inbox;
mod media;
mod meters;
mod rooms;
mod session;
mod task;

pub use media::Media;
pub use rooms::Rooms;
pub use session::{Closed, Session};
