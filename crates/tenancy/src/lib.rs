//! Tenants, their people, and who may do what.
//!
//! An action is a function that takes a transaction and a [`Context`] (who acts, when, and where
//! randomness comes from), checks, writes, and enters itself into the audit log, all in that one
//! transaction. What it will not do it says as a [`Refusal`].
//!
//! Deliberately absent: HTTP and cookies (`api`), SQL (`store`), live rooms (`room`).
//!
//! Begin with [`rights`], the table of who may what; then [`people`] for the form of an action.

mod actor;
pub mod api_keys;
pub mod audit;
mod context;
pub mod events;
pub mod files;
pub mod links;
pub mod logos;
pub mod mail;
pub mod oidc;
pub mod password;
pub mod people;
pub mod platform;
mod refusal;
pub mod rights;
pub mod rooms;
pub mod schedule;
pub mod secret;
pub mod sessions;
pub mod templates;
pub mod tenants;
pub mod text;
pub mod webhooks;

pub use actor::{Actor, TenantRole};
pub use context::Context;
pub use refusal::{Denied, Refusal};
pub use rights::Right;
