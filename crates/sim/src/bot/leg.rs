//! One peer connection of a bot.

use crate::media::Encoded;
use crate::net::Packet;
use base::TrackId;
use base::media::Kind;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Instant;
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::channel::{ChannelConfig, ChannelId, Reliability};
use str0m::format::Codec;
use str0m::media::{Direction, KeyframeRequestKind, MediaKind, Mid, Pt, Rid};
use str0m::media::{Simulcast, SimulcastLayer};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{ExtensionValues, RtpPacket, RtpWrite};
use str0m::{Candidate, Event, Input, Output, Rtc};

/// Something to be offered.
#[derive(Debug)]
pub(super) enum Wish {
    Receive {
        audios: u32,
        videos: u32,
    },
    Send {
        track: TrackId,
        kind: Kind,
        cid: String,
        streams: usize,
    },
    Stop(Mid),
    RestartIce,
}

pub(super) struct Leg {
    rtc: Rtc,
    address: SocketAddr,
    wishes: Vec<Wish>,
    pending: Option<Pending>,
    channels: Vec<(ChannelId, bool)>,
    messages: Vec<Vec<u8>>,
    last_offer: u32,
    deadline: Instant,
    is_connected: bool,
    out: Vec<Packet>,
    media: VecDeque<RtpPacket>,
    key_frames: Vec<(Mid, Option<Rid>)>,
}

/// An offer that waits for its answer.
struct Pending {
    id: u32,
    sdp: String,
    token: SdpPendingOffer,
}

impl std::fmt::Debug for Leg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Leg")
            .field("address", &self.address)
            .field("wishes", &self.wishes)
            .field("is_connected", &self.is_connected)
            .finish_non_exhaustive()
    }
}

const RELIABLE: &str = "_reliable";

/// A level of speech, so that active speakers have something to do.
const SPEECH_DBOV: i8 = -20;

/// Quality of service of the client's own bugs is not simulated: a refused description ends the
/// world, as the server must not have sent it.
const REFUSED: &str = "the client's stack accepts what the server describes";

/// The sections of an offer in which new tracks are sent.
type Sending = Vec<(TrackId, Mid)>;

