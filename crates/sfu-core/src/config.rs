//! What a shard is told when it starts.

use crate::datagram::Protocol;
use base::Bitrate;
use std::net::SocketAddr;
use std::time::Duration;

/// One of a process's media threads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShardId(pub u8);

/// An address that clients are told to send to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalCandidate {
    pub protocol: Protocol,
    /// Where datagrams arrive, as the shell reports it in their destination.
    pub local: SocketAddr,
    /// What clients see; differs from `local` behind a one-to-one NAT.
    pub advertised: SocketAddr,
}

/// Figures of one shard; every bound has its reason here.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    pub shard: ShardId,
    /// How many shards the process has.
    pub shards: u8,
    pub candidates: Vec<LocalCandidate>,
    /// What every ICE username fragment of this shard begins with, so that the shell can tell
    /// where a stranger's first packet belongs.
    pub ufrag_prefix: String,
    /// What a subscriber's link is believed to carry before anything was measured. 1 Mbps shows
    /// a medium picture at once; probing finds more within about two seconds.
    pub initial_estimate: Bitrate,
    /// Bytes of one sender's data that may be inside the server before he is held back. 4 MiB is
    /// a second at 32 Mbps; more would make his chat wait behind his own file.
    pub data_credit_bytes: usize,
    /// Bytes of reliable data queued for one receiver before he counts as stuck. Above the sum
    /// of a few senders' credit, so that only a reader who does not read gets there.
    pub reliable_queue_bytes: usize,
    /// Lossy messages queued for one receiver; older ones are dropped. 256 is a quarter second
    /// of a busy cursor room; what is older is worthless.
    pub lossy_queue_messages: usize,
    /// How long a receiver's reliable queue may stand still before his room is told.
    pub slow_reader_after: Duration,
}

impl EngineConfig {
    pub fn new(
        shard: ShardId,
        shards: u8,
        candidates: Vec<LocalCandidate>,
        ufrag_prefix: String,
    ) -> Self {
        Self {
            shard,
            shards,
            candidates,
            ufrag_prefix,
            initial_estimate: Bitrate::kbps(1_000),
            data_credit_bytes: 4 << 20,
            reliable_queue_bytes: 32 << 20,
            lossy_queue_messages: 256,
            slow_reader_after: Duration::from_secs(10),
        }
    }
}
