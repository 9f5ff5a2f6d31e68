//! A participant: real peer connections, synthetic media, and a record of what he has seen.

mod leg;
mod mail;
mod sabotage;
mod seen;

pub use mail::{DataViolation, Lossy, Mail};
pub use sabotage::{Fault, Sabotage};
pub use seen::{Seen, Shown};

use crate::dtls::Cipher;
use crate::media::{Arrived, Audio, AudioEncoder, Decoder, Encoded, VideoEncoder, Violation};
use crate::net::Packet;
use crate::room::Signal;
use base::media::{Codec, Command, Event, Kind, PcMode, PcTarget, Quality, TrackSpec};
use base::{PeerId, TrackId};
use leg::{Leg, Wish};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};
use str0m::media::{Mid, Rid};
use str0m::rtp::RtpPacket;

/// What somebody joins with.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    pub mode: PcMode,
    pub cipher: Cipher,
}

impl From<PcMode> for Client {
    fn from(mode: PcMode) -> Self {
        Self {
            mode,
            cipher: Cipher::default(),
        }
    }
}

/// A participant and his client.
#[derive(Debug)]
pub struct Bot {
    pub peer: PeerId,
    epoch: Instant,
    legs: Vec<Leg>,
    sources: Vec<Source>,
    streams: BTreeMap<(usize, u32), Stream>,
    pub seen: BTreeMap<TrackId, Seen>,
    pub sabotage: Sabotage,
    pub mail: Mail,
    /// Tells whether the server may still answer: a client that has failed joins anew.
    pub has_failed: bool,
    /// How often he has changed his address.
    moves: u8,
}

/// A track of his.
#[derive(Debug)]
struct Source {
    spec: TrackSpec,
    /// Known once his client has made a section for it.
    mid: Option<Mid>,
    encoders: Vec<Encoder>,
    muted: bool,
    /// Streams that somebody wants (dynacast): so many from below.
    wanted: usize,
}

#[derive(Debug)]
enum Encoder {
    Audio(AudioEncoder),
    Video(VideoEncoder, Option<Rid>),
}

/// An incoming stream, by its SSRC.
#[derive(Debug)]
struct Stream {
    mid: Option<Mid>,
    track: TrackId,
    media: Media,
    asked_at: Option<Instant>,
}

#[derive(Debug)]
enum Media {
    Audio(Audio),
    Video(Decoder),
}

/// Names of simulcast streams, smallest first.
pub const RIDS: [&str; 3] = ["q", "h", "f"];

/// A decoder in need asks again after this: about the round trip of a bad link.
const ASK_AGAIN: Duration = Duration::from_millis(300);

impl Bot {
    pub fn new(peer: PeerId, client: Client, now: Instant, epoch: Instant) -> Self {
        let leg = |index| {
            let address = address(peer, 0, index);
            client.cipher.during(|| Leg::new(address, now))
        };
        let mut legs = vec![leg(0)];
        match client.mode {
            PcMode::Single => legs[0].wish(Wish::Receive {
                audios: 3,
                videos: 3,
            }),
            PcMode::Dual => legs.push(leg(1)),
        }
        Self {
            peer,
            epoch,
            legs,
            sources: Vec::new(),
            streams: BTreeMap::new(),
            seen: BTreeMap::new(),
            sabotage: Sabotage::default(),
            mail: Mail::default(),
            moves: 0,
            has_failed: false,
        }
    }

    /// Whether an address is one of his.
    pub fn is_at(&self, address: SocketAddr) -> bool {
        self.legs.iter().any(|leg| leg.address() == address)
    }

    pub fn publish(
        &mut self,
        spec: TrackSpec,
        encoders: Vec<VideoEncoder>,
        audio: Option<AudioEncoder>,
    ) {
        let is_simulcast = encoders.len() > 1;
        let rid = |stream: usize| is_simulcast.then(|| Rid::from(RIDS[stream]));
        let videos = encoders.into_iter().enumerate();
        let mut all: Vec<_> = videos.map(|(i, e)| Encoder::Video(e, rid(i))).collect();
        all.extend(audio.map(Encoder::Audio));
        self.legs[0].wish(Wish::Send {
            track: spec.id,
            kind: spec.kind,
            cid: spec.codecs[0].cid.clone(),
            streams: if is_simulcast { all.len() } else { 1 },
        });
        self.sources.push(Source {
            wanted: all.len(),
            encoders: all,
            muted: spec.muted,
            spec,
            mid: None,
        });
    }

