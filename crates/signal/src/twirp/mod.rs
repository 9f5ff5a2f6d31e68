//! The server API: `POST /twirp/livekit.<Service>/<Method>`, protobuf or JSON.
//!
//! Twirp is the ecosystem's RPC over HTTP (<https://twitchtv.github.io/twirp/docs/spec_v7.html>):
//! one request, one response, errors as JSON. One method, one file: what it needs of the token,
//! then what it does. Services that this server does not have answer so ([`absent`]).
//!
//! Begin with `router.rs`, then any file of `room_service/`.

mod absent;
mod agent_dispatch;
mod caller;
mod codec;
mod error;
mod fuzzing;
mod room_service;
mod router;

pub use caller::Services;
pub use error::{Code, TwirpError};
pub(crate) use fuzzing::read_as_any;
pub use router::routes;
