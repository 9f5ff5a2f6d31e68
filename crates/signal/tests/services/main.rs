//! The server API and the agent workers' door, through the real router on loopback with real rooms;
//! only media is absent.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod agents;
mod support;
mod twirp;
mod webhooks;
