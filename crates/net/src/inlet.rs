//! The way from TCP connections and the TURN relay into a shard.

use crate::{Inbound, Shard};

/// Implemented by whoever owns the shards. Called from tokio tasks and the TURN thread: neither
/// method may block.
pub trait Inlet: Send + Sync + 'static {
    /// The shard that made this user name fragment, `None` if nobody has: the caller then drops
    /// the packet. [`crate::shard_of_ufrag`] checked against the number of shards will do.
    fn shard_of(&self, ufrag: &str) -> Option<Shard>;

    /// Puts the packet into the shard's bounded queue and wakes the shard.
    ///
    /// # Errors
    /// [`Refused`] if the queue is full or the shard gone; the packet is lost, as on a network.
    fn deliver(&self, shard: Shard, packet: Inbound) -> Result<(), Refused>;
}

/// The shard did not take a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the shard took no further packet")]
pub struct Refused;
