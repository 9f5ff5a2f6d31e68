//! A client as the SDKs are, made of one or two str0m peer connections.

use base::TrackSid;
use base::media::{DataChannelKind, Kind, PcMode};
use sfu_core::{Datagram, Protocol};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::channel::{ChannelConfig, ChannelId, Reliability};
use str0m::media::{Direction, MediaKind, Mid, Rid, Simulcast, SimulcastLayer};
use str0m::rtp::{RtpWrite, SeqNo};
use str0m::{Candidate, Event, Input, Output, Rtc};

/// One packet as it came to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Heard {
    pub(crate) track: String,
    pub(crate) seq: u64,
    pub(crate) timestamp: u32,
    pub(crate) payload_type: u8,
    pub(crate) marker: bool,
    pub(crate) payload: Vec<u8>,
}

pub(crate) struct Client {
    mode: PcMode,
    pcs: Vec<Pc>,
    next_offer: u32,
    needs_offer: bool,
    pub(crate) heard: Vec<Heard>,
    pub(crate) messages: Vec<(DataChannelKind, Vec<u8>)>,
    /// By stream id of `a=msid`, `PA_…|TR_…`, as the SDKs read it.
    pub(crate) named: BTreeMap<String, String>,
    pub(crate) sections_asked: Vec<(u32, u32)>,
    pub(crate) key_frames_asked: Vec<Option<String>>,
    outgoing: HashMap<(String, Option<String>), Outgoing>,
    sections: usize,
}

struct Pc {
    rtc: Rtc,
    address: SocketAddr,
    pending: Option<(u32, SdpPendingOffer)>,
    /// The last offer.
    offered: String,
    channels: HashMap<ChannelId, DataChannelKind>,
    /// Sections that were added: published ones by cid.
    wanted: Vec<Wanted>,
    published: HashMap<String, Mid>,
    stopped: Vec<Mid>,
    receiving: Vec<Mid>,
    connected: bool,
    out: Vec<Datagram>,
    mids: HashMap<String, String>,
    restart: bool,
}

enum Wanted {
    Receive(Kind),
    Publish(String, Kind, Vec<&'static str>),
    Channels,
}

#[derive(Default)]
struct Outgoing {
    seq: u64,
    timestamp: u32,
    picture_id: u16,
}

impl Client {
    pub(crate) fn new(number: u64, mode: PcMode, negotiated: bool, now: Instant) -> Self {
        let count = if mode == PcMode::Single { 1 } else { 2 };
        let pcs = (0..count).map(|pc| Pc::new(number, pc, now));
        let mut client = Self {
            mode,
            pcs: pcs.collect(),
            next_offer: 0,
            needs_offer: false,
            heard: Vec::new(),
            messages: Vec::new(),
            named: BTreeMap::new(),
            sections_asked: Vec::new(),
            key_frames_asked: Vec::new(),
            outgoing: HashMap::new(),
            sections: 0,
        };
        if mode == PcMode::Single {
            let pc = &mut client.pcs[0];
            pc.wanted.push(Wanted::Receive(Kind::Audio));
            pc.wanted.push(Wanted::Receive(Kind::Video));
        }
        client.pcs[0].wanted.push(Wanted::Channels);
        if negotiated {
            client.pcs[0].negotiate_channels();
        }
        client
    }

