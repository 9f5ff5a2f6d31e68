//! The world: shards of the server, bots, the network between them, and one clock.

use crate::bot::{Bot, Client, Sabotage, Seen};
use crate::invariant::Broken;
use crate::media::{AudioEncoder, VideoEncoder, VideoLayer};
use crate::net::{Link, Node, Packet, Path};
use crate::room::{Room, participant};
use base::media::{
    Codec, Command, Event, Kind, LayerSpec, PcMode, Quality, Source, SubscriptionSettings,
    TrackCodec, TrackSpec,
};
use base::rng::Rng;
use base::{Bitrate, PeerId, TrackId, TrackSid};
use sfu_core::{Datagram, EngineConfig, Envelope, LocalCandidate, Protocol, Received, ShardId};
use sfu_core::{Engine, Input, Output};
use std::collections::BTreeMap;
use std::net::SocketAddr;
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
struct Shard {
    engine: Engine,
}

#[derive(Debug)]
struct Links {
    up: Link,
    down: Link,
}

#[derive(Debug)]
enum Message {
    Command(Command),
    Signal(PeerId, Event),
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

/// From one shard's queue to the other's.
const RELAY_DELAY: Duration = Duration::from_micros(100);

/// sctp-proto 0.10 closes an association when its first message comes late, on a path that reorders,
/// after a repetition has done its work (RFC 9260 section 5.2.2 wants it answered), and str0m the
/// connection with it. It befalls one call in some hundred here. The room gives the participant
/// up, and his client would join anew.
fn is_late_greeting(why: &str) -> bool {
    why == "the client closed the connection" || why == "shutdown called in non-Established state"
}

/// As clients of this ecosystem publish a 720p camera.
pub const CAMERA: [VideoLayer; 3] = [
    VideoLayer {
        width: 320,
        height: 180,
        bitrate: Bitrate::kbps(150),
        fps: 20,
    },
    VideoLayer {
        width: 640,
        height: 360,
        bitrate: Bitrate::kbps(450),
        fps: 20,
    },
    VideoLayer {
        width: 1280,
        height: 720,
        bitrate: Bitrate::kbps(1_700),
        fps: 30,
    },
];

/// A camera that costs the simulation less.
pub const SMALL_CAMERA: [VideoLayer; 3] = [
    VideoLayer {
        width: 160,
        height: 90,
        bitrate: Bitrate::kbps(60),
        fps: 15,
    },
    VideoLayer {
        width: 320,
        height: 180,
        bitrate: Bitrate::kbps(150),
        fps: 15,
    },
    VideoLayer {
        width: 640,
        height: 360,
        bitrate: Bitrate::kbps(400),
        fps: 15,
    },
];

impl World {
    pub fn new(seed: u64, shards: u8) -> Self {
        let now = base::clock::OsClock.now();
        let mut rng = Rng::from_seed(seed);
        crate::chance::seed_transports(&mut rng);
        let shards = (0..shards)
            .map(|index| Shard::new(index, shards, Rng::from_seed(rng.next_u64()), now))
            .collect();
        Self {
            now,
            epoch: now,
            rng,
            room: Room::default(),
            shards,
            homes: BTreeMap::new(),
            bots: BTreeMap::new(),
            links: BTreeMap::new(),
            messages: BTreeMap::new(),
            next_id: 0,
            most_outputs: 0,
            failures: Vec::new(),
            dropped: None,
            trace: false,
        }
    }

    /// Somebody joins over a path that is the same both ways.
    pub fn join(&mut self, mode: PcMode, path: Path) -> PeerId {
        self.join_with(mode.into(), path)
    }

    /// The same, with a client that may be an unusual one.
    pub fn join_with(&mut self, client: Client, path: Path) -> PeerId {
        let peer = PeerId(self.id());
        let home = (peer.0 as usize) % self.shards.len();
        self.homes.insert(peer, home);
        let links = Links {
            up: Link::new(path, &mut self.rng),
            down: Link::new(path, &mut self.rng),
        };
        self.links.insert(peer, links);
        let bot = Bot::new(peer, client, self.now, self.epoch);
        self.bots.insert(peer, bot);
        let commands = self.room.join(peer, client.mode);
        self.command_all(commands);
        peer
    }

