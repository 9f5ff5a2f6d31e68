//! The server API and the agent workers' door, through the real router on loopback with real rooms;
//! only media is absent.

mod agents;
mod support;
mod twirp;
mod webhooks;
