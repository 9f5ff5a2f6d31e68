//! What must survive the process: repositories over SQLite or Postgres, in transactions.
//!
//! The only crate that names sqlx. A repository is a module ([`webhooks`], [`jobs`], …); it borrows
//! a transaction, so that several of them can take part in one. One text of SQL serves both
//! databases (`sql`); only migrations are written twice. On SQLite there is one writing connection:
//! it has one writer anyway, and a queue in front of it is fairer than its busy handler. What
//! [`Tx::commit`] has acknowledged is on the disk, also if the machine loses power.
//!
//! Deliberately absent: a clock (`now_ms` is an argument), decisions (who may, and when to try
//! again, is decided by the caller), and an object mapper.
//!
//! Begin with [`Store`], then [`jobs::Jobs`] as an example of a repository.

pub mod api_keys;
pub mod audit;
pub mod blobs;
mod error;
pub mod files;
pub mod history;
pub mod hooks;
pub mod idempotency;
pub mod jobs;
pub mod links;
pub mod outbox;
mod page;
pub mod people;
pub mod room_journal;
pub mod rooms;
pub mod sessions;
mod sql;
mod store;
pub mod tenants;
mod tx;
pub mod webhooks;

pub use error::StoreError;
pub use page::{Cursor, Page, PageRequest};
pub use store::Store;
pub use tx::{Reader, Tx};