    /// He leaves, as one should.
    pub fn leave(&mut self, peer: PeerId) {
        self.vanish(peer);
        self.forget(peer);
    }

    /// His machine stops; the server hears no goodbye.
    pub fn vanish(&mut self, peer: PeerId) {
        self.bots.remove(&peer);
        self.links.remove(&peer);
    }

    /// The room gives somebody up.
    pub fn forget(&mut self, peer: PeerId) {
        let commands = self.room.leave(peer);
        self.command_all(commands);
    }

    pub fn publish_audio(&mut self, peer: PeerId) -> TrackId {
        let spec = self.spec(peer, Kind::Audio, Source::Microphone, &[]);
        let audio = AudioEncoder::new(spec.id, self.epoch, self.now, &mut self.rng);
        self.publish(spec, Vec::new(), Some(audio))
    }

    pub fn publish_video(
        &mut self,
        peer: PeerId,
        source: Source,
        layers: &[VideoLayer],
    ) -> TrackId {
        let spec = self.spec(peer, Kind::Video, source, layers);
        let encoders = layers.iter().zip(0..).map(|(layer, stream)| {
            let (epoch, now) = (self.epoch, self.now);
            VideoEncoder::new(spec.id, stream, *layer, epoch, now, &mut self.rng)
        });
        let encoders = encoders.collect();
        self.publish(spec, encoders, None)
    }

    fn publish(
        &mut self,
        spec: TrackSpec,
        videos: Vec<VideoEncoder>,
        audio: Option<AudioEncoder>,
    ) -> TrackId {
        let id = spec.id;
        let commands = self.room.publish(spec.clone());
        self.command_all(commands);
        if let Some(bot) = self.bots.get_mut(&spec.publisher) {
            bot.publish(spec, videos, audio);
        }
        id
    }

    fn spec(
        &mut self,
        peer: PeerId,
        kind: Kind,
        source: Source,
        layers: &[VideoLayer],
    ) -> TrackSpec {
        let id = TrackId(self.id());
        let qualities = Quality::ALL.iter().zip(layers).zip(crate::bot::RIDS);
        let layers = qualities.map(|((quality, layer), rid)| LayerSpec {
            quality: *quality,
            width: layer.width.into(),
            height: layer.height.into(),
            bitrate: layer.bitrate,
            rid: Some(rid.to_owned()),
        });
        let codec = match kind {
            Kind::Audio => Codec::Opus,
            Kind::Video => Codec::Vp8,
        };
        TrackSpec {
            id,
            sid: TrackSid::random(&mut self.rng, kind, source),
            publisher: peer,
            participant: participant(peer),
            kind,
            source,
            codecs: vec![TrackCodec {
                codec: Some(codec),
                cid: format!("cid{id}"),
                layers: layers.collect(),
            }],
            stereo: false,
            dtx: false,
            red: false,
            muted: false,
            encrypted: false,
        }
    }

    pub fn unpublish(&mut self, peer: PeerId, track: TrackId) {
        let commands = self.room.unpublish(peer, track);
        self.command_all(commands);
        if let Some(bot) = self.bots.get_mut(&peer) {
            bot.unpublish(track);
        }
    }

    pub fn mute(&mut self, peer: PeerId, track: TrackId, muted: bool) {
        let commands = self.room.mute(peer, track, muted);
        self.command_all(commands);
        if let Some(bot) = self.bots.get_mut(&peer) {
            bot.mute(self.now, track, muted);
        }
    }

    pub fn configure(&mut self, peer: PeerId, track: TrackId, settings: SubscriptionSettings) {
        let commands = self.room.configure(peer, track, settings);
        self.command_all(commands);
    }

    pub fn subscribe(&mut self, peer: PeerId, track: TrackId, wanted: bool) {
        let commands = self.room.subscribe(peer, track, wanted);
        self.command_all(commands);
        if let Some(bot) = self.bots.get_mut(&peer) {
            bot.resubscribed(self.now, track);
        }
    }

