//! The world: shards of the server, bots, the network between them, and one clock.

use crate::bot::{Bot, BotViolation, Client, Sabotage, Seen};
use crate::invariant::Broken;
use crate::media::{AudioEncoder, VideoEncoder, VideoLayer};
use crate::net::{Link, Node, Packet, Path};
use crate::room::{Room, Said, Signal};
use base::media::{Command, Event, Kind, PcMode, Quality, Source, SubscriptionSettings};
use base::rng::Rng;
use base::{Bitrate, ParticipantSid, PeerId, TrackId};
use room_core::model::{AddTrack, BackupCodecPolicy, Encryption, LayerMode, SimulcastCodec};
use room_core::{ClientCommand, SessionId};
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
    pub(crate) links: BTreeMap<PeerId, Links>,
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
pub(crate) struct Links {
    up: Link,
    down: Link,
    /// What a translator of addresses before him adds to his ports.
    pub(crate) port_shift: u16,
}

#[derive(Debug)]
pub(crate) enum Message {
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
pub(crate) const SIGNAL_DELAY: Duration = Duration::from_millis(20);

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

    /// Somebody joins over a path that is the same both ways.
    pub fn join(&mut self, mode: PcMode, path: Path) -> PeerId {
        self.join_with(mode.into(), path)
    }

    /// The same, with a client that may be an unusual one.
    pub fn join_with(&mut self, client: Client, path: Path) -> PeerId {
        let number = self.id();
        let joined = self.room.join(self.now, number, client.mode);
        let (peer, said) = joined.expect("everybody may join");
        let home = self.homes.len() % self.shards.len();
        self.homes.insert(peer, home);
        let links = Links {
            up: Link::new(path, &mut self.rng),
            down: Link::new(path, &mut self.rng),
            port_shift: 0,
        };
        self.links.insert(peer, links);
        let bot = Bot::new(peer, client, self.now, self.epoch);
        self.bots.insert(peer, bot);
        self.obey(said);
        peer
    }

    /// He leaves, as one should.
    pub fn leave(&mut self, peer: PeerId) {
        if let Some(session) = self.vanish(peer) {
            let said = self.room.leave(self.now, session);
            self.obey(said);
        }
    }

    /// His machine stops; the server hears no goodbye, and of his signal connection nothing before
    /// [`Self::forget`].
    pub fn vanish(&mut self, peer: PeerId) -> Option<SessionId> {
        self.bots.remove(&peer);
        self.links.remove(&peer);
        self.room.vanish(peer)
    }

    /// The server notices that a signal connection is gone; the room waits for a resume, and gives
    /// him up.
    pub fn forget(&mut self, session: SessionId) {
        let said = self.room.signal_lost(self.now, session);
        self.obey(said);
    }

    pub fn publish_audio(&mut self, peer: PeerId) -> TrackId {
        let track = self.track(Kind::Audio, Source::Microphone, &[]);
        let id = self.announce(peer, track);
        let audio = AudioEncoder::new(id, self.epoch, self.now, &mut self.rng);
        self.send(peer, id, Vec::new(), Some(audio));
        id
    }

    pub fn publish_video(
        &mut self,
        peer: PeerId,
        source: Source,
        layers: &[VideoLayer],
    ) -> TrackId {
        let track = self.track(Kind::Video, source, layers);
        let id = self.announce(peer, track);
        let encoders = layers.iter().zip(0..).map(|(layer, stream)| {
            let (epoch, now) = (self.epoch, self.now);
            VideoEncoder::new(id, stream, *layer, epoch, now, &mut self.rng)
        });
        let encoders = encoders.collect();
        self.send(peer, id, encoders, None);
        id
    }

    fn announce(&mut self, peer: PeerId, track: AddTrack) -> TrackId {
        let (id, said) = self.room.publish(self.now, peer, track);
        self.obey(said);
        id
    }

    fn send(
        &mut self,
        peer: PeerId,
        track: TrackId,
        videos: Vec<VideoEncoder>,
        audio: Option<AudioEncoder>,
    ) {
        let mut specs = self.room.tracks_of(peer).into_iter();
        let spec = specs.find(|spec| spec.id == track).cloned();
        if let Some((spec, bot)) = spec.zip(self.bots.get_mut(&peer)) {
            bot.publish(spec, videos, audio);
        }
    }

