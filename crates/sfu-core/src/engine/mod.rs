//! One shard: all state of its peers and tracks, driven by [`Engine::handle`] and [`Engine::poll`].
//!
//! `handle` may be called many times (a batch of datagrams, some commands, the timeout) before
//! `poll` is drained; packets that go to one client are then sent in one burst. The work is done
//! in `poll`, one connection at a time, so that the shell sends the first while the others wait. `poll` must be
//! drained before waiting for [`Engine::next_deadline`].

mod assembly;
mod bind;
mod commands;
mod data;
mod datagrams;
mod drain;
mod falls;
mod fan_out;
mod ingest;
mod negotiate;
mod offers;
mod pictures;
mod publish;
mod relay;
mod replay;
mod reports;
mod requests;
mod subscribe;
mod taps;
mod targets;
mod ticks;

pub use pictures::Pictures;

use crate::config::{EngineConfig, ShardId};
use crate::datagram::{Datagram, Received};
use crate::id_map::IdMap;
use crate::peer::{Peer, Route};
use crate::recent::Kept;
use crate::redundancy::Redundancy;
use crate::relay::Envelope;
use crate::speakers::Speakers;
use crate::strays::Strays;
use crate::tap::{TapId, TapPacket, TapState};
use crate::track::Track;
use crate::transport::Certificate;
use assembly::Assembly;
use base::media::{Command, Event, PcTarget};
use base::rng::Rng;
use base::{PeerId, RoomKey, TrackId};
use fan_out::FanOut;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

/// What happens to a shard.
#[derive(Debug)]
pub enum Input<'a> {
    Command(Command),
    Datagram(Received<'a>),
    /// From another shard.
    Relay(ShardId, Envelope),
    /// A sink in this process wants a track that is published here.
    Tap(TapId, TrackId),
    Untap(TapId),
    /// [`Engine::next_deadline`] has come.
    Timeout,
}

/// What a shard wants done.
#[derive(Debug)]
pub enum Output {
    /// Datagrams for one client come one after the other.
    Send(Datagram),
    Event(Event),
    Relay(ShardId, Envelope),
    Tap(TapId, TapPacket),
    /// The tapped track is no more.
    TapEnded(TapId),
}

/// One shard of the media plane.
#[derive(Debug)]
pub struct Engine {
    config: Arc<EngineConfig>,
    rng: Rng,
    certificate: Option<Certificate>,
    now: Instant,
    /// Boxed: a table is mostly room for more.
    peers: IdMap<PeerId, Box<Peer>>,
    tracks: IdMap<TrackId, Track>,
    /// Subscriptions to tracks that this shard has not heard of yet.
    waiting: IdMap<TrackId, Vec<PeerId>>,
    /// Who is known by a username fragment.
    ufrags: HashMap<String, LegKey>,
    /// Who sends from an address, once an authentic STUN request or authentic media came from it.
    routes: HashMap<Route, LegKey>,
    /// Who sends a stream, by SSRC.
    streams: HashMap<u32, LegKey>,
    /// Who was last found at an IP address.
    places: HashMap<IpAddr, VecDeque<PeerId>>,
    strays: Strays,
    /// Where the packet has come from that is being looked at, if nobody is known there.
    stray: Option<Route>,
    timers: BTreeSet<(Instant, LegKey)>,
    /// Frames that have not come completely.
    assembly: Assembly,
    /// Media that has come and waits for the drain to be sent on, and what of it is under way.
    pending: VecDeque<Arc<Kept>>,
    fan_out: Option<FanOut>,
    /// Several tracks are being sent on: connections send when all have been.
    is_gathering: bool,
    /// Connections that were given something since they were last drained.
    dirty: VecDeque<LegKey>,
    /// Peers whose receiving sections may have to change.
    unsettled: BTreeSet<PeerId>,
    /// Peers whose bandwidth is to be divided anew.
    unallocated: BTreeSet<PeerId>,
    redundancy: Redundancy,
    taps: BTreeMap<TapId, TapState>,
    speakers: IdMap<RoomKey, Speakers>,
    tick: Option<Instant>,
    outputs: VecDeque<Output>,
    counters: Counters,
}

