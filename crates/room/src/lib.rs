//! One task for each live room: it drives [`room_core::Room`] and carries out what it wants.
//!
//! Between three parties: signalling sessions ([`Session`]), the media plane ([`Media`]) and those
//! who look after rooms from outside (the room service, webhooks, agents, and those who take part
//! without media: [`Rooms`]). What rooms were planned to be and what happened in them is kept by
//! others ([`Directory`], [`Journal`]). Absent on purpose: decisions (they are `room_core`'s) and wire formats (they are `signal`'s).
//!
//! Begin with [`Rooms::join`], then `task.rs`, the loop of a room.

mod admin;
mod backing;
mod between_rooms;
mod doors;
mod events;
mod inbox;
mod listener;
mod media;
mod meters;
mod moves;
mod outbox;
mod rooms;
mod session;
mod task;

pub use backing::{Backing, Directory, Failure, Journal, Promise};
pub use doors::{Knocked, Waiting};
pub use listener::Listener;
pub use media::Media;
pub use rooms::Rooms;
pub use session::{Closed, Session};
