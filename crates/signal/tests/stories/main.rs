//! Stories told through the real router on loopback with real rooms; only media is pretended.

mod data;
mod door;
mod session;
mod support;
