//! The API as merchants, their guests and their servers meet it: the real router, rooms that live,
//! a database in a file, and a clock that the story sets.

#![expect(clippy::unwrap_used, reason = "a test that cannot run has failed")]

mod files;
mod isolation;
mod joining;
mod lobby;
mod office;
mod openapi;
mod rights;
mod rooms;
mod silence;
mod webhooks;
