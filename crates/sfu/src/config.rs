//! What the media threads are told when they start.

use base::Bitrate;
use net::{Outlets, UdpOptions};
use sfu_core::LocalCandidate;
use std::net::SocketAddr;

/// How participants are spread over the shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// A room's people share one shard while it has fewer than so many of this room's; further
    /// ones go where there are fewest. Media then crosses between shards once per shard.
    Home { peers_per_room_and_shard: usize },
    /// One after the other, whatever the room: for tests of what crosses between shards.
    Spread,
}

impl Default for Placement {
    fn default() -> Self {
        // 300 receivers of one 1.5 Mbps stream were measured to take about a third of a core;
        // beyond that a second core is worth its relay.
        Self::Home {
            peers_per_room_and_shard: 300,
        }
    }
}

#[derive(Clone, Debug)]
pub struct SfuConfig {
    /// Media threads; at least one.
    pub shards: u8,
    /// UDP addresses to bind, each by every shard; one IPv4 and one IPv6 wildcard is usual.
    pub udp: Vec<SocketAddr>,
    /// What clients are told. Their `local` must be an address at which datagrams arrive, never a
    /// wildcard.
    pub candidates: Vec<LocalCandidate>,
    /// The way to TCP connections and TURN allocations.
    pub outlets: Outlets,
    pub placement: Placement,
    pub initial_estimate: Bitrate,
    pub udp_options: UdpOptions,
}

impl SfuConfig {
    pub fn new(shards: u8, udp: Vec<SocketAddr>, candidates: Vec<LocalCandidate>) -> Self {
        Self {
            shards: shards.max(1),
            udp,
            candidates,
            outlets: Outlets::default(),
            placement: Placement::default(),
            initial_estimate: Bitrate::kbps(1_000),
            udp_options: UdpOptions::default(),
        }
    }
}