    pub fn restore_all(&mut self) {
        let commands = self.room.restore_all();
        for command in &commands {
            if let Command::Subscribe(subscribe) = command
                && let Some(bot) = self.bots.get_mut(&subscribe.peer)
            {
                bot.resubscribed(self.now, subscribe.track);
            }
        }
        self.command_all(commands);
    }

    pub fn set_down(&mut self, peer: PeerId, path: Path) {
        if let Some(links) = self.links.get_mut(&peer) {
            links.down.set(path);
        }
    }

    pub fn set_up(&mut self, peer: PeerId, path: Path) {
        if let Some(links) = self.links.get_mut(&peer) {
            links.up.set(path);
        }
    }

    pub fn cut(&mut self, peer: PeerId, is_cut: bool) {
        if let Some(links) = self.links.get_mut(&peer) {
            links.up.cut(is_cut);
            links.down.cut(is_cut);
        }
    }

    pub fn sabotage(&mut self, peer: PeerId, sabotage: Sabotage) {
        if let Some(bot) = self.bots.get_mut(&peer) {
            bot.sabotage = sabotage;
        }
    }

    pub fn seen(&self, peer: PeerId, track: TrackId) -> Option<&Seen> {
        self.bots.get(&peer)?.seen.get(&track)
    }

    /// Peers and tracks on all shards, and whether any shard still waits for something.
    pub fn census(&self) -> (usize, usize, bool) {
        let mut total = (0, 0, false);
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
        let links = self.links.values();
        let links = links.filter_map(|l| {
            let both = [l.up.next_deadline(), l.down.next_deadline()];
            both.into_iter().flatten().min()
        });
        messages
            .into_iter()
            .chain(shards)
            .chain(bots)
            .chain(links)
            .min()
    }

    fn deliver_messages(&mut self) {
        while let Some(entry) = self.messages.first_entry() {
            if entry.key().0 > self.now {
                break;
            }
            match entry.remove() {
                Message::Command(command) => self.command(command),
                Message::Signal(peer, event) => self.signal(peer, event),
                Message::Relay { from, to, envelope } => {
                    let from = ShardId(from as u8);
                    let input = Input::Relay(from, envelope);
                    self.shards[to].engine.handle(self.now, input);
                }
            }
        }
    }

    fn signal(&mut self, peer: PeerId, event: Event) {
        let Some(bot) = self.bots.get_mut(&peer) else {
            return;
        };
        for command in bot.signal(self.now, event) {
            self.later(SIGNAL_DELAY, Message::Command(command));
        }
    }

    fn deliver_up(&mut self) {
        for (peer, links) in &mut self.links {
            let shard = &mut self.shards[self.homes[peer]];
            while let Some(packet) = links.up.pop(self.now) {
                let received = Received {
                    protocol: Protocol::Udp,
                    source: packet.source,
                    destination: packet.destination,
                    bytes: &packet.bytes,
                };
                shard.engine.handle(self.now, Input::Datagram(received));
            }
        }
    }

    fn drain_shards(&mut self) {
        for index in 0..self.shards.len() {
            let engine = &mut self.shards[index].engine;
            if engine.next_deadline().is_some_and(|at| at <= self.now) {
                engine.handle(self.now, Input::Timeout);
            }
            let mut count = 0;
            while let Some(output) = self.shards[index].engine.poll() {
                count += 1;
                self.output(index, output);
            }
            self.most_outputs = self.most_outputs.max(count);
        }
    }

    fn output(&mut self, shard: usize, output: Output) {
        match output {
            Output::Send(datagram) => self.send_down(datagram),
            Output::Event(event) => self.event(event),
            Output::Relay(to, envelope) => {
                let message = Message::Relay {
                    from: shard,
                    to: usize::from(to.0),
                    envelope,
                };
                self.later(RELAY_DELAY, message);
            }
            // Nobody taps here.
            Output::Tap(..) | Output::TapEnded(_) => {}
        }
    }

