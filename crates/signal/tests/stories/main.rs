//! Stories told through the real router on loopback with real rooms; only media is pretended.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod data;
mod door;
mod session;
mod support;
