//! Engines and str0m clients in simulated time, joined by a network that delays and may lose.

pub(crate) mod client;

use base::clock::OsClock;
use base::media::{
    Command, Credit, DataChannelKind, Event, Kind, Open, PcMode, Source, Subscribe,
    SubscriptionSettings, TrackCodec, TrackSpec,
};
use base::rng::Rng;
use base::{ParticipantSid, PeerId, RoomKey, TrackId, TrackSid};
use client::Client;
use sfu_core::{
    Datagram, Engine, EngineConfig, Envelope, Input, LocalCandidate, Output, Protocol, Received,
    ShardId, TapId, TapPacket,
};
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// What does not come through a signal connection that is about to break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// What the server says.
    Down,
    /// What the client says.
    Up,
}

const STEP: Duration = Duration::from_millis(1);

pub(crate) struct World {
    pub(crate) now: Instant,
    pub(crate) engines: Vec<Engine>,
    pub(crate) clients: BTreeMap<u64, Client>,
    pub(crate) events: Vec<Event>,
    /// One-way delay of every datagram.
    pub(crate) delay: Duration,
    pub(crate) loss: f64,
    rng: Rng,
    shard_of: BTreeMap<PeerId, usize>,
    to_clients: VecDeque<(Instant, Datagram)>,
    to_engines: VecDeque<(Instant, Datagram)>,
    letters: VecDeque<(usize, ShardId, Envelope)>,
    /// Answers data: whoever sends has it passed to these.
    pub(crate) data_to: BTreeMap<PeerId, Vec<PeerId>>,
    pub(crate) silent: Vec<u64>,
    /// What comes from the first of these addresses is seen to come from the second; but nothing that is
    /// sent there arrives.
    pub(crate) copied: Option<(SocketAddr, SocketAddr)>,
    /// What was sent to the second: questions, and all else.
    pub(crate) sent_to_copier: (usize, usize),
    /// Of the descriptions. What the client says is kept in `late`.
    pub(crate) lost: Option<Lost>,
    pub(crate) late: Vec<Command>,
    /// The room keeps data messages, with their credit, instead of passing them on.
    pub(crate) keeps_data: bool,
    pub(crate) tapped: Vec<(TapId, TapPacket)>,
    pub(crate) ended_taps: Vec<u64>,
    pub(crate) kept: Vec<(bytes::Bytes, Credit)>,
}

impl World {
    pub(crate) fn new(shards: u8) -> Self {
        let now = OsClock.now();
        let engines = (0..shards).map(|shard| {
            let address = engine_address(shard);
            let candidate = LocalCandidate {
                protocol: Protocol::Udp,
                local: address,
                advertised: address,
            };
            let prefix = format!("s{shard}");
            let config = EngineConfig::new(ShardId(shard), shards, vec![candidate], prefix);
            Engine::new(config, Rng::from_seed(u64::from(shard)), now)
        });
        Self {
            now,
            engines: engines.collect(),
            clients: BTreeMap::new(),
            events: Vec::new(),
            delay: Duration::from_millis(5),
            loss: 0.0,
            rng: Rng::from_seed(99),
            shard_of: BTreeMap::new(),
            to_clients: VecDeque::new(),
            to_engines: VecDeque::new(),
            letters: VecDeque::new(),
            data_to: BTreeMap::new(),
            silent: Vec::new(),
            copied: None,
            sent_to_copier: (0, 0),
            lost: None,
            late: Vec::new(),
            keeps_data: false,
            tapped: Vec::new(),
            ended_taps: Vec::new(),
            kept: Vec::new(),
        }
    }

    /// A participant joins; his client offers as a single-mode client does, or waits for the
    /// server's offer.
    pub(crate) fn join(&mut self, number: u64, mode: PcMode) {
        self.join_as(number, mode, false);
    }

    pub(crate) fn join_as(&mut self, number: u64, mode: PcMode, negotiated_channels: bool) {
        let peer = PeerId(number);
        let shard = self.clients.len() % self.engines.len();
        self.shard_of.insert(peer, shard);
        self.clients.insert(
            number,
            Client::new(number, mode, negotiated_channels, self.now),
        );
        self.command(Command::Open(Open {
            peer,
            room: RoomKey(1),
            participant: participant(number),
            mode,
            subscriber_primary: mode == PcMode::Dual,
            allow_pause: true,
            negotiated_channels,
            disable_ice_lite: false,
        }));
        self.offer(number);
    }

