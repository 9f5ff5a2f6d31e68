//! What a room can do beyond carrying media: one file, or folder, a feature.
//!
//! Begin with [`Feature`], then `hands.rs`, the smallest one; `registry.rs` lists them all, and
//! [`Features`] runs them: it parses, asks for rights, applies and numbers events, and says who
//! hears them.

mod author;
mod crowd;
mod dispatch;
mod event;
mod feature;
mod file;
mod method;
mod of_room;
mod redaction;
mod refused;
mod registry;
mod replica;
mod surface;
mod visitor;

pub mod annotation;
pub mod chat;
pub mod hands;
pub mod layout;
pub mod lobby;
pub mod moderation;
pub mod people;
pub mod questions;
pub mod reactions;
pub mod room;
pub mod timer;

pub use author::Author;
pub use event::{Happened, Kept};
pub use feature::{Actor, Context, Decision, Effect, Feature, Hearers, Occurrence, Touched};
pub use file::File;
pub use of_room::{Answer, Consequence, Features, Setup};
pub use people::{Departure, Door, Person};
pub use redaction::{deleted_message, without_words};
pub use refused::{Common, Nature, Refused, bounded};
pub use registry::{NAMES, States};
pub use replica::Replica;
pub use room::AgendaItem;
pub use surface::{Source, Surface, Surfaces};
pub use visitor::Visitor;