    pub(crate) fn publish(&mut self, cid: &str, kind: Kind, rids: &[&'static str]) {
        let wanted = Wanted::Publish(cid.to_owned(), kind, rids.to_vec());
        self.pcs[0].wanted.push(wanted);
    }

    /// Stops sending in the section of a track.
    pub(crate) fn unpublish(&mut self, cid: &str) {
        let mid = self.pcs[0].published.remove(cid).unwrap();
        self.pcs[0].stopped.push(mid);
        self.needs_offer = true;
    }

    pub(crate) fn add_sections(&mut self, audios: u32, videos: u32) {
        self.sections_asked.push((audios, videos));
        let pc = &mut self.pcs[0];
        let audio = (0..audios).map(|_| Wanted::Receive(Kind::Audio));
        let video = (0..videos).map(|_| Wanted::Receive(Kind::Video));
        pc.wanted.extend(audio.chain(video));
        self.needs_offer = true;
    }

    /// Restarts ICE from another address, as a phone does that changes its network.
    pub(crate) fn move_to(&mut self, port: u16) {
        let pc = &mut self.pcs[0];
        let old = Candidate::host(pc.address, "udp").unwrap();
        pc.address = ([10, 0, 9, 9], port).into();
        let new = Candidate::host(pc.address, "udp").unwrap();
        pc.rtc.add_local_candidate(new);
        pc.rtc.direct_api().invalidate_candidate(&old);
        pc.restart = true;
        self.needs_offer = true;
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.pcs[0].address
    }

    pub(crate) fn wants_to_offer(&self) -> bool {
        self.needs_offer && self.pcs[0].pending.is_none()
    }

    pub(crate) fn create_offer(&mut self, _now: Instant) -> Option<(u32, String)> {
        if self.pcs[0].pending.is_some() {
            self.needs_offer = true;
            return None;
        }
        self.needs_offer = false;
        self.next_offer += 1;
        let id = self.next_offer;
        let sdp = self.pcs[0].create_offer(id, self.mode == PcMode::Single)?;
        Some((id, sdp))
    }

    /// The open offer once more, under a new number, as a client does that resumes.
    pub(crate) fn repeat_offer(&mut self) -> (u32, String) {
        self.next_offer += 1;
        let pc = &mut self.pcs[0];
        pc.pending.as_mut().unwrap().0 = self.next_offer;
        (self.next_offer, pc.offered.clone())
    }

    pub(crate) fn answered(&mut self, id: u32, sdp: &str, mids: &[(String, TrackSid)]) {
        self.sections = sdp.matches("m=audio").count();
        let pc = &mut self.pcs[0];
        let Some((_, pending)) = pc.pending.take_if(|(pending, _)| *pending == id) else {
            panic!("an answer to an offer that is not open");
        };
        let answer = SdpAnswer::from_sdp_string(sdp).unwrap();
        pc.rtc.sdp_api().accept_answer(pending, answer).unwrap();
        pc.name(sdp, mids, &mut self.named);
    }

    pub(crate) fn accept_offer(
        &mut self,
        _now: Instant,
        sdp: &str,
        mids: &[(String, TrackSid)],
    ) -> String {
        self.sections = sdp.matches("m=audio").count();
        let pc = &mut self.pcs[1];
        let offer = SdpOffer::from_sdp_string(sdp).unwrap();
        let answer = pc.rtc.sdp_api().accept_offer(offer).unwrap();
        pc.name(sdp, mids, &mut self.named);
        answer.to_sdp_string()
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.pcs.iter().all(|pc| pc.connected)
    }

    pub(crate) fn receive(&mut self, now: Instant, datagram: &Datagram) {
        for pc in &mut self.pcs {
            if pc.address == datagram.destination {
                let input = str0m::net::Receive::new(
                    str0m::net::Protocol::Udp,
                    datagram.source,
                    datagram.destination,
                    &datagram.bytes,
                )
                .unwrap();
                pc.rtc.handle_input(Input::Receive(now, input)).unwrap();
            }
        }
        self.drain();
    }

    pub(crate) fn step(&mut self, now: Instant) -> Vec<Datagram> {
        for pc in 0..self.pcs.len() {
            self.pcs[pc].rtc.handle_input(Input::Timeout(now)).unwrap();
        }
        self.drain();
        let outs = self
            .pcs
            .iter_mut()
            .flat_map(|pc| std::mem::take(&mut pc.out));
        outs.collect()
    }

    fn drain(&mut self) {
        for index in 0..self.pcs.len() {
            loop {
                let pc = &mut self.pcs[index];
                match pc.rtc.poll_output().unwrap() {
                    Output::Timeout(_) => break,
                    Output::Transmit(transmit) => pc.out.push(Datagram {
                        protocol: Protocol::Udp,
                        source: transmit.source,
                        destination: transmit.destination,
                        bytes: transmit.contents.into(),
                    }),
                    Output::Event(event) => self.event(index, event),
                }
            }
        }
    }

    fn event(&mut self, index: usize, event: Event) {
        let pc = &mut self.pcs[index];
        match event {
            Event::Connected => pc.connected = true,
            Event::ChannelOpen(id, label) => {
                let kind = DataChannelKind::ALL
                    .into_iter()
                    .find(|k| k.label() == label);
                if let Some(kind) = kind {
                    pc.channels.insert(id, kind);
                }
            }
            Event::ChannelData(data) => {
                let kind = pc.channels[&data.id];
                self.messages.push((kind, data.data));
            }
            Event::KeyframeRequest(request) => {
                self.key_frames_asked
                    .push(request.rid.map(|rid| rid.to_string()));
            }
            Event::RtpPacket(packet) => {
                let ssrc = packet.header.ssrc;
                let mid = pc
                    .rtc
                    .direct_api()
                    .stream_rx(&ssrc)
                    .unwrap()
                    .mid()
                    .to_string();
                let track = pc.mids.get(&mid).cloned().unwrap_or_default();
                self.heard.push(Heard {
                    track,
                    seq: *packet.seq_no,
                    timestamp: packet.header.timestamp,
                    payload_type: *packet.header.payload_type,
                    marker: packet.header.marker,
                    payload: packet.payload.to_vec(),
                });
            }
            _ => {}
        }
    }

    /// Sends 20 ms of audio, level -20 dB.
    pub(crate) fn speak(&mut self, cid: &str, now: Instant, payload: &[u8]) {
        let outgoing = self.outgoing.entry((cid.to_owned(), None)).or_default();
        outgoing.seq += 1;
        outgoing.timestamp += 960;
        let (seq, timestamp) = (outgoing.seq, outgoing.timestamp);
        let pc = &mut self.pcs[0];
        let Some(mid) = pc.published.get(cid).copied() else {
            return;
        };
        let Some(pt) = pc.payload_type(mid, str0m::format::Codec::Opus) else {
            return;
        };
        let mut write = RtpWrite::new(
            pt.into(),
            SeqNo::from(seq),
            timestamp,
            now,
            payload.to_vec(),
        );
        let values = str0m::rtp::ExtensionValues {
            audio_level: Some(-20),
            voice_activity: Some(true),
            ..Default::default()
        };
        write = write.ext_vals(values);
        if let Some(stream) = pc.rtc.direct_api().stream_tx_by_mid(mid, None) {
            stream.write_rtp(write);
        }
    }

    /// Sends one VP8 frame in one packet per layer named.
    pub(crate) fn show(
        &mut self,
        cid: &str,
        rid: Option<&str>,
        now: Instant,
        key_frame: bool,
        size: usize,
    ) {
        let key = (cid.to_owned(), rid.map(str::to_owned));
        let outgoing = self.outgoing.entry(key).or_default();
        outgoing.seq += 1;
        outgoing.timestamp += 3_000;
        outgoing.picture_id += 1;
        let (seq, timestamp, picture) = (outgoing.seq, outgoing.timestamp, outgoing.picture_id);
        let pc = &mut self.pcs[0];
        let Some(mid) = pc.published.get(cid).copied() else {
            return;
        };
        let Some(pt) = pc.payload_type(mid, str0m::format::Codec::Vp8) else {
            return;
        };
        let payload = vp8_frame(picture, key_frame, size);
        let write = RtpWrite::new(pt.into(), SeqNo::from(seq), timestamp, now, payload)
            .marker(true)
            .nackable(true);
        let rid = rid.map(Rid::from);
        if let Some(stream) = pc.rtc.direct_api().stream_tx_by_mid(mid, rid) {
            if seq == 1 {
                // As browsers do: all that is asked for is sent again, and not a seventh of it.
                stream.set_rtx_cache(1_024, Duration::from_secs(2), None);
            }
            stream.write_rtp(write);
        }
    }

    /// Whether the channel took the message.
    pub(crate) fn send_data(&mut self, kind: DataChannelKind, bytes: &[u8]) -> bool {
        let pc = &mut self.pcs[0];
        let id = pc
            .channels
            .iter()
            .find(|(_, k)| **k == kind)
            .map(|(id, _)| *id);
        let Some(mut channel) = id.and_then(|id| pc.rtc.channel(id)) else {
            return false;
        };
        channel.write(true, bytes).unwrap()
    }

    /// Audio sections of the connection on which it receives.
    pub(crate) fn audio_sections(&self) -> usize {
        self.sections
    }

    pub(crate) fn tracks_heard(&self) -> HashSet<&str> {
        self.heard
            .iter()
            .map(|heard| heard.track.as_str())
            .collect()
    }
}

impl Pc {
    fn new(number: u64, pc: u64, now: Instant) -> Self {
        let port = u16::try_from(number * 10 + pc).unwrap();
        let address: SocketAddr = ([10, 0, 0, 2], port).into();
        let mut rtc = Rtc::builder()
            .set_rtp_mode(true)
            .enable_opus(true, true)
            .set_extension_map(str0m::rtp::ExtensionMap::standard())
            .build(now);
        rtc.add_local_candidate(Candidate::host(address, "udp").unwrap());
        Self {
            rtc,
            address,
            pending: None,
            offered: String::new(),
            channels: HashMap::new(),
            wanted: Vec::new(),
            published: HashMap::new(),
            stopped: Vec::new(),
            receiving: Vec::new(),
            connected: false,
            out: Vec::new(),
            mids: HashMap::new(),
            restart: false,
        }
    }

