//! What one subscriber receives of one track.
//!
//! ```text
//! publisher's packet ─ Ingress::parse ─ Parsed ─┬─ Forwarder (subscriber 1) ─ Verdict
//!        (once per track)                       └─ Forwarder (subscriber 2) ─ Verdict
//! ```
//!
//! [`Ingress`] reads each packet of a track once. A [`Forwarder`] per subscriber decides whether
//! it passes, given the layer that the subscriber should get ([`Forwarder::set_target`]), and
//! renumbers what passes, so that the receiver sees one unbroken stream: what was left out on
//! purpose leaves no gap, what the network lost does. `docs/forwarding.md` tells the rules.
//!
//! Absent on purpose: choosing targets (`allocate`), sending (`engine`), reordering and repair.
//! Begin with [`Forwarder::handle`].

mod filter;
mod forwarder;
pub(crate) mod fuzzing;
mod ingress;
mod renumber;
mod sequence;
mod source;
mod timestamp;
mod verdict;

pub use forwarder::{Forwarder, Start};
pub use ingress::{Ingress, Parsed};
pub use verdict::{Payload, Rewritten, Verdict, Vp8Rewrite};

use std::time::Instant;

/// A point in the grid of a layered track. A subscriber of it receives this layer and what it
/// needs below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Layer {
    /// Index of the simulcast stream, or spatial layer within an SVC stream; 0 is the smallest.
    pub spatial: u8,
    /// 0 is the lowest frame rate.
    pub temporal: u8,
}

/// What the RTP header of an incoming packet says, with its numbers extended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacketMeta {
    /// Tells a restarted stream from a continuing one.
    pub ssrc: u32,
    /// Extended beyond 16 bits, so that it only grows.
    pub seq: u64,
    /// In units of the codec's clock, modulo 2^32.
    pub timestamp: u32,
    pub marker: bool,
    pub arrival: Instant,
}

#[cfg(test)]
mod tests;
