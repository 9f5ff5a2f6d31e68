//! What the doors need from the rest of the server.

use crate::token::ApiKeys;
use base::{ParticipantSid, Redacted};
use room::Rooms;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The server as signalling sees it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct State {
    pub keys: Arc<ApiKeys>,
    pub rooms: Rooms,
    pub ice: Arc<dyn IceServers>,
    pub node: Arc<Node>,
    pub limits: SessionLimits,
}

/// Where clients find a relay. Filled in by whoever runs one.
pub trait IceServers: Send + Sync + fmt::Debug {
    /// Servers with credentials for this participant only, valid for long enough to connect.
    fn ice_servers(&self, participant: &ParticipantSid) -> Vec<IceServer>;
}

/// One STUN or TURN server, in the words of browsers' `RTCIceServer`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IceServer {
    /// `turn:host:port?transport=udp`, `turns:…`, `stun:…`.
    pub urls: Vec<String>,
    /// Empty for STUN.
    pub username: String,
    pub credential: Redacted<String>,
}

/// No relay: clients reach the media ports directly.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoIceServers;

impl IceServers for NoIceServers {
    fn ice_servers(&self, _: &ParticipantSid) -> Vec<IceServer> {
        Vec::new()
    }
}

/// What clients are told about this server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// `ND_…`.
    pub id: String,
    pub region: String,
}

/// How much one signalling connection may take, and how long it may be silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLimits {
    /// The largest message of a client. An offer with some hundreds of sections fits.
    pub message_bytes: usize,
    /// How often clients send a ping; what the ecosystem's servers ask for.
    pub ping_interval: Duration,
    /// Without a pong for so long, clients count the connection as lost.
    pub ping_timeout: Duration,
    /// Without any frame for so long, the server does. Longer than the clients' own limit, so that
    /// it is they who notice first and come back.
    pub silence: Duration,
    /// A message that the client's TCP does not take for so long means that it does not read.
    pub write_timeout: Duration,
    /// Messages each second, lasting; see `session/flood.rs` for how large ones count.
    pub messages_per_second: u32,
    /// Messages at once. A client that joins a large room sends a setting for each picture.
    pub messages_burst: u32,
    /// How long a refreshed token is valid; several times the interval of refreshing.
    pub token_ttl: Duration,
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self {
            message_bytes: 2 * 1024 * 1024,
            ping_interval: Duration::from_secs(5),
            ping_timeout: Duration::from_secs(15),
            silence: Duration::from_secs(30),
            write_timeout: Duration::from_secs(10),
            messages_per_second: 200,
            messages_burst: 2_000,
            token_ttl: Duration::from_secs(20 * 60),
        }
    }
}
