//! Two people on two media threads, over real sockets.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

use base::clock::OsClock;
use base::media::{
    Command, Event, Kind, Open, PcMode, Source, Subscribe, SubscriptionSettings, TrackCodec,
    TrackSpec,
};
use base::{ParticipantSid, PeerId, RoomKey, TrackId, TrackSid};
use sfu::ogg::OggOpus;
use sfu::{LocalCandidate, Placement, Protocol, SfuConfig, SfuHandle};
use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};
use std::process::Command as Process;
use std::time::{Duration, Instant};
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::media::{Direction, MediaKind, Mid};
use str0m::rtp::RtpWrite;
use str0m::{Candidate, Input, Output, Rtc};
use tokio::sync::mpsc::{Receiver, channel};

#[test]
fn a_voice_crosses_from_one_media_thread_to_another() {
    let port = free_port();
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let candidate = LocalCandidate {
        protocol: Protocol::Udp,
        local: address,
        advertised: address,
    };
    let config = SfuConfig {
        placement: Placement::Spread,
        ..SfuConfig::new(2, vec![address], vec![candidate])
    };
    let sfu = sfu::start(&config).unwrap();
    // Several of each, so that the kernel gives some of them to the shard that they are not on.
    for round in 0..4 {
        let (speaker, listener) = (10 * round + 1, 10 * round + 2);
        let mut speaker = Person::join(&sfu, speaker, Direction::SendOnly);
        let mut listener = Person::join(&sfu, listener, Direction::RecvOnly);
        let mut tap = None;
        let end = OsClock.now() + Duration::from_secs(20);
        while listener.heard < 20 {
            assert!(OsClock.now() < end, "waited in vain");
            speaker.turn(&sfu);
            listener.turn(&sfu);
            if speaker.is_live && tap.is_none() {
                listener.subscribe(&sfu, speaker.track());
                tap = Some(sfu.tap(speaker.track()).unwrap());
            }
        }
        let mut tap = tap.unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let mut ogg = OggOpus::new(Vec::new(), 1, 1).unwrap();
        let packet = runtime.block_on(tap.next()).unwrap();
        assert_eq!(*packet.payload, VOICE);
        ogg.write(packet.timestamp, &packet.payload).unwrap();
        for person in [speaker, listener] {
            sfu.send(Command::Close { peer: person.peer }).unwrap();
        }
        // The tap ends with its track.
        while let Some(packet) = runtime.block_on(tap.next()) {
            ogg.write(packet.timestamp, &packet.payload).unwrap();
        }
        assert_eq!(tap.dropped(), 0);
        assert_plays(&ogg.finish().unwrap());
    }
    assert!(sfu.is_alive());
    sfu.stop();
}

#[test]
fn a_second_server_does_not_share_the_port_of_the_first() {
    let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
    let config = SfuConfig::new(2, vec![address], Vec::new());
    let first = sfu::start(&config).unwrap();
    let refused = sfu::start(&config).unwrap_err();
    let sfu::StartError::Bind { source, .. } = refused else {
        panic!("{refused}");
    };
    assert_eq!(source.kind(), ErrorKind::AddrInUse);
    first.stop();
    sfu::start(&config).unwrap().stop();
}

/// What libopus makes of 20 ms of silence.
const VOICE: [u8; 3] = [0xf8, 0xff, 0xfe];

/// Whether a decoder that is not ours takes the recording. Where there is none, the headers and
/// checksums that the unit tests look at have to do.
fn assert_plays(recording: &[u8]) {
    let path = std::env::temp_dir().join(format!("stoa-{}.ogg", std::process::id()));
    std::fs::write(&path, recording).unwrap();
    let decoded = Process::new("ffmpeg")
        .args(["-v", "warning", "-xerror", "-i"])
        .arg(&path)
        .args(["-f", "s16le", "-"])
        .output();
    std::fs::remove_file(&path).unwrap();
    let Ok(decoded) = decoded else {
        return;
    };
    let complaints = String::from_utf8_lossy(&decoded.stderr);
    assert!(
        decoded.status.success() && complaints.is_empty(),
        "{complaints}"
    );
    assert!(
        decoded.stdout.len() > 20_000,
        "{} bytes",
        decoded.stdout.len()
    );
}

struct Person {
    peer: PeerId,
    rtc: Rtc,
    socket: UdpSocket,
    events: Receiver<Event>,
    pending: Option<SdpPendingOffer>,
    mid: Mid,
    speaks: bool,
    spoken: u64,
    last_spoken: Instant,
    is_live: bool,
    heard: usize,
}

