//! A seeded world in which the media plane runs as in life, but without sockets, threads or real
//! time: a room of `room-core`, engines of `sfu-core`, real WebRTC clients (`str0m`) as bots, and a
//! network of small nodes that delay, lose, reorder and hold back. Minutes of calls take seconds.
//!
//! Media is synthetic: each payload says what it is, so that a bot knows what it should have got
//! ([`media`]). [`invariant`] lists what must hold in every world, [`chaos`] makes random calls from
//! a seed, and `tests/` holds scenarios and the committed seeds. `cargo run -p sim -- --seeds 1000`
//! searches for more; a seed that fails is added to `seeds.txt`.
//!
//! Absent on purpose: the wire format of signalling (bots and room exchange its typed messages, with
//! a delay), and measurements of speed.
//!
//! A seed also fixes the chance inside the transport (SSRCs, transaction ids: `chance.rs`). What it
//! cannot fix are the keys and the order in which std's hash maps are walked, so that two runs drift
//! apart a little where several streams are ready at one moment. To look into a seed that fails,
//! take that chance away as well: see `entropy.c`.
//!
//! Begin with [`world::World`].

pub mod bot;
mod chance;
pub mod chaos;
pub mod dtls;
pub mod fall;
pub mod invariant;
pub mod media;
pub mod net;
pub mod room;
pub mod steady;
mod wire;
pub mod world;