impl Leg {
    pub(super) fn new(address: SocketAddr, now: Instant) -> Self {
        let mut rtc = Rtc::builder()
            .set_rtp_mode(true)
            .set_stats_interval(None)
            .build(now);
        if let Ok(candidate) = Candidate::host(address, "udp") {
            rtc.add_local_candidate(candidate);
        }
        Self {
            rtc,
            address,
            wishes: Vec::new(),
            pending: None,
            channels: Vec::new(),
            messages: Vec::new(),
            last_offer: 0,
            deadline: now,
            is_connected: false,
            out: Vec::new(),
            media: VecDeque::new(),
            key_frames: Vec::new(),
        }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn deadline(&self) -> Instant {
        self.deadline
    }

    pub(super) fn is_connected(&self) -> bool {
        self.is_connected
    }

    pub(super) fn wish(&mut self, wish: Wish) {
        self.wishes.push(wish);
    }

    /// The track is not to be sent after all.
    pub(super) fn forget_wish(&mut self, unwanted: TrackId) {
        let is_kept = |wish: &Wish| !matches!(wish, Wish::Send { track, .. } if *track == unwanted);
        self.wishes.retain(is_kept);
    }

    /// An offer of everything wished for, unless one is open; with its number.
    pub(super) fn offer(&mut self) -> Option<(u32, String, Sending)> {
        if self.pending.is_some() || self.wishes.is_empty() {
            return None;
        }
        let mut sending = Vec::new();
        let is_first = self.last_offer == 0;
        let mut changes = self.rtc.sdp_api();
        if is_first {
            for (label, ordered) in [(RELIABLE, true), ("_lossy", false)] {
                changes.add_channel_with_config(channel(label, ordered));
            }
        }
        for wish in self.wishes.drain(..) {
            match wish {
                Wish::Receive { audios, videos } => {
                    let audios = (0..audios).map(|_| MediaKind::Audio);
                    let videos = (0..videos).map(|_| MediaKind::Video);
                    for kind in audios.chain(videos) {
                        changes.add_media(kind, Direction::RecvOnly, None, None, None);
                    }
                }
                Wish::Send {
                    track,
                    kind,
                    cid,
                    streams,
                } => {
                    let kind = match kind {
                        Kind::Audio => MediaKind::Audio,
                        Kind::Video => MediaKind::Video,
                    };
                    let simulcast = (streams > 1).then(|| simulcast(streams));
                    let stream = Some("bot".to_owned());
                    let direction = Direction::SendOnly;
                    let mid = changes.add_media(kind, direction, stream, Some(cid), simulcast);
                    sending.push((track, mid));
                }
                Wish::Stop(mid) => changes.set_direction(mid, Direction::Inactive),
                Wish::RestartIce => {
                    changes.ice_restart(true);
                }
            }
        }
        let (offer, token) = changes.apply()?;
        self.last_offer += 1;
        let (id, sdp) = (self.last_offer, offer.to_sdp_string());
        self.pending = Some(Pending {
            id,
            sdp: sdp.clone(),
            token,
        });
        Some((id, sdp, sending))
    }

    /// The open offer once more, under a new number: its answer may be lost.
    pub(super) fn repeat_offer(&mut self) -> Option<(u32, String)> {
        let pending = self.pending.as_mut()?;
        self.last_offer += 1;
        pending.id = self.last_offer;
        Some((pending.id, pending.sdp.clone()))
    }

    /// Continues from another address, as a phone does that changes its network.
    pub(super) fn move_to(&mut self, address: SocketAddr) {
        let [old, new] = [self.address, address].map(|at| Candidate::host(at, "udp"));
        if let (Ok(old), Ok(new)) = (old, new) {
            self.rtc.add_local_candidate(new);
            self.rtc.direct_api().invalidate_candidate(&old);
        }
        self.address = address;
        self.wish(Wish::RestartIce);
    }

    /// Whether the channel took the message.
    pub(super) fn send_data(&mut self, now: Instant, is_reliable: bool, bytes: &[u8]) -> bool {
        let mut channels = self.channels.iter();
        let Some((id, _)) = channels.find(|(_, reliable)| *reliable == is_reliable) else {
            return false;
        };
        let channel = self.rtc.channel(*id);
        let is_sent =
            channel.is_some_and(|mut channel| matches!(channel.write(true, bytes), Ok(true)));
        if is_sent {
            self.input(Input::Timeout(now));
            self.poll(now);
        }
        is_sent
    }

    pub(super) fn take_messages(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.messages)
    }

    pub(super) fn accept_answer(&mut self, id: u32, sdp: &str) {
        let Some(pending) = self.pending.take_if(|pending| pending.id == id) else {
            return;
        };
        let answer = SdpAnswer::from_sdp_string(sdp).expect(REFUSED);
        self.rtc
            .sdp_api()
            .accept_answer(pending.token, answer)
            .expect(REFUSED);
    }

    pub(super) fn accept_offer(&mut self, sdp: &str) -> Option<String> {
        let offer = SdpOffer::from_sdp_string(sdp).expect(REFUSED);
        let answer = self.rtc.sdp_api().accept_offer(offer).expect(REFUSED);
        Some(answer.to_sdp_string())
    }

    pub(super) fn receive(&mut self, now: Instant, packet: &Packet) {
        let receive = Receive::new(Protocol::Udp, packet.source, self.address, &packet.bytes);
        if let Ok(receive) = receive {
            self.input(Input::Receive(now, receive));
        }
    }

    pub(super) fn timeout(&mut self, now: Instant) {
        if now >= self.deadline {
            self.input(Input::Timeout(now));
        }
    }

    fn input(&mut self, input: Input<'_>) {
        if self.rtc.is_alive() && self.rtc.handle_input(input).is_err() {
            self.rtc.disconnect();
        }
    }