/// Totals since the shard began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    pub datagrams_in: u64,
    pub bytes_in: u64,
    pub datagrams_out: u64,
    pub bytes_out: u64,
    /// Media packets taken from publishers, and written to subscribers.
    pub packets_in: u64,
    pub packets_forwarded: u64,
    pub key_frames_asked: u64,
    /// Dropped: from nobody we know; malformed; of no announced track.
    pub dropped_strange: u64,
    pub dropped_malformed: u64,
    pub dropped_unannounced: u64,
    pub dropped_lossy_data: u64,
    /// Connections that failed by themselves.
    pub connections_broken: u64,
}

/// A peer connection: its peer, and its place among his.
pub(crate) type LegKey = (PeerId, u8);

impl Engine {
    pub fn new(config: EngineConfig, rng: Rng, now: Instant) -> Self {
        Self {
            config: Arc::new(config),
            rng,
            certificate: Certificate::generate(),
            now,
            peers: IdMap::default(),
            tracks: IdMap::default(),
            waiting: IdMap::default(),
            ufrags: HashMap::new(),
            routes: HashMap::new(),
            streams: HashMap::new(),
            places: HashMap::new(),
            strays: Strays::new(now),
            stray: None,
            timers: BTreeSet::new(),
            assembly: Assembly::default(),
            pending: VecDeque::new(),
            fan_out: None,
            is_gathering: false,
            dirty: VecDeque::new(),
            unsettled: BTreeSet::new(),
            unallocated: BTreeSet::new(),
            redundancy: Redundancy::default(),
            taps: BTreeMap::new(),
            speakers: IdMap::default(),
            tick: None,
            outputs: VecDeque::new(),
            counters: Counters::default(),
        }
    }

    pub fn handle(&mut self, now: Instant, input: Input<'_>) {
        self.now = self.now.max(now);
        match input {
            Input::Command(command) => self.command(command),
            Input::Datagram(received) => self.datagram(received),
            Input::Relay(from, envelope) => self.letter(from, envelope.0),
            Input::Tap(tap, track) => self.tap(tap, track),
            Input::Untap(tap) => self.untap(tap),
            Input::Timeout => self.timeout(),
        }
    }

    pub fn poll(&mut self) -> Option<Output> {
        while self.outputs.is_empty() && self.work() {}
        self.outputs.pop_front()
    }

    /// When to call [`Self::handle`] with [`Input::Timeout`]; `None`: nobody is here.
    pub fn next_deadline(&self) -> Option<Instant> {
        let timer = self.timers.first().map(|(at, _)| *at);
        let frame = self.assembly.next_deadline();
        timer.into_iter().chain(self.tick).chain(frame).min()
    }

    /// Whether somebody of ours has shown by an authentic packet that he is at this address.
    pub fn knows(&self, protocol: crate::datagram::Protocol, source: SocketAddr) -> bool {
        self.routes.contains_key(&(protocol, source))
    }

    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// Peers and published tracks that this shard carries.
    pub fn census(&self) -> (usize, usize) {
        let at_home = self.tracks.values().filter(|t| t.home == self.config.shard);
        (self.peers.len(), at_home.count())
    }

    fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    fn mark_dirty(&mut self, peer: PeerId, leg: usize) {
        if let Some(peer) = self.peers.get_mut(&peer) {
            mark(&mut self.dirty, peer, leg);
        }
    }
}

/// As [`Engine::mark_dirty`], for a peer at hand.
fn mark(dirty: &mut VecDeque<LegKey>, peer: &mut Peer, leg: usize) {
    let id = peer.id();
    if let Some(leg_state) = peer.legs.get_mut(leg)
        && !leg_state.is_dirty
    {
        leg_state.is_dirty = true;
        dirty.push_back((id, u8::try_from(leg).unwrap_or(0)));
    }
}

const fn leg_index(target: PcTarget) -> usize {
    match target {
        PcTarget::Publisher => 0,
        PcTarget::Subscriber => 1,
    }
}