    pub fn unpublish(&mut self, track: TrackId) {
        let Some(at) = self.sources.iter().position(|s| s.spec.id == track) else {
            return;
        };
        match self.sources.remove(at).mid {
            Some(mid) => self.legs[0].wish(Wish::Stop(mid)),
            None => self.legs[0].forget_wish(track),
        }
    }

    pub fn mute(&mut self, now: Instant, track: TrackId, muted: bool) {
        if let Some(source) = self.sources.iter_mut().find(|s| s.spec.id == track) {
            source.muted = muted;
            source.apply_switches(now);
        }
    }

    /// He has subscribed anew.
    pub fn resubscribed(&mut self, now: Instant, track: TrackId) {
        self.seen.entry(track).or_default().restart(now);
    }

    /// Somebody's track is muted.
    pub fn muted(&mut self, now: Instant, track: TrackId) {
        self.seen.entry(track).or_default().mute(now);
    }

    /// What the server tells him over his signal connection.
    pub fn signal(&mut self, now: Instant, signal: Signal) -> Vec<Command> {
        match signal {
            Signal::Media(event) => self.media_signal(now, event),
            Signal::Resumed { last_message_seq } => self.resumed(last_message_seq),
        }
    }

    /// As clients do: what may be lost is sent again, and ICE begins anew on what he offers.
    fn resumed(&mut self, last_message_seq: u32) -> Vec<Command> {
        self.mail.resume(last_message_seq);
        let peer = self.peer;
        self.legs[0].wish(Wish::RestartIce);
        let again = self.legs[0].repeat_offer();
        let again = again.map(|(id, sdp)| Command::Offer { peer, id, sdp });
        again.into_iter().collect()
    }

    /// He is in another network from now on. ICE on what the server offers begins anew when he
    /// resumes, as clients do after such a change.
    pub fn change_network(&mut self) {
        self.moves += 1;
        let (peer, moves) = (self.peer, self.moves);
        for (index, leg) in self.legs.iter_mut().enumerate() {
            leg.move_to(address(peer, moves, index));
        }
    }

    fn media_signal(&mut self, now: Instant, event: Event) -> Vec<Command> {
        let peer = self.peer;
        match event {
            Event::Answer { id, sdp, .. } => self.legs[0].accept_answer(id, &sdp),
            Event::Offer { id, sdp, .. } => {
                let sdp = self.legs.last_mut().and_then(|leg| leg.accept_offer(&sdp));
                let answer = sdp.map(|sdp| Command::Answer { peer, id, sdp });
                return answer.into_iter().collect();
            }
            Event::SectionsNeeded { audios, videos, .. } => {
                // str0m makes no offer without a change; one more section is one.
                let audios = if audios + videos == 0 { 1 } else { audios };
                self.legs[0].wish(Wish::Receive { audios, videos });
            }
            Event::Wanted { track, codecs, .. } => self.obey(now, track, &codecs),
            Event::Failed { .. } => self.has_failed = true,
            Event::StreamStates { paused, .. } => {
                for (track, paused) in paused {
                    self.seen.entry(track).or_default().is_paused = paused;
                }
            }
            _ => {}
        }
        Vec::new()
    }

    fn obey(&mut self, now: Instant, track: TrackId, codecs: &[(Codec, Option<Quality>)]) {
        let best = codecs.iter().filter_map(|(_, quality)| *quality).max();
        if let Some(source) = self.sources.iter_mut().find(|s| s.spec.id == track) {
            source.wanted = best.map_or(0, |quality| quality.index() + 1);
            source.apply_switches(now);
        }
    }

    pub fn receive(&mut self, now: Instant, packet: &Packet) -> Result<(), BotViolation> {
        let Some(leg) = self
            .legs
            .iter()
            .position(|l| l.address() == packet.destination)
        else {
            return Ok(());
        };
        self.legs[leg].receive(now, packet);
        self.take_messages(now, leg)?;
        Ok(self.take_media(now, leg)?)
    }

