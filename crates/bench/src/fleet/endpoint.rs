//! One client's transport: an `Rtc` in RTP mode and a UDP socket of its own.

use super::source::{Encoder, Packet, Source, read_stamp};
use super::tally::Tally;
use base::clock::OsClock;
use mio::net::UdpSocket;
use mio::{Interest, Registry, Token};
use quinn_udp::{RecvMeta, UdpSockRef, UdpSocketState};
use std::collections::HashMap;
use std::io::{self, IoSliceMut};
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::media::{Direction, MediaKind, Mid, Pt, Rid, Simulcast, SimulcastLayer};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{RtpPacket, RtpWrite, Ssrc};
use str0m::{Candidate, Event, Input, Output, Rtc};
use tokio::sync::oneshot;

/// Datagrams that one call takes from the socket; each may be up to 64 kB of segments.
const BATCH: usize = 4;
const SEGMENTS_BYTES: usize = 65_535;
/// Names of simulcast layers, smallest first, as clients of this protocol use them.
const RIDS: [&str; 3] = ["q", "h", "f"];

/// A media client.
pub(crate) struct Endpoint {
    rtc: Rtc,
    socket: UdpSocket,
    state: UdpSocketState,
    local: SocketAddr,
    pending: Option<SdpPendingOffer>,
    encoders: Vec<Stream>,
    received: HashMap<Ssrc, Sequence>,
    first_frame: Option<oneshot::Sender<Instant>>,
    first_frame_at: Option<Instant>,
    /// When the kernel got the datagram that is being read. With hundreds of sockets to read, it has
    /// waited for this thread longer than it was under way.
    arrived: Instant,
    due: Instant,
}

struct Stream {
    mid: Mid,
    rid: Option<Rid>,
    encoder: Encoder,
}

/// What has been seen of one stream's numbers since the last look.
#[derive(Default)]
struct Sequence {
    first: u64,
    highest: u64,
    count: u64,
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Endpoint")
            .field("local", &self.local)
            .finish_non_exhaustive()
    }
}

impl Endpoint {
    /// # Errors
    /// When no socket can be had.
    pub(crate) fn new(
        ip: IpAddr,
        registry: &Registry,
        token: Token,
        now: Instant,
    ) -> io::Result<Self> {
        let mut socket = UdpSocket::bind(SocketAddr::new(ip, 0))?;
        let state = UdpSocketState::new(UdpSockRef::from(&socket))?;
        let local = socket.local_addr()?;
        registry.register(&mut socket, token, Interest::READABLE)?;
        let mut rtc = Rtc::builder()
            .set_rtp_mode(true)
            .set_stats_interval(None)
            .build(now);
        let candidate = Candidate::host(local, "udp").map_err(io::Error::other)?;
        rtc.add_local_candidate(candidate);
        Ok(Self {
            rtc,
            socket,
            state,
            local,
            pending: None,
            encoders: Vec::new(),
            received: HashMap::new(),
            first_frame: None,
            first_frame_at: None,
            arrived: now,
            due: now,
        })
    }

    /// Answers in the active role, as browsers do (RFC 8842 section 5.3 recommends it): the handshake
    /// is a round trip shorter for the server, which need not wait for the client's last word.
    pub(super) fn accept_offer(&mut self, sdp: &str) -> Result<String, String> {
        let sdp = sdp.replace("a=setup:actpass", "a=setup:passive");
        let offer = SdpOffer::from_sdp_string(&sdp).map_err(|e| e.to_string())?;
        let answer = self
            .rtc
            .sdp_api()
            .accept_offer(offer)
            .map_err(|e| e.to_string())?;
        self.due = OsClock.now();
        Ok(answer.to_sdp_string())
    }

    pub(super) fn publish(&mut self, sources: Vec<(Source, String)>) -> Result<String, String> {
        let mut changes = self.rtc.sdp_api();
        for (source, cid) in sources {
            let kind = if source.is_video() {
                MediaKind::Video
            } else {
                MediaKind::Audio
            };
            let layers = match source {
                Source::Video(video) => video.layers,
                Source::Audio(_) => 1,
            };
            let simulcast = (layers > 1).then(|| simulcast(layers));
            let stream = Some("bench".to_owned());
            let mid = changes.add_media(kind, Direction::SendOnly, stream, Some(cid), simulcast);
            for layer in 0..layers {
                let rid = (layers > 1).then(|| Rid::from(RIDS[usize::from(layer)]));
                let encoder = Encoder::new(source, layer);
                self.encoders.push(Stream { mid, rid, encoder });
            }
        }
        let (offer, pending) = changes.apply().ok_or("nothing to offer")?;
        self.pending = Some(pending);
        Ok(offer.to_sdp_string())
    }

    pub(super) fn accept_answer(&mut self, answer: SdpAnswer) -> Result<(), String> {
        let pending = self.pending.take().ok_or("no offer is open")?;
        self.rtc
            .sdp_api()
            .accept_answer(pending, answer)
            .map_err(|e| e.to_string())?;
        self.due = OsClock.now();
        Ok(())
    }

    pub(super) fn notify_first_frame(&mut self, reply: oneshot::Sender<Instant>) {
        match self.first_frame_at {
            Some(at) => drop(reply.send(at)),
            None => self.first_frame = Some(reply),
        }
    }

    pub(super) fn close(&mut self, registry: &Registry) {
        // The socket is dropped right after: nothing depends on the answer.
        let _ = registry.deregister(&mut self.socket);
        self.rtc.disconnect();
    }

    pub(super) fn take_lost(&mut self) -> u64 {
        self.received
            .drain()
            .map(|(_, s)| (s.highest + 1 - s.first).saturating_sub(s.count))
            .sum()
    }