    /// As clients of this ecosystem announce a track.
    fn track(&mut self, kind: Kind, source: Source, layers: &[VideoLayer]) -> AddTrack {
        let cid = format!("cid{}", self.id());
        let qualities = Quality::ALL.iter().zip(layers).zip(crate::bot::RIDS);
        let layers = qualities.map(|((quality, layer), rid)| room_core::model::VideoLayer {
            quality: Some(*quality),
            width: layer.width.into(),
            height: layer.height.into(),
            bitrate_bps: u32::try_from(layer.bitrate.as_bps()).unwrap_or(u32::MAX),
            ssrc: 0,
            repair_ssrc: 0,
            spatial_layer: 0,
            rid: rid.to_owned(),
        });
        let codec = match kind {
            Kind::Audio => "audio/opus",
            Kind::Video => "video/VP8",
        };
        let codec = SimulcastCodec {
            codec: codec.to_owned(),
            cid: cid.clone(),
            layers: layers.collect(),
            layer_mode: LayerMode::OneSpatialLayerPerStream,
        };
        AddTrack {
            cid,
            name: String::new(),
            kind,
            width: 0,
            height: 0,
            muted: false,
            source,
            layers: Vec::new(),
            simulcast_codecs: vec![codec],
            sid: None,
            stereo: false,
            disable_dtx: true,
            disable_red: true,
            encryption: Encryption::default(),
            stream: String::new(),
            backup_codec_policy: BackupCodecPolicy::default(),
            audio_features: Vec::new(),
            packet_trailer_features: Vec::new(),
        }
    }

    /// He stops sending; the room sees it in his next offer.
    pub fn unpublish(&mut self, peer: PeerId, track: TrackId) {
        self.room.unpublished(track);
        if let Some(bot) = self.bots.get_mut(&peer) {
            bot.unpublish(track);
        }
    }

    pub fn mute(&mut self, peer: PeerId, track: TrackId, muted: bool) {
        let said = self.room.mute(self.now, peer, track, muted);
        self.obey(said);
        if let Some(bot) = self.bots.get_mut(&peer) {
            bot.mute(self.now, track, muted);
        }
        if muted {
            for bot in self.bots.values_mut() {
                bot.muted(self.now, track);
            }
        }
    }

    pub fn configure(&mut self, peer: PeerId, track: TrackId, settings: SubscriptionSettings) {
        let said = self.room.configure(self.now, peer, track, settings);
        self.obey(said);
    }

    pub fn subscribe(&mut self, peer: PeerId, track: TrackId, wanted: bool) {
        let said = self.room.subscribe(self.now, peer, track, wanted);
        self.obey(said);
        if let Some(bot) = self.bots.get_mut(&peer) {
            bot.resubscribed(self.now, track);
        }
    }

    /// Everybody wants everything again, at its best.
    pub fn restore_all(&mut self) {
        for (peer, track) in self.room.configured() {
            self.configure(peer, track, SubscriptionSettings::default());
        }
        for (peer, track) in self.room.unsubscribed() {
            self.subscribe(peer, track, true);
        }
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
            .chain(self.room.next_deadline())
            .min()
    }

    fn deliver_messages(&mut self) {
        while let Some(entry) = self.messages.first_entry() {
            if entry.key().0 > self.now {
                break;
            }
            match entry.remove() {
                Message::Command(command) => self.command(command),
                Message::Signal(peer, session, signal) => self.signal(peer, session, signal),
                Message::Client(session, command) => {
                    let said = self.room.command(self.now, session, command);
                    self.obey(said);
                }
                Message::SignalLost(session) => self.forget(session),
                Message::Resume(peer, received) => self.resumed(peer, received),
                Message::Relay { from, to, envelope } => {
                    let from = ShardId(from as u8);
                    let input = Input::Relay(from, envelope);
                    self.shards[to].engine.handle(self.now, input);
                }
            }
        }
    }

    fn wake_room(&mut self) {
        if self.room.next_deadline().is_some_and(|at| at <= self.now) {
            let said = self.room.wake(self.now);
            self.obey(said);
        }
    }

    fn signal(&mut self, peer: PeerId, session: SessionId, signal: Signal) {
        let Some(bot) = self.bots.get_mut(&peer) else {
            return;
        };
        if self.room.session(peer) != Some(session) {
            return;
        }
        for command in bot.signal(self.now, signal) {
            self.client(peer, command);
        }
    }

    /// A client says something over his signal connection, if he has one.
    fn client(&mut self, peer: PeerId, command: Command) {
        let command = match command {
            Command::Offer { id, sdp, .. } => ClientCommand::Offer { id, sdp },
            Command::Answer { id, sdp, .. } => ClientCommand::Answer { id, sdp },
            _ => return,
        };
        if let Some(session) = self.room.session(peer) {
            self.later(SIGNAL_DELAY, Message::Client(session, command));
        }
    }

