//! Webhooks: what happens in rooms, told to other systems over HTTP.
//!
//! Three pure parts: [`event`] puts what happened into words (protojson), [`sign`] makes the token
//! by which a receiver knows us, [`delivery`] decides when to try and when to give up. Storage
//! (crate `store`) and the HTTP client belong to whoever drives them.

pub mod delivery;
mod event;
mod sign;

pub use event::{Event, from_job, from_room};
pub use sign::{CONTENT_TYPE, sign};