impl Person {
    fn join(sfu: &SfuHandle, number: u64, direction: Direction) -> Self {
        let now = OsClock.now();
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket
            .set_read_timeout(Some(Duration::from_millis(1)))
            .unwrap();
        let mut rtc = Rtc::builder()
            .set_rtp_mode(true)
            .enable_opus(true, false)
            .build(now);
        let local = socket.local_addr().unwrap();
        rtc.add_local_candidate(Candidate::host(local, "udp").unwrap());
        let mut api = rtc.sdp_api();
        let names = ("stream".to_owned(), format!("cid{number}"));
        let mid = api.add_media(
            MediaKind::Audio,
            direction,
            Some(names.0),
            Some(names.1),
            None,
        );
        let (offer, pending) = api.apply().unwrap();
        let (sender, events) = channel(256);
        let peer = PeerId(number);
        sfu.open(open(peer), sender).unwrap();
        let speaks = direction == Direction::SendOnly;
        if speaks {
            sfu.send(Command::Publish(spec(number))).unwrap();
        }
        let sdp = offer.to_sdp_string();
        sfu.send(Command::Offer { peer, id: 1, sdp }).unwrap();
        Self {
            peer,
            rtc,
            socket,
            events,
            pending: Some(pending),
            mid,
            speaks,
            spoken: 0,
            last_spoken: now,
            is_live: false,
            heard: 0,
        }
    }

    fn track(&self) -> TrackId {
        TrackId(self.peer.0)
    }

    fn subscribe(&self, sfu: &SfuHandle, track: TrackId) {
        let subscribe = Subscribe {
            peer: self.peer,
            track,
            settings: SubscriptionSettings::default(),
        };
        sfu.send(Command::Subscribe(subscribe)).unwrap();
    }

    /// A little of everything that a client does.
    fn turn(&mut self, sfu: &SfuHandle) {
        while let Ok(event) = self.events.try_recv() {
            self.event(sfu, &event);
        }
        let now = OsClock.now();
        if self.speaks && now >= self.last_spoken + Duration::from_millis(20) {
            self.last_spoken = now;
            self.speak(now);
        }
        self.rtc.handle_input(Input::Timeout(now)).unwrap();
        self.drain();
        let mut buffer = [0; 2_000];
        match self.socket.recv_from(&mut buffer) {
            Ok((length, source)) => {
                let receive = str0m::net::Receive::new(
                    str0m::net::Protocol::Udp,
                    source,
                    self.socket.local_addr().unwrap(),
                    &buffer[..length],
                );
                let input = Input::Receive(OsClock.now(), receive.unwrap());
                self.rtc.handle_input(input).unwrap();
                self.drain();
            }
            Err(e) => assert!(
                matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
                "{e}"
            ),
        }
    }

    fn event(&mut self, sfu: &SfuHandle, event: &Event) {
        match event {
            Event::Answer { sdp, .. } => {
                let answer = SdpAnswer::from_sdp_string(sdp).unwrap();
                let pending = self.pending.take().unwrap();
                self.rtc.sdp_api().accept_answer(pending, answer).unwrap();
            }
            Event::SectionsNeeded { .. } => {
                let mut api = self.rtc.sdp_api();
                api.set_direction(self.mid, Direction::RecvOnly);
                let (offer, pending) = api.apply().unwrap();
                self.pending = Some(pending);
                let (peer, sdp) = (self.peer, offer.to_sdp_string());
                sfu.send(Command::Offer { peer, id: 2, sdp }).unwrap();
            }
            Event::TrackLive(_) => self.is_live = true,
            _ => {}
        }
    }

    fn speak(&mut self, now: Instant) {
        if !self.rtc.is_connected() {
            return;
        }
        self.spoken += 1;
        let timestamp = self.spoken as u32 * 960;
        let media = self.rtc.media(self.mid).unwrap();
        let pt = media.remote_pts()[0];
        let write = RtpWrite::new(pt, self.spoken.into(), timestamp, now, VOICE);
        let mut direct = self.rtc.direct_api();
        let stream = direct.stream_tx_by_mid(self.mid, None).unwrap();
        stream.write_rtp(write);
    }

    fn drain(&mut self) {
        loop {
            match self.rtc.poll_output().unwrap() {
                Output::Timeout(_) => return,
                Output::Transmit(transmit) => {
                    self.socket
                        .send_to(&transmit.contents, transmit.destination)
                        .unwrap();
                }
                Output::Event(str0m::Event::RtpPacket(packet)) => {
                    assert_eq!(*packet.payload, VOICE);
                    self.heard += 1;
                }
                Output::Event(_) => {}
            }
        }
    }
}

fn free_port() -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap().port()
}

fn open(peer: PeerId) -> Open {
    Open {
        peer,
        room: RoomKey(1),
        participant: ParticipantSid::new(format!("PA_{peer}")),
        mode: PcMode::Single,
        subscriber_primary: false,
        allow_pause: true,
        negotiated_channels: false,
        disable_ice_lite: false,
    }
}

fn spec(number: u64) -> TrackSpec {
    TrackSpec {
        id: TrackId(number),
        sid: TrackSid::new(format!("TR_{number}")),
        publisher: PeerId(number),
        participant: ParticipantSid::new(format!("PA_{number}")),
        kind: Kind::Audio,
        source: Source::Microphone,
        codecs: vec![TrackCodec {
            codec: None,
            cid: format!("cid{number}"),
            layers: Vec::new(),
        }],
        stereo: false,
        dtx: true,
        red: false,
        muted: false,
        encrypted: false,
    }
}
