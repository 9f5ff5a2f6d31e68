//! One media thread.

use crate::config::SfuConfig;
use crate::events::Rooms;
use crate::handle::StartError;
use crate::mailbox::{Mail, Mailbox};
use crate::meters::Meters;
use crate::tap::Feed;
use crate::wires::{Wires, protocol};
use base::clock::OsClock;
use base::media::Command;
use base::rng::Rng;
use net::{Datagram, FiveTuple, Kind, Poller, Ready, RouteTable};
use sfu_core::{Engine, EngineConfig, Input, Output, Received, ShardId, Strays, TapId};
use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

pub(crate) struct Shard {
    id: ShardId,
    engine: Engine,
    poller: Poller,
    wires: Wires,
    pub(crate) mailbox: Mailbox,
    mail: VecDeque<Mail>,
    rooms: Rooms,
    taps: HashMap<TapId, Feed>,
    /// Flows that the kernel gives to us but whose peers are on another shard.
    elsewhere: RouteTable,
    strays: Strays,
    meters: Meters,
}

/// Flows remembered for other shards: as many peers as a machine of this kind carries.
const MOST_FLOWS: usize = 16_384;
/// Clients check consent every 5 s (RFC 7675).
const FLOW_EXPIRY: Duration = Duration::from_secs(30);
/// How soon to try again what a room did not take.
const RETRY_AFTER: Duration = Duration::from_millis(2);

impl Shard {
    pub(crate) fn bind(config: &SfuConfig, id: ShardId) -> Result<Self, StartError> {
        let now = OsClock.now();
        let mut poller = Poller::new().map_err(StartError::Thread)?;
        let wires = Wires::bind(config, &mut poller)?;
        let mailbox = Mailbox::new(poller.waker());
        let prefix = net::ufrag_prefix(net::Shard(u16::from(id.0)));
        let engine = EngineConfig {
            initial_estimate: config.initial_estimate,
            ..EngineConfig::new(id, config.shards, config.candidates.clone(), prefix)
        };
        Ok(Self {
            id,
            engine: Engine::new(engine, Rng::from_os(), now),
            poller,
            wires,
            mailbox,
            mail: VecDeque::new(),
            rooms: Rooms::default(),
            taps: HashMap::new(),
            elsewhere: RouteTable::new(now, MOST_FLOWS, FLOW_EXPIRY),
            strays: Strays::new(now),
            meters: Meters::new(id),
        })
    }

    pub(crate) fn id(&self) -> ShardId {
        self.id
    }

