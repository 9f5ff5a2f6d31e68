//! One peer connection with a socket of its own.

use base::clock::OsClock;
use std::collections::BTreeMap;
use std::net::{SocketAddr, UdpSocket};
use std::time::Instant;
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::format::Codec;
use str0m::media::{Direction, MediaKind, Mid, Pt};
use str0m::net::{Protocol, Receive};
use str0m::rtp::RtpWrite;
use str0m::{Candidate, Event, Input, Output, Rtc};

/// Of RTP all but what a server may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Packet {
    pub(crate) sequence: u64,
    pub(crate) timestamp: u32,
    pub(crate) marker: bool,
    pub(crate) payload: Vec<u8>,
}

pub(super) struct Leg {
    rtc: Rtc,
    socket: UdpSocket,
    local: SocketAddr,
    due: Instant,
    pending: Option<SdpPendingOffer>,
    sends: Option<(Mid, Codec)>,
    is_connected: bool,
    received: BTreeMap<u64, Packet>,
}

impl Leg {
    pub(super) fn new() -> Self {
        let now = OsClock.now();
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_nonblocking(true).unwrap();
        let local = socket.local_addr().unwrap();
        let mut rtc = Rtc::builder().set_rtp_mode(true).build(now);
        rtc.add_local_candidate(Candidate::host(local, "udp").unwrap());
        Self {
            rtc,
            socket,
            local,
            due: now,
            pending: None,
            sends: None,
            is_connected: false,
            received: BTreeMap::new(),
        }
    }

    pub(super) fn offer(&mut self, track: &str, codec: Codec) -> String {
        let mut changes = self.rtc.sdp_api();
        let (kind, track) = (MediaKind::Video, Some(track.to_owned()));
        let mid = changes.add_media(kind, Direction::SendOnly, None, track, None);
        let (offer, pending) = changes.apply().unwrap();
        self.pending = Some(pending);
        self.sends = Some((mid, codec));
        offer.to_sdp_string()
    }

    pub(super) fn accept_answer(&mut self, sdp: &str) {
        let answer = SdpAnswer::from_sdp_string(sdp).unwrap();
        let pending = self.pending.take().unwrap();
        self.rtc.sdp_api().accept_answer(pending, answer).unwrap();
        self.due = OsClock.now();
    }

    /// In the active role, as browsers answer.
    pub(super) fn answer(&mut self, sdp: &str) -> String {
        let sdp = sdp.replace("a=setup:actpass", "a=setup:passive");
        let offer = SdpOffer::from_sdp_string(&sdp).unwrap();
        let answer = self.rtc.sdp_api().accept_offer(offer).unwrap();
        self.due = OsClock.now();
        answer.to_sdp_string()
    }

    pub(super) fn can_send(&self) -> bool {
        self.is_connected && self.payload_type().is_some()
    }

    pub(super) fn send(&mut self, packet: &Packet) {
        let (mid, _) = self.sends.unwrap();
        let payload_type = self.payload_type().unwrap();
        let now = OsClock.now();
        let mut api = self.rtc.direct_api();
        let stream = api.stream_tx_by_mid(mid, None).unwrap();
        let write = RtpWrite::new(
            payload_type,
            packet.sequence.into(),
            packet.timestamp,
            now,
            packet.payload.clone(),
        );
        stream.write_rtp(write.marker(packet.marker).nackable(true));
        self.due = now;
    }

    pub(super) fn received(&self) -> Vec<Packet> {
        self.received.values().cloned().collect()
    }

    /// Takes what has come, and lets time pass.
    pub(super) fn turn(&mut self) {
        let mut buffer = [0; 2_048];
        while let Ok((length, source)) = self.socket.recv_from(&mut buffer) {
            let (local, bytes) = (self.local, &buffer[..length]);
            let receive = Receive::new(Protocol::Udp, source, local, bytes).unwrap();
            let input = Input::Receive(OsClock.now(), receive);
            self.rtc.handle_input(input).unwrap();
            self.drain();
        }
        let now = OsClock.now();
        if self.due <= now {
            self.rtc.handle_input(Input::Timeout(now)).unwrap();
            self.drain();
        }
    }

    fn drain(&mut self) {
        loop {
            match self.rtc.poll_output().unwrap() {
                Output::Timeout(due) => {
                    self.due = due;
                    return;
                }
                Output::Transmit(datagram) => {
                    // A full socket buffer is loss, as on any network.
                    let _ = self
                        .socket
                        .send_to(&datagram.contents, datagram.destination);
                }
                Output::Event(Event::Connected) => self.is_connected = true,
                Output::Event(Event::RtpPacket(packet)) if !packet.payload.is_empty() => {
                    let sequence = *packet.seq_no;
                    let packet = Packet {
                        sequence,
                        timestamp: packet.header.timestamp,
                        marker: packet.header.marker,
                        payload: packet.payload.to_vec(),
                    };
                    self.received.insert(sequence, packet);
                }
                Output::Event(_) => {}
            }
        }
    }

    /// The number agreed for the codec.
    fn payload_type(&self) -> Option<Pt> {
        let (mid, codec) = self.sends?;
        let agreed = self.rtc.media(mid)?.remote_pts();
        let all = self.rtc.codec_config().params();
        let mut found = all.iter().filter(|params| params.spec().codec == codec);
        found
            .find(|params| agreed.contains(&params.pt()))
            .map(|params| params.pt())
    }
}