    fn send_down(&mut self, datagram: Datagram) {
        let at = datagram.destination;
        let Some(bot) = self.bots.values().find(|bot| bot.is_at(at)) else {
            return;
        };
        let packet = Packet {
            source: datagram.source,
            destination: at,
            bytes: datagram.bytes,
        };
        if let Some(links) = self.links.get_mut(&bot.peer) {
            links.down.push(self.now, packet);
        }
    }

    fn event(&mut self, event: Event) {
        if self.trace {
            println!("{:?} {}", self.now - self.epoch, summary(&event));
        }
        let commands = self.room.handle(&event);
        self.command_all(commands);
        let peer = match &event {
            Event::Answer { peer, .. }
            | Event::Offer { peer, .. }
            | Event::SectionsNeeded { peer, .. }
            | Event::StreamStates { peer, .. }
            | Event::Wanted { peer, .. } => *peer,
            Event::Failed { peer, why, .. } if is_late_greeting(why) && self.dropped.is_none() => {
                self.dropped = Some(*peer);
                return self.leave(*peer);
            }
            Event::SdpRefused { peer, why } | Event::Failed { peer, why, .. } => {
                self.failures.push(format!("{peer}: {why}"));
                *peer
            }
            Event::SubscriptionFailed { peer, track } => {
                self.failures.push(format!("{peer}: no codec for {track}"));
                return;
            }
            _ => return,
        };
        self.later(SIGNAL_DELAY, Message::Signal(peer, event));
    }

    fn deliver_down(&mut self) -> Result<(), Broken> {
        for (peer, links) in &mut self.links {
            let Some(bot) = self.bots.get_mut(peer) else {
                continue;
            };
            while let Some(packet) = links.down.pop(self.now) {
                bot.receive(self.now, &packet)
                    .map_err(|v| Broken::Media(*peer, v))?;
            }
        }
        Ok(())
    }

    fn tick_bots(&mut self) -> Result<(), Broken> {
        let mut commands = Vec::new();
        let mut packets = Vec::new();
        for (peer, bot) in &mut self.bots {
            let said = bot.tick(self.now, &mut packets);
            commands.extend(said.map_err(|v| Broken::Media(*peer, v))?);
            if let Some(links) = self.links.get_mut(peer) {
                for packet in packets.drain(..) {
                    links.up.push(self.now, packet);
                }
            }
        }
        for command in commands {
            self.later(SIGNAL_DELAY, Message::Command(command));
        }
        Ok(())
    }

    fn command_all(&mut self, commands: Vec<Command>) {
        for command in commands {
            self.later(Duration::ZERO, Message::Command(command));
        }
    }

    fn command(&mut self, command: Command) {
        let peer = match &command {
            Command::Open(open) => open.peer,
            Command::Subscribe(subscribe) => subscribe.peer,
            Command::Publish(spec) => spec.publisher,
            Command::Close { peer }
            | Command::Move { peer, .. }
            | Command::Offer { peer, .. }
            | Command::Answer { peer, .. }
            | Command::Trickle { peer, .. }
            | Command::RestartIce { peer }
            | Command::Unpublish { peer, .. }
            | Command::Mute { peer, .. }
            | Command::Unsubscribe { peer, .. }
            | Command::Configure { peer, .. } => *peer,
            Command::SendData { .. } => return,
        };
        let shard = self.homes.get(&peer).copied().unwrap_or_default();
        let engine = &mut self.shards[shard].engine;
        // Both ends of a handshake come to the same.
        let cipher = self.bots.get(&peer).map(Bot::cipher).unwrap_or_default();
        cipher.during(|| engine.handle(self.now, Input::Command(command)));
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

impl Shard {
    fn new(index: u8, shards: u8, rng: Rng, now: Instant) -> Self {
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

/// One line for a log; descriptions are long.
fn summary(event: &Event) -> String {
    match event {
        Event::Answer { peer, id, .. } => format!("Answer {peer} {id}"),
        Event::Offer { peer, id, .. } => format!("Offer {peer} {id}"),
        other => format!("{other:?}"),
    }
}
