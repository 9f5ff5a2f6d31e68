//! The door through which LiveKit clients come: HTTP, WebSocket sessions, data packets.
//!
//! The only crate that knows the LiveKit protocol; its words end here and are converted into those
//! of `room-core`. Absent on purpose: what a room decides (`room-core`), media (`sfu`), and
//! configuration (`server`).
//!
//! Begin with [`routes`], then `session`, the life of one connection.

pub mod agents;
mod connect;
mod convert;
mod data;
pub mod fuzz;
mod http;
mod session;
mod state;
pub mod token;
pub mod twirp;
pub mod webhook;
mod websocket;

pub use data::{LivekitDataWire, ServerPacket};
pub use http::routes;
pub use state::{IceServer, IceServers, NoIceServers, Node, SessionLimits, State};