    fn take_messages(&mut self, now: Instant, leg: usize) -> Result<(), DataViolation> {
        for message in self.legs[leg].take_messages() {
            self.mail.receive(now, self.epoch, message)?;
        }
        Ok(())
    }

    /// Everything that is due: frames, repair, timers, offers. What leaves goes to `out`.
    pub fn tick(
        &mut self,
        now: Instant,
        out: &mut Vec<Packet>,
    ) -> Result<Vec<Command>, BotViolation> {
        self.encode(now);
        let leg = &mut self.legs[0];
        let mail = &mut self.mail;
        mail.flush(|is_reliable, bytes| leg.send_data(now, is_reliable, bytes));
        for leg in 0..self.legs.len() {
            self.legs[leg].timeout(now);
            self.take_media(now, leg)?;
            self.take_messages(now, leg)?;
            self.legs[leg].drain_packets(out);
        }
        self.care_for_decoders(now)?;
        let peer = self.peer;
        let mut commands = Vec::new();
        if let Some((id, sdp, sending)) = self.legs[0].offer() {
            for (track, mid) in sending {
                let source = self.sources.iter_mut().find(|s| s.spec.id == track);
                if let Some(source) = source {
                    source.mid = Some(mid);
                }
            }
            commands.push(Command::Offer { peer, id, sdp });
        }
        Ok(commands)
    }

    pub fn next_deadline(&self) -> Option<Instant> {
        let legs = self.legs.iter().map(Leg::deadline);
        let is_sending = self.legs[0].is_connected();
        let sources = self
            .sources
            .iter()
            .filter(|s| is_sending && s.mid.is_some());
        let frames = sources.flat_map(|s| s.encoders.iter().filter_map(Encoder::next_deadline));
        legs.chain(frames).min()
    }

    fn encode(&mut self, now: Instant) {
        let leg = &mut self.legs[0];
        for key in leg.take_key_frame_requests() {
            let source = self.sources.iter_mut().find(|s| s.mid == Some(key.0));
            for encoder in source.into_iter().flat_map(|s| &mut s.encoders) {
                encoder.want_key_frame(key.1);
            }
        }
        if !leg.is_connected() {
            return;
        }
        for source in &mut self.sources {
            let Some(mid) = source.mid else { continue };
            for encoder in &mut source.encoders {
                let (packets, rid) = encoder.encode(now);
                let is_audio = source.spec.kind == Kind::Audio;
                leg.send(now, mid, rid, is_audio, packets);
            }
        }
    }

    fn take_media(&mut self, now: Instant, leg: usize) -> Result<(), Violation> {
        for packet in self.legs[leg].drain(now) {
            self.media(now, leg, &packet)?;
        }
        Ok(())
    }

    fn media(&mut self, now: Instant, leg: usize, packet: &RtpPacket) -> Result<(), Violation> {
        let ssrc = *packet.header.ssrc;
        let video = VideoEncoder::stamp(&packet.payload);
        let stamp = video.or_else(|| AudioEncoder::stamp(&packet.payload));
        let kind = match video {
            Some(_) => Kind::Video,
            None => Kind::Audio,
        };
        let kind = stamp.map(|_| kind);
        let Some(sequence) = self.sabotage.strike(ssrc, *packet.seq_no, kind) else {
            return Ok(());
        };
        let Some(stamp) = stamp else {
            let stream = self.streams.get_mut(&(leg, ssrc));
            if let Some(Stream {
                media: Media::Video(decoder),
                track,
                ..
            }) = stream
            {
                let shown = decoder.handle(now, sequence, None)?;
                self.seen
                    .entry(*track)
                    .or_default()
                    .shows(now, self.epoch, &shown);
            }
            return Ok(());
        };
        if !self.streams.contains_key(&(leg, ssrc)) {
            self.begin_stream(leg, packet);
        }
        let stream = self.streams.entry((leg, ssrc)).or_insert_with(|| Stream {
            mid: packet.header.ext_vals.mid,
            track: stamp.track,
            media: match video {
                Some(_) => Media::Video(Decoder::default()),
                None => Media::Audio(Audio::default()),
            },
            asked_at: None,
        });
        if stream.track != stamp.track {
            return Err(Violation::MixedTracks(stamp));
        }
        let seen = self.seen.entry(stamp.track).or_default();
        seen.arrived(now, stamp.stream, packet.payload.len());
        match &mut stream.media {
            Media::Audio(audio) => {
                if seen.is_restarting(now) || seen.was_muted_after(self.epoch + stamp.captured) {
                    audio.restart();
                }
                audio.handle(sequence, stamp)?;
                seen.shows(now, self.epoch, &[stamp]);
            }
            Media::Video(decoder) => {
                let marker = packet.header.marker;
                let timestamp = packet.header.timestamp;
                let arrived = Arrived {
                    timestamp,
                    marker,
                    stamp,
                };
                let shown = decoder.handle(now, sequence, Some(arrived))?;
                seen.shows(now, self.epoch, &shown);
            }
        }
        Ok(())
    }

