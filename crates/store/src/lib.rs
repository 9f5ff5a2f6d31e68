//! What must survive the process: repositories over SQLite, in transactions.
//!
//! The only crate that names sqlx. A repository is a folder ([`webhooks`] is the first); it borrows
//! a transaction, so that several of them can take part in one. There is one writing connection:
//! SQLite has one writer anyway, and a queue in front of it is fairer than its busy handler.
//! What [`Tx::commit`] has acknowledged is on the disk, also if the machine loses power.
//!
//! Deliberately absent: a clock (`now_ms` is an argument), decisions (when to try again is decided
//! by the caller), and an object mapper.
//!
//! Begin with [`Store`], then [`webhooks::WebhookOutbox`].

mod error;
mod store;
mod tx;
pub mod webhooks;

pub use error::StoreError;
pub use store::Store;
pub use tx::{Reader, Tx};