    fn negotiate_channels(&mut self) {
        self.wanted.retain(|w| !matches!(w, Wanted::Channels));
        self.wanted.push(Wanted::Channels);
        for (kind, number) in DataChannelKind::ALL.into_iter().zip(100..) {
            let config = ChannelConfig {
                negotiated: Some(number),
                ..channel(kind)
            };
            let id = self.rtc.direct_api().create_data_channel(config);
            self.channels.insert(id, kind);
        }
    }

    fn create_offer(&mut self, id: u32, _is_single: bool) -> Option<String> {
        let mut api = self.rtc.sdp_api();
        for wanted in self.wanted.drain(..) {
            match wanted {
                Wanted::Receive(kind) => {
                    let direction = Direction::RecvOnly;
                    let mid = api.add_media(media(kind), direction, None, None, None);
                    self.receiving.push(mid);
                }
                Wanted::Publish(cid, kind, rids) => {
                    let simulcast = (!rids.is_empty()).then(|| Simulcast {
                        send: rids.iter().map(|rid| SimulcastLayer::new(rid)).collect(),
                        recv: Vec::new(),
                    });
                    let mid = api.add_media(
                        media(kind),
                        Direction::SendOnly,
                        Some("stream".to_owned()),
                        Some(cid.clone()),
                        simulcast,
                    );
                    self.published.insert(cid, mid);
                }
                Wanted::Channels => {
                    if self.channels.is_empty() {
                        for kind in DataChannelKind::ALL {
                            let id = api.add_channel_with_config(channel(kind));
                            self.channels.insert(id, kind);
                        }
                    } else {
                        // The section only; the channels are known by number.
                        api.add_channel("extra".to_owned());
                    }
                }
            }
        }
        // A browser goes on wanting to receive where it was answered that nothing is sent.
        for mid in &self.receiving {
            api.set_direction(*mid, Direction::RecvOnly);
        }
        for mid in self.stopped.drain(..) {
            api.set_direction(mid, Direction::Inactive);
        }
        // Also the way to offer again when nothing has changed.
        if std::mem::take(&mut self.restart) || !api.has_changes() {
            api.ice_restart(true);
        }
        let (offer, pending) = api.apply()?;
        self.pending = Some((id, pending));
        self.offered = offer.to_sdp_string();
        Some(self.offered.clone())
    }