    /// A section carries another track from now on. str0m keeps the stream before it, and would take
    /// repairs of the new one for its.
    fn begin_stream(&mut self, leg: usize, first: &RtpPacket) {
        let mid = first.header.ext_vals.mid;
        let is_over = |key: &(usize, u32), stream: &mut Stream| {
            key.0 == leg && mid.is_some() && stream.mid == mid
        };
        for ((_, ssrc), _) in self.streams.extract_if(.., is_over) {
            self.legs[leg].forget_stream(ssrc);
        }
    }

    fn care_for_decoders(&mut self, now: Instant) -> Result<(), Violation> {
        for ((leg, ssrc), stream) in &mut self.streams {
            let Media::Video(decoder) = &mut stream.media else {
                continue;
            };
            let shown = decoder.handle_timeout(now)?;
            let seen = self.seen.entry(stream.track).or_default();
            seen.shows(now, self.epoch, &shown);
            let may_ask = stream.asked_at.is_none_or(|at| now >= at + ASK_AGAIN);
            if decoder.wants_key_frame() && may_ask {
                stream.asked_at = Some(now);
                self.legs[*leg].ask_for_key_frame(*ssrc);
            }
        }
        Ok(())
    }

    /// Whether both directions are up.
    pub fn is_connected(&self, target: PcTarget) -> bool {
        let leg = match target {
            PcTarget::Publisher => self.legs.first(),
            PcTarget::Subscriber => self.legs.last(),
        };
        leg.is_some_and(Leg::is_connected)
    }
}

/// What a bot has found out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BotViolation {
    #[error(transparent)]
    Media(#[from] Violation),
    #[error(transparent)]
    Data(#[from] DataViolation),
}

/// Of one of his connections, after so many changes of network.
fn address(peer: PeerId, moves: u8, leg: usize) -> SocketAddr {
    let [_, _, high, low] = (peer.0 as u32).to_be_bytes();
    let ip = IpAddr::from(Ipv4Addr::new(10, moves, high, low));
    SocketAddr::new(ip, if leg == 0 { 5_000 } else { 5_001 })
}

impl Source {
    fn apply_switches(&mut self, now: Instant) {
        let (muted, wanted) = (self.muted, self.wanted);
        for (index, encoder) in self.encoders.iter_mut().enumerate() {
            let is_on = !muted && index < wanted;
            match encoder {
                // Audio is cheap: dynacast does not switch it off.
                Encoder::Audio(audio) => audio.switch(now, !muted),
                Encoder::Video(video, _) => video.switch(now, is_on),
            }
        }
    }
}

impl Encoder {
    fn next_deadline(&self) -> Option<Instant> {
        match self {
            Self::Audio(audio) => audio.next_deadline(),
            Self::Video(video, _) => video.next_deadline(),
        }
    }

    fn encode(&mut self, now: Instant) -> (Vec<Encoded>, Option<Rid>) {
        match self {
            Self::Audio(audio) => (audio.encode(now).into_iter().collect(), None),
            Self::Video(video, rid) => (video.encode(now), *rid),
        }
    }

    fn want_key_frame(&mut self, of: Option<Rid>) {
        if let Self::Video(video, rid) = self
            && (of.is_none() || of == *rid)
        {
            video.want_key_frame();
        }
    }
}
