//! A shard of the server.

use base::rng::Rng;
use sfu_core::{Engine, EngineConfig, LocalCandidate, Protocol, ShardId};
use std::net::SocketAddr;
use std::time::Instant;

#[derive(Debug)]
pub(super) struct Shard {
    pub(super) engine: Engine,
}

impl Shard {
    pub(super) fn new(index: u8, shards: u8, rng: Rng, now: Instant) -> Self {
        let address = SocketAddr::from(([192, 0, 2, 1], 7_882 + u16::from(index)));
        let candidate = LocalCandidate {
            protocol: Protocol::Udp,
            local: address,
            advertised: address,
        };
        let shard = ShardId(index);
        let prefix = format!("s{index}");
        let config = EngineConfig::new(shard, shards, vec![candidate], prefix);
        Self {
            engine: Engine::new(config, rng, now),
        }
    }
}
