//! What happens in rooms, told as stories.

mod audience;
mod between_rooms;
mod chaos;
mod data;
mod features;
mod harness;
mod joining;
mod permissions;
mod publishing;
mod resuming;
mod signals;