    /// Reads all that has come.
    pub(super) fn receive(&mut self, tally: &mut Tally, epoch: Instant) {
        thread_local! {
            static BUFFERS: std::cell::RefCell<Vec<Vec<u8>>> =
                std::cell::RefCell::new(vec![vec![0; SEGMENTS_BYTES]; BATCH]);
        }
        BUFFERS.with_borrow_mut(|buffers| {
            loop {
                let mut meta = [RecvMeta::default(); BATCH];
                let mut slices: [IoSliceMut<'_>; BATCH] = {
                    let mut each = buffers.iter_mut();
                    std::array::from_fn(|_| IoSliceMut::new(each.next().map_or(&mut [], |b| b)))
                };
                let socket = UdpSockRef::from(&self.socket);
                let Ok(count) = self.state.recv(socket, &mut slices, &mut meta) else {
                    break;
                };
                let (now, wall) = (OsClock.now(), OsClock.since_unix_epoch());
                for (meta, buffer) in meta.iter().zip(&slices).take(count) {
                    let waited = meta.timestamp.map(|stamp| wall.saturating_sub(stamp));
                    self.arrived = now - waited.unwrap_or_default();
                    for datagram in buffer[..meta.len].chunks(meta.stride.max(1)) {
                        self.datagram(now, meta.addr, datagram);
                        // An `Rtc` holds one received packet: the next would take its place.
                        self.drain(now, tally, epoch);
                    }
                }
                if count < BATCH {
                    break;
                }
            }
        });
    }

    fn datagram(&mut self, now: Instant, source: SocketAddr, bytes: &[u8]) {
        // Whatever is not for WebRTC is not for us.
        if let Ok(receive) = Receive::new(Protocol::Udp, source, self.local, bytes) {
            let _ = self.rtc.handle_input(Input::Receive(now, receive));
        }
    }

    /// Timers and due frames.
    pub(super) fn tick(&mut self, now: Instant, tally: &mut Tally, epoch: Instant) {
        if self.rtc.is_connected() && self.has_frame(now) {
            self.encode(now, epoch);
        } else if now < self.due {
            return;
        }
        let _ = self.rtc.handle_input(Input::Timeout(now));
        self.drain(now, tally, epoch);
    }

    fn has_frame(&self, now: Instant) -> bool {
        let mut streams = self.encoders.iter();
        streams.any(|stream| stream.encoder.has_frame(now))
    }

    fn encode(&mut self, now: Instant, epoch: Instant) {
        for Stream { mid, rid, encoder } in &mut self.encoders {
            let Some(pt) = payload_type(&self.rtc, *mid) else {
                continue;
            };
            let mut api = self.rtc.direct_api();
            let Some(tx) = api.stream_tx_by_mid(*mid, *rid) else {
                continue;
            };
            encoder.due(
                now,
                epoch,
                |Packet {
                     seq,
                     timestamp,
                     marker,
                     payload,
                 }| {
                    let write = RtpWrite::new(pt, seq.into(), timestamp, now, payload);
                    tx.write_rtp(write.marker(marker).nackable(true));
                },
            );
        }
    }

    fn drain(&mut self, now: Instant, tally: &mut Tally, epoch: Instant) {
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(at)) => {
                    self.due = at;
                    return;
                }
                Ok(Output::Transmit(t)) => {
                    // A full socket buffer is loss, as on any network.
                    let _ = self.socket.send_to(&t.contents, t.destination);
                }
                Ok(Output::Event(event)) => self.event(event, now, tally, epoch),
                Err(_) => return,
            }
        }
    }

    fn event(&mut self, event: Event, now: Instant, tally: &mut Tally, epoch: Instant) {
        match event {
            Event::RtpPacket(packet) => self.packet(&packet, now, tally, epoch),
            Event::KeyframeRequest(request) => {
                for stream in &mut self.encoders {
                    if stream.mid == request.mid && (stream.rid == request.rid) {
                        stream.encoder.want_key_frame();
                    }
                }
            }
            _ => {}
        }
    }

    fn packet(&mut self, packet: &RtpPacket, now: Instant, tally: &mut Tally, epoch: Instant) {
        if packet.payload.is_empty() {
            return;
        }
        tally.packets += 1;
        if let Some(sent) = read_stamp(&packet.payload, epoch) {
            tally
                .latency
                .record(self.arrived.saturating_duration_since(sent));
        }
        let seq = *packet.seq_no;
        let seen = self
            .received
            .entry(packet.header.ssrc)
            .or_insert_with(|| Sequence {
                first: seq,
                ..Sequence::default()
            });
        seen.count += 1;
        seen.highest = seen.highest.max(seq);
        if packet.header.marker && self.first_frame_at.is_none() {
            self.first_frame_at = Some(now);
            if let Some(reply) = self.first_frame.take() {
                let _ = reply.send(now);
            }
        }
    }
}

fn simulcast(layers: u8) -> Simulcast {
    let mut simulcast = Simulcast::new();
    for rid in &RIDS[..usize::from(layers)] {
        simulcast.add_send_layer(SimulcastLayer::new(rid));
    }
    simulcast
}

/// VP8 for video, Opus for audio, as negotiated.
pub(crate) fn payload_type(rtc: &Rtc, mid: Mid) -> Option<Pt> {
    use str0m::format::Codec;
    let media = rtc.media(mid)?;
    let wanted = if media.kind() == MediaKind::Video {
        Codec::Vp8
    } else {
        Codec::Opus
    };
    let remote = media.remote_pts();
    let params = rtc.codec_config();
    params
        .params()
        .iter()
        .find(|p| p.spec().codec == wanted && remote.contains(&p.pt()))
        .map(str0m::format::PayloadParams::pt)
}
