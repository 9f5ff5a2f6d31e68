//! One peer connection with what the engine keeps about it.

use crate::datagram::Protocol;
use crate::transport::{Connection, Format};
use base::TrackId;
use base::media::PcTarget;
use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::Instant;

/// Addresses that a connection may be reached from at a time: a phone on two networks with IPv4
/// and IPv6, over UDP and TCP, through a few NAT bindings each. The oldest is forgotten.
pub(crate) const MAX_ROUTES: usize = 16;

/// Streams by which a client is known when his address changes: those of his camera, microphone and screen
/// with all their encodings, and as many that have replaced others. The oldest is forgotten.
pub(crate) const MAX_STREAMS: usize = 64;

/// Where a client sends from.
pub(crate) type Route = (Protocol, SocketAddr);

#[derive(Debug)]
pub(crate) struct Leg {
    pub(crate) target: PcTarget,
    pub(crate) connection: Connection,
    /// When it next wants to be woken.
    pub(crate) deadline: Option<Instant>,
    /// Its entry among the engine's timers, not later than that.
    pub(crate) timer: Option<Instant>,
    /// It has been given something since it was last drained.
    pub(crate) is_dirty: bool,
    pub(crate) is_connected: bool,
    pub(crate) is_silent: bool,
    /// Fragments under which it is known; more than one during an ICE restart.
    pub(crate) ufrags: Vec<String>,
    pub(crate) routes: VecDeque<Route>,
    /// SSRCs of authentic media.
    pub(crate) streams: VecDeque<u32>,
    /// By SSRC, what an incoming stream was found to be; `None`: nothing we know of. Forgotten
    /// with each description, which may change it.
    pub(crate) sources: HashMap<u32, Option<Source>>,
}

/// What an incoming stream carries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source {
    pub(crate) track: TrackId,
    pub(crate) encoding: u8,
    /// Index of the simulcast stream, 0 the smallest.
    pub(crate) stream: u8,
    pub(crate) payload_type: u8,
    pub(crate) format: Format,
    pub(crate) is_redundant: bool,
}

impl Leg {
    pub(crate) fn new(target: PcTarget, connection: Connection) -> Self {
        Self {
            target,
            connection,
            deadline: None,
            timer: None,
            is_dirty: false,
            is_connected: false,
            is_silent: false,
            ufrags: Vec::new(),
            routes: VecDeque::new(),
            streams: VecDeque::new(),
            sources: HashMap::new(),
        }
    }
}
