//! `bench engine`: the CPU of the media engine alone, in simulated time: one camera to many viewers
//! without sockets, kernel and other people's load. What is left between this and `forward` is the
//! kernel's. Made for looking at profiles: run it under `perf record`.

use crate::fleet::{Encoder, Packet, Source, Video};
use crate::table::Table;
use base::clock::OsClock;
use base::media::{
    Command, Event, Kind, Open, PcMode, Source as TrackSource, Subscribe, SubscriptionSettings,
    TrackCodec, TrackSpec,
};
use base::rng::Rng;
use base::{ParticipantSid, PeerId, RoomKey, TrackId, TrackSid};
use sfu_core::{
    Datagram, Engine, EngineConfig, Input, LocalCandidate, Output, Protocol, Received, ShardId,
};
use std::collections::VecDeque;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::media::{Direction, MediaKind, Mid};
use str0m::rtp::RtpWrite;
use str0m::{Candidate, Event as RtcEvent, Input as RtcInput, Output as RtcOutput, Rtc};

/// As in `forward`.
const CAMERA: Video = Video {
    kbps: 1_500,
    fps: 30,
    width: 1280,
    height: 720,
    layers: 1,
};
const PUBLISHER: u64 = 0;
const TRACK: TrackId = TrackId(1);
/// How finely time passes.
const STEP: Duration = Duration::from_millis(1);
const ONE_WAY: Duration = Duration::from_millis(5);
/// Estimates have settled by then.
const WARM_UP: Duration = Duration::from_secs(8);

/// Prints CPU per forwarded packet for each number of viewers.
///
/// # Errors
/// When the media stack refuses a description.
pub(crate) fn run(viewers: &[u64], seconds: u64) -> Result<(), Box<dyn Error>> {
    let mut table = Table::new(
        format!("The engine alone, {seconds} s of simulated time"),
        &["viewers", "packets/s", "µs CPU/packet"],
    );
    for count in viewers {
        let mut world = World::new(*count)?;
        world.run(WARM_UP)?;
        let before = world.state;
        world.run(Duration::from_secs(seconds))?;
        let packets = world.state.packets_forwarded - before.packets_forwarded;
        let cpu = world.state.spent.saturating_sub(before.spent);
        table.row(vec![
            count.to_string(),
            (packets / seconds.max(1)).to_string(),
            format!("{:.2}", cpu.as_secs_f64() * 1e6 / packets.max(1) as f64),
        ]);
    }
    println!("{table}");
    Ok(())
}

struct World {
    now: Instant,
    epoch: Instant,
    engine: EngineThread,
    inputs: Vec<Owned>,
    buffers: Outcome,
    state: State,
    clients: Vec<Client>,
    camera: Encoder,
    to_clients: VecDeque<(Instant, Datagram)>,
    to_engine: VecDeque<(Instant, Datagram)>,
}

/// What the engine is given in one turn.
enum Owned {
    Command(Command),
    Datagram(Datagram),
    Timeout,
}

/// How the engine stands after a turn.
#[derive(Clone, Copy, Default)]
struct State {
    /// CPU time of its thread, without waiting and being woken.
    spent: Duration,
    packets_forwarded: u64,
    deadline: Option<Instant>,
}

/// What the engine gave in one turn. Datagrams lie one after the other, as in the shell's batch.
#[derive(Default)]
struct Outcome {
    events: Vec<Event>,
    /// Source and destination of each datagram, and its length.
    sends: Vec<(SocketAddr, SocketAddr, usize)>,
    bytes: Vec<u8>,
    state: State,
}

/// An outcome that has been read comes back for its buffers.
type Turn = (Instant, Vec<Owned>, Outcome);

/// The engine on a thread of its own, so that a profile can tell it from the clients.
struct EngineThread {
    turns: Sender<Turn>,
    outcomes: Receiver<Outcome>,
}

impl EngineThread {
    fn start(mut engine: Engine) -> std::io::Result<Self> {
        let (turns, inbox) = channel::<Turn>();
        let (outbox, outcomes) = channel();
        let work = move || {
            let mut spent = Duration::ZERO;
            for (now, inputs, mut outcome) in inbox {
                let before = net::machine::thread_cpu_time();
                take_turn(&mut engine, now, inputs, &mut outcome);
                spent += net::machine::thread_cpu_time().saturating_sub(before);
                outcome.state.spent = spent;
                if outbox.send(outcome).is_err() {
                    return;
                }
            }
        };
        thread::Builder::new().name("engine".into()).spawn(work)?;
        Ok(Self { turns, outcomes })
    }

    fn turn(
        &self,
        now: Instant,
        inputs: Vec<Owned>,
        buffers: Outcome,
    ) -> Result<Outcome, Box<dyn Error>> {
        self.turns
            .send((now, inputs, buffers))
            .map_err(|_| "the engine has ended")?;
        Ok(self.outcomes.recv()?)
    }
}