    /// The client offers what it has pending.
    pub(crate) fn offer(&mut self, number: u64) {
        let now = self.now;
        if let Some((id, sdp)) = self.client(number).create_offer(now) {
            let peer = PeerId(number);
            self.command(Command::Offer { peer, id, sdp });
        }
    }

    pub(crate) fn client(&mut self, number: u64) -> &mut Client {
        self.clients.get_mut(&number).unwrap()
    }

    pub(crate) fn command(&mut self, command: Command) {
        let peer = match &command {
            Command::Open(open) => open.peer,
            Command::Publish(spec) => spec.publisher,
            Command::Subscribe(subscribe) => subscribe.peer,
            Command::SendData { peers, .. } => peers[0],
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
        };
        let shard = self.shard_of[&peer];
        self.engines[shard].handle(self.now, Input::Command(command));
        self.drain(shard);
    }

    /// Announces a track and offers it.
    pub(crate) fn publish(&mut self, number: u64, track: u64, kind: Kind) -> TrackId {
        self.publish_as(number, spec(number, track, kind), &[])
    }

    pub(crate) fn publish_as(
        &mut self,
        number: u64,
        spec: TrackSpec,
        rids: &[&'static str],
    ) -> TrackId {
        let track = spec.id;
        let (cid, kind) = (spec.codecs[0].cid.clone(), spec.kind);
        self.command(Command::Publish(spec));
        self.client(number).publish(&cid, kind, rids);
        self.offer(number);
        track
    }

    pub(crate) fn subscribe(&mut self, number: u64, track: TrackId) {
        self.command(Command::Subscribe(Subscribe {
            peer: PeerId(number),
            track,
            settings: SubscriptionSettings::default(),
        }));
    }

    pub(crate) fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.step();
        }
    }

    /// Runs until it is so.
    pub(crate) fn until(&mut self, what: &str, mut is_so: impl FnMut(&mut Self) -> bool) {
        let end = self.now + Duration::from_secs(20);
        while !is_so(self) {
            assert!(self.now < end, "waited in vain for: {what}");
            self.step();
        }
    }

    pub(crate) fn until_connected(&mut self, number: u64) {
        self.until("connection", |world| {
            world.clients.get(&number).unwrap().is_connected()
        });
    }

    pub(crate) fn step(&mut self) {
        self.now += STEP;
        let now = self.now;
        for (number, client) in &mut self.clients {
            let is_silent = self.silent.contains(number);
            for datagram in client.step(now) {
                if !is_silent && !self.rng.chance(self.loss) {
                    self.to_engines.push_back((now + self.delay, datagram));
                }
            }
        }
        while self.to_engines.front().is_some_and(|(at, _)| *at <= now) {
            let (_, mut datagram) = self.to_engines.pop_front().unwrap();
            if let Some((_, to)) = self.copied.filter(|(from, _)| *from == datagram.source) {
                datagram.source = to;
            }
            let shard = usize::from(datagram.destination.port() - FIRST_PORT);
            let received = Received {
                protocol: datagram.protocol,
                source: datagram.source,
                destination: datagram.destination,
                bytes: &datagram.bytes,
            };
            self.engines[shard].handle(now, Input::Datagram(received));
        }
        for shard in 0..self.engines.len() {
            if self.engines[shard]
                .next_deadline()
                .is_some_and(|at| at <= now)
            {
                self.engines[shard].handle(now, Input::Timeout);
            }
            self.drain(shard);
        }
        while let Some((to, from, envelope)) = self.letters.pop_front() {
            self.engines[to].handle(now, Input::Relay(from, envelope));
            self.drain(to);
        }
        while self.to_clients.front().is_some_and(|(at, _)| *at <= now) {
            let (_, datagram) = self.to_clients.pop_front().unwrap();
            for client in self.clients.values_mut() {
                client.receive(now, &datagram);
            }
        }
        self.renegotiate();
    }

    fn renegotiate(&mut self) {
        let numbers: Vec<u64> = self.clients.keys().copied().collect();
        for number in numbers {
            if self.client(number).wants_to_offer() {
                self.offer(number);
            }
        }
    }

    fn drain(&mut self, shard: usize) {
        while let Some(output) = self.engines[shard].poll() {
            match output {
                Output::Send(datagram)
                    if self
                        .copied
                        .is_some_and(|(_, to)| to == datagram.destination) =>
                {
                    match datagram.bytes[0] {
                        0..=3 => self.sent_to_copier.0 += 1,
                        _ => self.sent_to_copier.1 += 1,
                    }
                }
                Output::Send(datagram) => {
                    let number = u64::from(datagram.destination.port() / 10);
                    if !self.silent.contains(&number) && !self.rng.chance(self.loss) {
                        self.to_clients.push_back((self.now + self.delay, datagram));
                    }
                }
                Output::Event(event) => self.event(event),
                Output::Relay(to, envelope) => {
                    let from = ShardId(u8::try_from(shard).unwrap());
                    self.letters.push_back((usize::from(to.0), from, envelope));
                }
                Output::Tap(tap, packet) => self.tapped.push((tap, packet)),
                Output::TapEnded(tap) => self.ended_taps.push(tap.0),
            }
        }
    }

    /// What signalling and rooms do, at once.
    fn event(&mut self, event: Event) {
        let now = self.now;
        let is_description = matches!(event, Event::Answer { .. } | Event::Offer { .. });
        if is_description && self.lost == Some(Lost::Down) {
            return self.events.push(event);
        }
        match &event {
            Event::Answer {
                peer,
                id,
                sdp,
                mids,
            } => self.client(peer.0).answered(*id, sdp, mids),
            Event::Offer {
                peer,
                id,
                sdp,
                mids,
            } => {
                let answer = self.client(peer.0).accept_offer(now, sdp, mids);
                let (peer, id) = (*peer, *id);
                self.events.push(event);
                let sdp = answer;
                let answer = Command::Answer { peer, id, sdp };
                if self.lost == Some(Lost::Up) {
                    return self.late.push(answer);
                }
                return self.command(answer);
            }
            Event::SectionsNeeded {
                peer,
                audios,
                videos,
            } => self.client(peer.0).add_sections(*audios, *videos),
            Event::Data {
                peer,
                channel,
                bytes,
                credit,
            } => {
                if self.keeps_data {
                    self.kept.push((bytes.clone(), credit.clone()));
                    return;
                }
                let peers = self.data_to.get(peer).cloned().unwrap_or_default();
                for to in peers {
                    self.command(Command::SendData {
                        peers: vec![to],
                        channel: *channel,
                        bytes: bytes.clone(),
                        credit: credit.clone(),
                    });
                }
                // Keeping the event would keep its credit.
                return;
            }
            _ => {}
        }
        self.events.push(event);
    }

    pub(crate) fn send_data(&mut self, to: u64, channel: DataChannelKind, bytes: &[u8]) {
        self.command(Command::SendData {
            peers: vec![PeerId(to)],
            channel,
            bytes: bytes.to_vec().into(),
            credit: Credit::free(),
        });
    }

    pub(crate) fn tap(&mut self, shard: usize, tap: u64, track: TrackId) {
        self.engines[shard].handle(self.now, Input::Tap(TapId(tap), track));
        self.drain(shard);
    }

    pub(crate) fn has_event(&self, f: impl Fn(&Event) -> bool) -> bool {
        self.events.iter().any(f)
    }

    pub(crate) fn is_live(&self, track: TrackId) -> bool {
        self.has_event(|e| matches!(e, Event::TrackLive(live) if live.track == track))
    }
}

pub(crate) const FIRST_PORT: u16 = 50_000;

pub(crate) fn engine_address(shard: u8) -> SocketAddr {
    ([10, 0, 0, 1], FIRST_PORT + u16::from(shard)).into()
}

pub(crate) fn participant(number: u64) -> ParticipantSid {
    ParticipantSid::new(format!("PA_{number}"))
}

pub(crate) fn spec(number: u64, track: u64, kind: Kind) -> TrackSpec {
    TrackSpec {
        id: TrackId(track),
        sid: TrackSid::new(format!("TR_{track}")),
        publisher: PeerId(number),
        participant: participant(number),
        kind,
        source: match kind {
            Kind::Audio => Source::Microphone,
            Kind::Video => Source::Camera,
        },
        codecs: vec![TrackCodec {
            codec: None,
            cid: format!("cid{track}"),
            layers: Vec::new(),
        }],
        stereo: false,
        dtx: true,
        red: true,
        muted: false,
        encrypted: false,
    }
}
