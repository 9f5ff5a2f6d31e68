//! The engine as its clients see it: str0m peer connections in simulated time, without sockets.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

mod calls;
mod data;
mod late;
mod layers;
mod resent;
mod sections;
mod world;