fn take_turn(engine: &mut Engine, now: Instant, inputs: Vec<Owned>, outcome: &mut Outcome) {
    for input in inputs {
        match input {
            Owned::Command(command) => engine.handle(now, Input::Command(command)),
            Owned::Timeout => engine.handle(now, Input::Timeout),
            Owned::Datagram(datagram) => engine.handle(
                now,
                Input::Datagram(Received {
                    protocol: datagram.protocol,
                    source: datagram.source,
                    destination: datagram.destination,
                    bytes: &datagram.bytes,
                }),
            ),
        }
    }
    outcome.events.clear();
    outcome.sends.clear();
    outcome.bytes.clear();
    while let Some(output) = engine.poll() {
        match output {
            Output::Send(datagram) => {
                let length = datagram.bytes.len();
                let way = (datagram.source, datagram.destination, length);
                outcome.sends.push(way);
                outcome.bytes.extend_from_slice(&datagram.bytes);
            }
            Output::Event(event) => outcome.events.push(event),
            Output::Relay(..) | Output::Tap(..) | Output::TapEnded(_) => {}
        }
    }
    outcome.state.packets_forwarded = engine.counters().packets_forwarded;
    outcome.state.deadline = engine.next_deadline();
}

struct Client {
    rtc: Rtc,
    address: SocketAddr,
    due: Instant,
    pending: Option<SdpPendingOffer>,
    publishes: Option<Mid>,
    wants_key_frame: bool,
}

impl World {
    fn new(viewers: u64) -> Result<Self, Box<dyn Error>> {
        let now = OsClock.now();
        let candidate = LocalCandidate {
            protocol: Protocol::Udp,
            local: engine_address(),
            advertised: engine_address(),
        };
        let config = EngineConfig::new(ShardId(0), 1, vec![candidate], "s0".to_owned());
        let mut world = Self {
            now,
            epoch: now,
            engine: EngineThread::start(Engine::new(config, Rng::from_seed(1), now))?,
            inputs: Vec::new(),
            buffers: Outcome::default(),
            state: State::default(),
            clients: Vec::new(),
            camera: Encoder::new(Source::Video(CAMERA), 0),
            to_clients: VecDeque::new(),
            to_engine: VecDeque::new(),
        };
        for number in 0..=viewers {
            world.join(number)?;
            world.run(STEP * 5)?;
        }
        Ok(world)
    }

    fn join(&mut self, number: u64) -> Result<(), Box<dyn Error>> {
        let peer = PeerId(number);
        self.clients.push(Client::new(number, self.now)?);
        self.command(Command::Open(Open {
            peer,
            room: RoomKey(1),
            participant: ParticipantSid::new(format!("PA_{number}")),
            mode: PcMode::Dual,
            subscriber_primary: number != PUBLISHER,
            allow_pause: true,
            negotiated_channels: false,
            disable_ice_lite: false,
        }))?;
        if number != PUBLISHER {
            return self.command(Command::Subscribe(Subscribe {
                peer,
                track: TRACK,
                settings: SubscriptionSettings::default(),
            }));
        }
        self.command(Command::Publish(camera()))?;
        let sdp = self.clients[0].publish()?;
        self.command(Command::Offer { peer, id: 1, sdp })
    }

    fn run(&mut self, time: Duration) -> Result<(), Box<dyn Error>> {
        let end = self.now + time;
        while self.now < end {
            self.now += STEP;
            let now = self.now;
            self.clients[0].show(&mut self.camera, now, self.epoch);
            for client in &mut self.clients {
                if now >= client.due || client.publishes.is_some() {
                    client.rtc.handle_input(RtcInput::Timeout(now))?;
                    client.drain(now + ONE_WAY, &mut self.to_engine)?;
                }
            }
            while self.to_engine.front().is_some_and(|(at, _)| *at <= now) {
                let Some((_, datagram)) = self.to_engine.pop_front() else {
                    break;
                };
                self.inputs.push(Owned::Datagram(datagram));
            }
            if self.state.deadline.is_some_and(|at| at <= now) {
                self.inputs.push(Owned::Timeout);
            }
            self.drain()?;
            while self.to_clients.front().is_some_and(|(at, _)| *at <= now) {
                if let Some((_, datagram)) = self.to_clients.pop_front() {
                    self.deliver(&datagram)?;
                }
            }
        }
        Ok(())
    }

    fn deliver(&mut self, datagram: &Datagram) -> Result<(), Box<dyn Error>> {
        let number = usize::from(datagram.destination.port() - FIRST_PORT);
        let Some(client) = self.clients.get_mut(number) else {
            return Ok(());
        };
        let receive = str0m::net::Receive::new(
            str0m::net::Protocol::Udp,
            datagram.source,
            datagram.destination,
            &datagram.bytes,
        )?;
        client
            .rtc
            .handle_input(RtcInput::Receive(self.now, receive))?;
        client.drain(self.now + ONE_WAY, &mut self.to_engine)
    }

    fn command(&mut self, command: Command) -> Result<(), Box<dyn Error>> {
        self.inputs.push(Owned::Command(command));
        self.drain()
    }