    /// Runs until told to stop, or until a socket breaks.
    pub(crate) fn run(mut self, shards: &[Mailbox]) {
        let mut ready = Ready::default();
        let outcome = loop {
            match self.tick(ready, shards) {
                Ok(Some(next)) => ready = next,
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        if let Err(error) = outcome {
            tracing::error!(shard = self.id.0, %error, "a media thread ends");
        }
        self.mailbox.close();
    }

    /// Commands → datagrams → timers → drain → send → wait. `None`: told to stop.
    fn tick(&mut self, ready: Ready, shards: &[Mailbox]) -> std::io::Result<Option<Ready>> {
        if self.read_mail(shards) {
            return Ok(None);
        }
        self.read_wires(ready, shards)?;
        let now = OsClock.now();
        if self.engine.next_deadline().is_some_and(|at| at <= now) {
            self.engine.handle(now, Input::Timeout);
        }
        self.drain(shards);
        let is_waiting = self.rooms.retry();
        let now = OsClock.now();
        self.meters
            .report(now, &self.engine, &self.wires, &self.mailbox, &self.rooms);
        let retry = is_waiting.then(|| now + RETRY_AFTER);
        let deadline = self.engine.next_deadline().into_iter().chain(retry).min();
        self.poller.wait(now, deadline).map(Some)
    }

    /// Whether it was told to stop.
    fn read_mail(&mut self, shards: &[Mailbox]) -> bool {
        let mut mail = std::mem::take(&mut self.mail);
        self.mailbox.take(&mut mail);
        let now = OsClock.now();
        let mut is_over = false;
        for mail in mail.drain(..) {
            match mail {
                Mail::Open(open, sender) => {
                    self.rooms.open(&open, sender);
                    self.engine.handle(now, Input::Command(Command::Open(open)));
                }
                Mail::Move(peer, room, sender) => {
                    self.rooms.move_to(peer, room, sender);
                    let command = Command::Move { peer, room };
                    self.engine.handle(now, Input::Command(command));
                }
                Mail::Command(command) => self.command(now, command),
                Mail::Relay(from, envelope) => {
                    self.engine.handle(now, Input::Relay(from, envelope));
                }
                Mail::Inbound(from, inbound) => {
                    self.take_in(inbound.as_datagram(), from, shards);
                }
                Mail::Learn(flow, owner) => {
                    let owner = net::Shard(u16::from(owner.0));
                    self.elsewhere.learn(now, flow, owner);
                }
                Mail::Tap(tap, track, feed) => {
                    self.taps.insert(tap, feed);
                    self.engine.handle(now, Input::Tap(tap, track));
                }
                Mail::Untap(tap) => {
                    self.taps.remove(&tap);
                    self.engine.handle(now, Input::Untap(tap));
                }
                Mail::Stop => is_over = true,
            }
        }
        self.mail = mail;
        is_over
    }

    fn command(&mut self, now: Instant, command: Command) {
        let closed = match &command {
            Command::Close { peer } => Some(*peer),
            _ => None,
        };
        self.engine.handle(now, Input::Command(command));
        if let Some(peer) = closed {
            self.rooms.close(peer);
        }
    }

    fn read_wires(&mut self, ready: Ready, shards: &[Mailbox]) -> std::io::Result<()> {
        let Self {
            wires,
            engine,
            elsewhere,
            strays,
            id,
            ..
        } = self;
        wires.read(ready, |datagram| {
            route(*id, engine, elsewhere, strays, datagram, shards);
        })
    }

    /// A packet that another shard, a TCP connection or the TURN relay has brought.
    fn take_in(&mut self, datagram: Datagram<'_>, from: Option<ShardId>, shards: &[Mailbox]) {
        self.engine
            .handle(datagram.at, Input::Datagram(received(datagram)));
        let Some(from) = from else {
            return;
        };
        // Authentic, as the engine now knows: the shard that got it may send us what follows.
        let is_ours = self.engine.knows(protocol(datagram.proto), datagram.source);
        if is_ours && let Some(mailbox) = shards.get(usize::from(from.0)) {
            // A shard that takes no messages has ended, and the process with it.
            let _ = mailbox.send(Mail::Learn(flow(datagram), self.id));
        }
    }

    fn drain(&mut self, shards: &[Mailbox]) {
        while let Some(output) = self.engine.poll() {
            match output {
                Output::Send(datagram) => self.wires.queue(datagram),
                Output::Event(event) => {
                    self.meters.observe(&event);
                    self.rooms.tell(event);
                }
                Output::Tap(tap, packet) => {
                    if let Some(feed) = self.taps.get(&tap) {
                        feed.push(packet);
                    }
                }
                Output::TapEnded(tap) => {
                    if let Some(feed) = self.taps.remove(&tap) {
                        feed.end();
                    }
                }
                Output::Relay(to, envelope) => {
                    if let Some(mailbox) = shards.get(usize::from(to.0)) {
                        // As above.
                        let _ = mailbox.send(Mail::Relay(self.id, envelope));
                    }
                }
            }
        }
        self.wires.flush();
    }
}

/// To our engine, or to the shard whose peer it is for.
fn route(
    id: ShardId,
    engine: &mut Engine,
    elsewhere: &mut RouteTable,
    strays: &mut Strays,
    datagram: Datagram<'_>,
    shards: &[Mailbox],
) {
    let mut is_strange = false;
    if shards.len() > 1 && !engine.knows(protocol(datagram.proto), datagram.source) {
        let named = net::ufrag_of_binding_request(datagram.bytes).and_then(net::shard_of_ufrag);
        let owner = named.or_else(|| elsewhere.shard_of(datagram.at, &flow(datagram)));
        let other = owner.filter(|owner| owner.index() != usize::from(id.0));
        if let Some(other) = other {
            if let Some(mailbox) = shards.get(other.index()) {
                // As above.
                let _ = mailbox.send(Mail::Inbound(Some(id), datagram.to_inbound()));
            }
            return;
        }
        is_strange =
            owner.is_none() && matches!(net::demux(datagram.bytes), Kind::Rtp | Kind::Rtcp);
    }
    engine.handle(datagram.at, Input::Datagram(received(datagram)));
    if is_strange
        && !engine.knows(protocol(datagram.proto), datagram.source)
        && strays.may_try(datagram.at)
    {
        let others = shards.iter().zip(0..).filter(|(_, other)| *other != id.0);
        for (mailbox, _) in others {
            // As above.
            let _ = mailbox.send(Mail::Inbound(Some(id), datagram.to_inbound()));
        }
    }
}

fn received(datagram: Datagram<'_>) -> Received<'_> {
    Received {
        protocol: protocol(datagram.proto),
        source: datagram.source,
        destination: datagram.destination,
        bytes: datagram.bytes,
    }
}

fn flow(datagram: Datagram<'_>) -> FiveTuple {
    FiveTuple {
        proto: datagram.proto,
        source: datagram.source,
        destination: datagram.destination,
    }
}