    pub(super) fn send(
        &mut self,
        now: Instant,
        mid: Mid,
        rid: Option<Rid>,
        is_audio: bool,
        packets: impl IntoIterator<Item = Encoded>,
    ) {
        let codec = if is_audio { Codec::Opus } else { Codec::Vp8 };
        let Some(pt) = payload_type(&self.rtc, mid, codec) else {
            return;
        };
        let mut sent = false;
        for packet in packets {
            let mut direct = self.rtc.direct_api();
            let Some(stream) = direct.stream_tx_by_mid(mid, rid) else {
                return;
            };
            let extensions = ExtensionValues {
                audio_level: is_audio.then_some(SPEECH_DBOV),
                voice_activity: is_audio.then_some(true),
                ..ExtensionValues::default()
            };
            let (seq, time) = (packet.sequence.into(), packet.timestamp);
            let write = RtpWrite::new(pt, seq, time, now, packet.payload)
                .marker(packet.marker)
                .nackable(!is_audio)
                .ext_vals(extensions);
            stream.write_rtp(write);
            sent = true;
        }
        if sent {
            self.input(Input::Timeout(now));
            // str0m keeps streams in no order: what two of them have ready leaves by chance.
            self.poll(now);
        }
    }

    pub(super) fn ask_for_key_frame(&mut self, ssrc: u32) {
        let mut direct = self.rtc.direct_api();
        if let Some(stream) = direct.stream_rx(&ssrc.into()) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
        }
    }

    pub(super) fn forget_stream(&mut self, ssrc: u32) {
        self.rtc.direct_api().remove_stream_rx(ssrc.into());
    }

    /// Media that has come; datagrams to send are kept for [`Self::drain_packets`].
    pub(super) fn drain(&mut self, now: Instant) -> VecDeque<RtpPacket> {
        self.poll(now);
        std::mem::take(&mut self.media)
    }

    fn poll(&mut self, now: Instant) {
        while self.rtc.is_alive() {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(at)) => {
                    self.deadline = at;
                    return;
                }
                Ok(Output::Transmit(transmit)) => self.out.push(Packet {
                    source: transmit.source,
                    destination: transmit.destination,
                    bytes: transmit.contents.into(),
                }),
                Ok(Output::Event(event)) => self.event(event),
                Err(_) => break,
            }
        }
        self.deadline = now + std::time::Duration::from_secs(3_600);
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Connected => self.is_connected = true,
            Event::KeyframeRequest(request) => self.key_frames.push((request.mid, request.rid)),
            Event::RtpPacket(packet) => self.media.push_back(packet),
            Event::ChannelOpen(id, label) => self.channels.push((id, label == RELIABLE)),
            Event::ChannelData(data) => self.messages.push(data.data),
            _ => {}
        }
    }

    pub(super) fn take_key_frame_requests(&mut self) -> Vec<(Mid, Option<Rid>)> {
        std::mem::take(&mut self.key_frames)
    }

    pub(super) fn drain_packets(&mut self, out: &mut Vec<Packet>) {
        out.append(&mut self.out);
    }
}

fn channel(label: &str, ordered: bool) -> ChannelConfig {
    ChannelConfig {
        label: label.to_owned(),
        ordered,
        reliability: if ordered {
            Reliability::Reliable
        } else {
            Reliability::MaxRetransmits { retransmits: 0 }
        },
        ..ChannelConfig::default()
    }
}

fn simulcast(streams: usize) -> Simulcast {
    let mut simulcast = Simulcast::new();
    for rid in &super::RIDS[..streams] {
        simulcast.add_send_layer(SimulcastLayer::new(rid));
    }
    simulcast
}

fn payload_type(rtc: &Rtc, mid: Mid, wanted: Codec) -> Option<Pt> {
    let accepted = rtc.media(mid)?.remote_pts();
    let params = rtc.codec_config().params();
    params
        .iter()
        .find(|p| p.spec().codec == wanted && accepted.contains(&p.pt()))
        .map(|p| p.pt())
}