    /// What the shell does: sends, and answers as signalling would.
    fn drain(&mut self) -> Result<(), Box<dyn Error>> {
        if self.inputs.is_empty() {
            return Ok(());
        }
        let inputs = std::mem::take(&mut self.inputs);
        let buffers = std::mem::take(&mut self.buffers);
        let mut outcome = self.engine.turn(self.now, inputs, buffers)?;
        self.state = outcome.state;
        let mut rest = outcome.bytes.as_slice();
        for (source, destination, length) in outcome.sends.drain(..) {
            let (bytes, after) = rest.split_at(length);
            rest = after;
            let datagram = Datagram {
                protocol: Protocol::Udp,
                source,
                destination,
                bytes: bytes.to_vec(),
            };
            self.to_clients.push_back((self.now + ONE_WAY, datagram));
        }
        let events = std::mem::take(&mut outcome.events);
        self.buffers = outcome;
        for event in events {
            match event {
                Event::Answer { peer, sdp, .. } => self.client(peer)?.answered(&sdp)?,
                Event::Offer { peer, id, sdp, .. } => {
                    let sdp = self.client(peer)?.answer(&sdp)?;
                    self.command(Command::Answer { peer, id, sdp })?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn client(&mut self, peer: PeerId) -> Result<&mut Client, Box<dyn Error>> {
        let client = self.clients.get_mut(usize::try_from(peer.0)?);
        client.ok_or_else(|| "no such client".into())
    }
}

impl Client {
    fn new(number: u64, now: Instant) -> Result<Self, Box<dyn Error>> {
        let port = FIRST_PORT + u16::try_from(number)?;
        let address = SocketAddr::from(([10, 0, 0, 2], port));
        let mut rtc = Rtc::builder()
            .set_rtp_mode(true)
            .set_stats_interval(None)
            .build(now);
        rtc.add_local_candidate(Candidate::host(address, "udp")?);
        Ok(Self {
            rtc,
            address,
            due: now,
            pending: None,
            publishes: None,
            wants_key_frame: false,
        })
    }

    fn publish(&mut self) -> Result<String, Box<dyn Error>> {
        let mut api = self.rtc.sdp_api();
        let cid = Some("camera".to_owned());
        let stream = Some("stream".to_owned());
        let mid = api.add_media(MediaKind::Video, Direction::SendOnly, stream, cid, None);
        self.publishes = Some(mid);
        let (offer, pending) = api.apply().ok_or("nothing to offer")?;
        self.pending = Some(pending);
        Ok(offer.to_sdp_string())
    }

    fn answered(&mut self, sdp: &str) -> Result<(), Box<dyn Error>> {
        let pending = self.pending.take().ok_or("no offer is open")?;
        let answer = SdpAnswer::from_sdp_string(sdp)?;
        Ok(self.rtc.sdp_api().accept_answer(pending, answer)?)
    }

    fn answer(&mut self, sdp: &str) -> Result<String, Box<dyn Error>> {
        let offer = SdpOffer::from_sdp_string(sdp)?;
        Ok(self.rtc.sdp_api().accept_offer(offer)?.to_sdp_string())
    }

    fn show(&mut self, camera: &mut Encoder, now: Instant, epoch: Instant) {
        let Some(mid) = self.publishes.filter(|_| self.rtc.is_connected()) else {
            return;
        };
        if std::mem::take(&mut self.wants_key_frame) {
            camera.want_key_frame();
        }
        let Some(pt) = crate::fleet::payload_type(&self.rtc, mid) else {
            return;
        };
        let mut api = self.rtc.direct_api();
        let Some(stream) = api.stream_tx_by_mid(mid, None) else {
            return;
        };
        camera.due(now, epoch, |packet: Packet| {
            let seq = packet.seq.into();
            let write = RtpWrite::new(pt, seq, packet.timestamp, now, packet.payload);
            stream.write_rtp(write.marker(packet.marker).nackable(true));
        });
    }

    fn drain(
        &mut self,
        arrives: Instant,
        to_engine: &mut VecDeque<(Instant, Datagram)>,
    ) -> Result<(), Box<dyn Error>> {
        loop {
            match self.rtc.poll_output()? {
                RtcOutput::Timeout(at) => {
                    self.due = at;
                    return Ok(());
                }
                RtcOutput::Transmit(transmit) => to_engine.push_back((
                    arrives,
                    Datagram {
                        protocol: Protocol::Udp,
                        source: self.address,
                        destination: transmit.destination,
                        bytes: transmit.contents.into(),
                    },
                )),
                RtcOutput::Event(RtcEvent::KeyframeRequest(_)) => self.wants_key_frame = true,
                RtcOutput::Event(_) => {}
            }
        }
    }
}

const FIRST_PORT: u16 = 20_000;

fn engine_address() -> SocketAddr {
    ([10, 0, 0, 1], 7_882).into()
}

fn camera() -> TrackSpec {
    TrackSpec {
        id: TRACK,
        sid: TrackSid::new("TR_1"),
        publisher: PeerId(PUBLISHER),
        participant: ParticipantSid::new("PA_0"),
        kind: Kind::Video,
        source: TrackSource::Camera,
        codecs: vec![TrackCodec {
            codec: None,
            cid: "camera".to_owned(),
            layers: Vec::new(),
        }],
        stereo: false,
        dtx: false,
        red: false,
        muted: false,
        encrypted: false,
    }
}