    fn deliver_up(&mut self) {
        for (peer, links) in &mut self.links {
            let shard = &mut self.shards[self.homes[peer]];
            while let Some(mut packet) = links.up.pop(self.now) {
                packet.source = shifted(packet.source, links.port_shift);
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
        for (peer, links) in &mut self.links {
            let at = shifted(datagram.destination, links.port_shift.wrapping_neg());
            if self.bots.get(peer).is_some_and(|bot| bot.is_at(at)) {
                let packet = Packet {
                    source: datagram.source,
                    destination: at,
                    bytes: datagram.bytes,
                };
                return links.down.push(self.now, packet);
            }
        }
    }

    /// For whoever looks into a seed: `SIM_TRACE=1`.
    pub(crate) fn note(&self, what: &str) {
        if self.trace {
            println!("{:?} {what}", self.now - self.epoch);
        }
    }

    fn event(&mut self, event: Event) {
        self.note(&summary(&event));
        match &event {
            Event::Failed { peer, why, .. } if is_late_greeting(why) && self.dropped.is_none() => {
                self.dropped = Some(*peer);
                self.vanish(*peer);
            }
            // Of one who is gone nothing else can come.
            Event::SdpRefused { peer, why } | Event::Failed { peer, why, .. }
                if self.bots.contains_key(peer) =>
            {
                self.failures.push(format!("{peer}: {why}"));
            }
            Event::SubscriptionFailed { peer, track } => {
                self.failures.push(format!("{peer}: no codec for {track}"));
            }
            _ => {}
        }
        let said = self.room.hear(self.now, event);
        self.obey(said);
    }

    fn deliver_down(&mut self) -> Result<(), Broken> {
        for (peer, links) in &mut self.links {
            let Some(bot) = self.bots.get_mut(peer) else {
                continue;
            };
            while let Some(packet) = links.down.pop(self.now) {
                bot.receive(self.now, &packet)
                    .map_err(|v| broken(*peer, v))?;
            }
        }
        Ok(())
    }

    fn tick_bots(&mut self) -> Result<(), Broken> {
        let mut commands = Vec::new();
        let mut packets = Vec::new();
        for (peer, bot) in &mut self.bots {
            let said = bot.tick(self.now, &mut packets);
            let said = said.map_err(|v| broken(*peer, v))?;
            commands.extend(said.into_iter().map(|command| (*peer, command)));
            if let Some(links) = self.links.get_mut(peer) {
                for packet in packets.drain(..) {
                    links.up.push(self.now, packet);
                }
            }
        }
        for (peer, command) in commands {
            self.client(peer, command);
        }
        Ok(())
    }

    /// What the room says is done.
    pub(crate) fn obey(&mut self, said: Vec<Said>) {
        for said in said {
            match said {
                Said::Command(command) => self.later(Duration::ZERO, Message::Command(command)),
                Said::Tell(peer, session, signal) => {
                    self.later(SIGNAL_DELAY, Message::Signal(peer, session, signal));
                }
                Said::Dismissed(peer, why) => {
                    self.failures.push(format!("{peer} was sent away: {why:?}"));
                }
            }
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
            Command::SendData { .. } => return self.send_data(command),
        };
        let shard = self.homes.get(&peer).copied().unwrap_or_default();
        let engine = &mut self.shards[shard].engine;
        engine.handle(self.now, Input::Command(command));
    }

    /// Each shard gets it for those whom it carries.
    fn send_data(&mut self, command: Command) {
        for shard in &mut self.shards {
            shard
                .engine
                .handle(self.now, Input::Command(command.clone()));
        }
    }

    pub(crate) fn later(&mut self, delay: Duration, message: Message) {
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

fn shifted(mut address: SocketAddr, ports: u16) -> SocketAddr {
    address.set_port(address.port().wrapping_add(ports));
    address
}

fn broken(peer: PeerId, violation: BotViolation) -> Broken {
    match violation {
        BotViolation::Media(violation) => Broken::Media(peer, violation),
        BotViolation::Data(violation) => Broken::Data(peer, violation),
    }
}

/// One line for a log; descriptions are long.
fn summary(event: &Event) -> String {
    match event {
        Event::Answer { peer, id, .. } => format!("Answer {peer} {id}"),
        Event::Offer { peer, id, .. } => format!("Offer {peer} {id}"),
        Event::Data { peer, channel, .. } => format!("Data {peer} {channel:?}"),
        other => format!("{other:?}"),
    }
}