    fn payload_type(&self, mid: Mid, codec: str0m::format::Codec) -> Option<u8> {
        let accepted = self.rtc.media(mid)?.remote_pts();
        let mut params = self.rtc.codec_config().params().iter();
        let found = params.find(|p| p.spec().codec == codec && accepted.contains(&p.pt()));
        found.map(|p| *p.pt())
    }

    fn name(
        &mut self,
        sdp: &str,
        mids: &[(String, TrackSid)],
        named: &mut BTreeMap<String, String>,
    ) {
        self.mids.clear();
        for (mid, track) in mids {
            self.mids.insert(mid.clone(), track.to_string());
        }
        for section in sdp.split("m=").skip(1) {
            let line = |prefix: &str| section.lines().find_map(|l| l.strip_prefix(prefix));
            let (Some(mid), Some(msid)) = (line("a=mid:"), line("a=msid:")) else {
                continue;
            };
            let (stream, track) = msid.split_once(' ').unwrap();
            assert!(stream.ends_with(&format!("|{track}")), "{msid}");
            assert_eq!(self.mids.get(mid).map(String::as_str), Some(track), "{mid}");
            named.insert(track.to_owned(), stream.to_owned());
        }
    }
}

fn media(kind: Kind) -> MediaKind {
    match kind {
        Kind::Audio => MediaKind::Audio,
        Kind::Video => MediaKind::Video,
    }
}

fn channel(kind: DataChannelKind) -> ChannelConfig {
    let reliable = kind == DataChannelKind::Reliable;
    ChannelConfig {
        label: kind.label().to_owned(),
        ordered: reliable,
        reliability: if reliable {
            Reliability::Reliable
        } else {
            Reliability::MaxRetransmits { retransmits: 0 }
        },
        ..ChannelConfig::default()
    }
}

/// A VP8 packet: descriptor with a 15-bit picture id, then the frame header (RFC 7741, RFC 6386).
pub(crate) fn vp8_frame(picture: u16, key_frame: bool, size: usize) -> Vec<u8> {
    let mut bytes = vec![0x90, 0x80];
    bytes.extend((picture | 0x8000).to_be_bytes());
    if key_frame {
        bytes.extend([0x10, 0, 0, 0x9d, 0x01, 0x2a, 64, 0, 64, 0]);
    } else {
        bytes.push(0x11);
    }
    bytes.resize(bytes.len() + size, 7);
    bytes
}

/// The picture id of [`vp8_frame`].
pub(crate) fn picture_id(payload: &[u8]) -> u16 {
    u16::from_be_bytes([payload[2], payload[3]]) & 0x7fff
}

pub(crate) fn is_key_frame(payload: &[u8]) -> bool {
    payload[4] & 1 == 0
}

pub(crate) const FRAME: Duration = Duration::from_millis(33);
