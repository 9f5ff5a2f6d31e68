//! The door through which LiveKit clients come: HTTP, WebSocket sessions, data packets.
//!
//! The only crate that knows the LiveKit protocol; its words end here and are converted into those
//! of `room-core`. Absent on purpose: what a room decides (`room-core`), media (`sfu`), and
//! configuration (`server`).

pub mod token;
