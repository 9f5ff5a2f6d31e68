//! Agent workers: `WS /agent`, and the dispatcher behind it.
//!
//! A worker connects with a token that grants `agent`, registers, and is offered jobs; for each job
//! that it takes it gets a token for the room, and its agent joins like anybody else. Who gets what
//! is decided in [`dispatch`] (pure); [`Agents`] is the task around it, `socket.rs` one worker's
//! connection, `wire.rs` the protocol's words.

pub mod dispatch;
mod socket;
mod task;
pub(crate) mod wire;

pub use socket::{WorkerDoor, routes};
pub use task::{Agents, AgentsGone, JobEvent};
