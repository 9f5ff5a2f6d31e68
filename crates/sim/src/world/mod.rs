//! The world: shards of the server, bots, the network between them, and one clock.

mod cameras;
mod links;
mod people;
mod shard;
mod trouble;
mod words;

pub use cameras::{CAMERA, SMALL_CAMERA};

use crate::bot::{Bot, Seen};
use crate::invariant::Broken;
use crate::room::{Room, Signal};
use base::media::Command;
use base::rng::Rng;
use base::{ParticipantSid, PeerId, TrackId};
use links::Links;
use room_core::{ClientCommand, SessionId};
use sfu_core::Envelope;
use shard::Shard;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

#[derive(Debug)]
pub struct World {
    pub now: Instant,
    pub epoch: Instant,
    pub rng: Rng,
    pub room: Room,
    shards: Vec<Shard>,
    homes: BTreeMap<PeerId, usize>,
    pub bots: BTreeMap<PeerId, Bot>,
    links: BTreeMap<PeerId, Links>,
    messages: BTreeMap<(Instant, u64), Message>,
    next_id: u64,
    /// The most outputs that one shard had ready at a time.
    pub most_outputs: usize,
    /// Events that the room would have had to do something about.
    pub failures: Vec<String>,
    /// Whose connection ended through no fault of the server's; a call may have one.
    dropped: Option<PeerId>,
    pub trace: bool,
}

#[derive(Debug)]
enum Message {
    Command(Command),
    Signal(PeerId, SessionId, Signal),
    Client(SessionId, ClientCommand),
    SignalLost(SessionId),
    Resume(PeerId, Vec<(ParticipantSid, u32)>),
    Relay {
        from: usize,
        to: usize,
        envelope: Envelope,
    },
}

/// The clock moves at least so far: as finely as a shard's own loop.
const GRAIN: Duration = Duration::from_micros(200);

/// One way of the signal connection.
const SIGNAL_DELAY: Duration = Duration::from_millis(20);

impl World {
    pub fn new(seed: u64, shards: u8) -> Self {
        let now = base::clock::OsClock.now();
        let mut rng = Rng::from_seed(seed);
        crate::chance::seed_transports(&mut rng);
        let shards = (0..shards)
            .map(|index| Shard::new(index, shards, Rng::from_seed(rng.next_u64()), now))
            .collect();
        let room = Room::open(now, Rng::from_seed(rng.next_u64()));
        Self {
            now,
            epoch: now,
            rng,
            room,
            shards,
            homes: BTreeMap::new(),
            bots: BTreeMap::new(),
            links: BTreeMap::new(),
            messages: BTreeMap::new(),
            next_id: 0,
            most_outputs: 0,
            failures: Vec::new(),
            dropped: None,
            trace: std::env::var_os("SIM_TRACE").is_some(),
        }
    }

    pub fn seen(&self, peer: PeerId, track: TrackId) -> Option<&Seen> {
        self.bots.get(&peer)?.seen.get(&track)
    }

    /// Peers and tracks in the room and on all shards, and whether any shard still waits for something.
    pub fn census(&self) -> (usize, usize, bool) {
        let (people, tracks) = self.room.census();
        let mut total = (people, tracks, false);
        for shard in &self.shards {
            let (peers, tracks) = shard.engine.census();
            total.0 += peers;
            total.1 += tracks;
            total.2 |= shard.engine.next_deadline().is_some();
        }
        total
    }

    /// The server's machine stops, and nothing is left of it.
    pub fn stop_server(&mut self) {
        self.shards.clear();
    }

    /// Lets time pass.
    pub fn run(&mut self, time: Duration) -> Result<(), Broken> {
        let end = self.now + time;
        while self.now < end {
            self.step(end)?;
        }
        Ok(())
    }

    fn step(&mut self, end: Instant) -> Result<(), Broken> {
        let due = self.next_deadline().unwrap_or(end);
        self.now = due.max(self.now + GRAIN).min(end);
        self.wake_room();
        self.deliver_messages();
        self.deliver_up();
        self.drain_shards();
        self.deliver_down()?;
        self.tick_bots()
    }

    fn next_deadline(&self) -> Option<Instant> {
        let messages = self.messages.keys().next().map(|(at, _)| *at);
        let shards = self.shards.iter().filter_map(|s| s.engine.next_deadline());
        let bots = self.bots.values().filter_map(Bot::next_deadline);
        let links = self.links.values().filter_map(Links::next_deadline);
        messages
            .into_iter()
            .chain(shards)
            .chain(bots)
            .chain(links)
            .chain(self.room.next_deadline())
            .min()
    }

    /// For whoever looks into a seed: `SIM_TRACE=1`.
    pub(crate) fn note(&self, what: &str) {
        if self.trace {
            println!("{:?} {what}", self.now - self.epoch);
        }
    }

    fn later(&mut self, delay: Duration, message: Message) {
        let id = self.id();
        self.messages.insert((self.now + delay, id), message);
    }

    fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }
}
