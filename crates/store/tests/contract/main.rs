//! One contract, two databases: every story here is told on SQLite and on Postgres.
//!
//! A story is a function that takes a [`database::Database`]; `stories!` makes two tests of it. To
//! begin reading, take `jobs`.

#[path = "../postgres/mod.rs"]
mod postgres;

#[macro_use]
mod database;
mod given;

mod api_keys;
mod audit;
mod files;
mod history;
mod hooks;
mod idempotency;
mod jobs;
mod journal;
mod links;
mod outbox;
mod people;
mod rooms;
mod sessions;
mod tenants;
mod transactions;
mod webhook_outbox;
