//! A room, a clock, and people who are told things.

use base::clock::OsClock;
use base::media::{
    Codec, Command, Credit, DataChannelKind, Event, Kind, Levels, PcMode, PcTarget, Source,
    TrackLive, TrackSpec,
};
use base::rng::Rng;
use base::{Identity, ParticipantSid, PeerId, RoomKey, TrackId, TrackSid};
use bytes::Bytes;
use room_core::features::{Kept, Setup};
use room_core::model::{
    AddTrack, BackupCodecPolicy, DisconnectReason, Encryption, LeaveAction, ParticipantInfo,
    RoomConfig,
};
use room_core::{
    BadPacket, ClientCommand, DataWire, Deferred, Envelope, ForwardId, Forwarded, Input, Join,
    JoinRefusal, Joined, Now, Opening, Output, PacketKind, Room, RoomEvent, RoomEventKind,
    RpcError, RpcRequest, RpcTicket, Sender, ServerCall, ServerMessage, SessionId, Settings,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub(crate) const ROOM: RoomKey = RoomKey(1);

/// Someone in a story.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) session: SessionId,
    pub(crate) sid: ParticipantSid,
    pub(crate) peer: PeerId,
    pub(crate) identity: Identity,
}

pub(crate) struct Story {
    pub(crate) room: Room,
    pub(crate) now: Now,
    next_session: u64,
    messages: BTreeMap<SessionId, Vec<ServerMessage>>,
    pub(crate) closed: Vec<SessionId>,
    pub(crate) media: Vec<Command>,
    pub(crate) events: Vec<RoomEvent>,
    pub(crate) forwards: Vec<(ForwardId, Forwarded)>,
    pub(crate) rpcs: Vec<(RpcTicket, Result<String, room_core::RpcError>)>,
    pub(crate) kept: Vec<Kept>,
    pub(crate) deferred: Vec<Deferred>,
    pub(crate) finished: bool,
}

impl Story {
    pub(crate) fn new() -> Self {
        Self::with(Settings::default(), RoomConfig::default())
    }

    pub(crate) fn with(settings: Settings, config: RoomConfig) -> Self {
        Self::of(ROOM, settings, config.into())
    }

    /// Another room, whose sessions count from elsewhere.
    pub(crate) fn elsewhere() -> Self {
        let mut story = Self::of(RoomKey(2), Settings::default(), Opening::default());
        story.next_session = 1_000;
        story
    }

    /// A room that was planned.
    pub(crate) fn planned(setup: Setup) -> Self {
        let config = RoomConfig::default();
        Self::of(ROOM, Settings::default(), Opening { config, setup })
    }

    fn of(key: RoomKey, settings: Settings, opening: Opening) -> Self {
        let now = Now {
            at: OsClock.now(),
            unix_ms: 1_000_000,
        };
        let room = Room::open(
            now,
            key,
            "stage".into(),
            opening,
            Arc::new(settings),
            Arc::new(TextWire),
            Rng::from_seed(1),
        );
        let mut story = Self {
            room,
            now,
            next_session: 1,
            messages: BTreeMap::new(),
            closed: Vec::new(),
            media: Vec::new(),
            events: Vec::new(),
            forwards: Vec::new(),
            rpcs: Vec::new(),
            kept: Vec::new(),
            deferred: Vec::new(),
            finished: false,
        };
        story.drain();
        story
    }

    pub(crate) fn joins(&mut self, identity: &str) -> Person {
        self.enters(Join::new(identity.into(), PcMode::Single))
    }

    pub(crate) fn enters(&mut self, join: Join) -> Person {
        self.tries_to_enter(join).expect("the room lets him in")
    }

    pub(crate) fn tries_to_enter(&mut self, join: Join) -> Result<Person, JoinRefusal> {
        let session = self.new_session();
        let result = self.room.join(self.now, session, &join);
        self.drain();
        let sid = result?;
        let peer = self
            .media
            .iter()
            .rev()
            .find_map(|command| match command {
                Command::Open(open) if open.participant == sid => Some(open.peer),
                _ => None,
            })
            .expect("the media plane is told of him");
        Ok(Person {
            session,
            sid,
            peer,
            identity: join.identity,
        })
    }

    pub(crate) fn new_session(&mut self) -> SessionId {
        self.next_session += 1;
        SessionId(self.next_session)
    }

    pub(crate) fn input(&mut self, input: Input) {
        self.room.handle(self.now, input);
        self.drain();
    }

    pub(crate) fn does(&mut self, person: &Person, command: ClientCommand) {
        let session = person.session;
        self.input(Input::Command { session, command });
    }

    pub(crate) fn leaves(&mut self, person: &Person) {
        let reason = DisconnectReason::ClientInitiated;
        self.does(
            person,
            ClientCommand::Leave {
                reason,
                action: LeaveAction::Disconnect,
            },
        );
    }

    pub(crate) fn loses_signal(&mut self, person: &Person) {
        self.input(Input::SignalLost {
            session: person.session,
        });
    }

    pub(crate) fn resumes(&mut self, person: &Person) -> Person {
        self.resumes_with(person, None).expect("he is still there")
    }

    pub(crate) fn resumes_with(
        &mut self,
        person: &Person,
        sync_state: Option<room_core::SyncState>,
    ) -> Result<Person, room_core::ResumeRefusal> {
        let session = self.new_session();
        let resume = room_core::Resume {
            identity: person.identity.clone(),
            participant: Some(person.sid.clone()),
            reason: room_core::model::ReconnectReason::SignalDisconnected,
            client: room_core::model::ClientInfo::default(),
            sync_state,
            offer: None,
        };
        let result = self.room.resume(self.now, session, resume);
        self.drain();
        result.map(|_| Person {
            session,
            ..person.clone()
        })
    }

    pub(crate) fn media_says(&mut self, event: Event) {
        self.input(Input::Media(event));
    }

    pub(crate) fn is_connected(&mut self, person: &Person) {
        let (peer, target) = (person.peer, PcTarget::Publisher);
        self.media_says(Event::Connected { peer, target });
    }

    /// Time passes; what becomes due meanwhile happens when it is due.
    pub(crate) fn after(&mut self, duration: Duration) {
        let until = self.now.at + duration;
        while let Some(due) = self.room.next_deadline().filter(|due| *due <= until) {
            self.set_clock(due.max(self.now.at));
            self.input(Input::Time);
            if self.finished {
                break;
            }
        }
        self.set_clock(until);
        self.input(Input::Time);
    }

    fn set_clock(&mut self, at: std::time::Instant) {
        let passed = at - self.now.at;
        self.now.unix_ms += u64::try_from(passed.as_millis()).expect("a short time");
        self.now.at = at;
    }

    /// A track is announced and its packets come.
    pub(crate) fn publishes(&mut self, person: &Person, track: AddTrack) -> TrackSpec {
        let spec = self.announces(person, track);
        self.packets_come(&spec);
        spec
    }

    pub(crate) fn announces(&mut self, person: &Person, track: AddTrack) -> TrackSpec {
        let already = self.specs().len();
        self.does(person, ClientCommand::AddTrack(track));
        self.specs()
            .get(already)
            .cloned()
            .expect("the track is announced to the media plane")
    }

    pub(crate) fn packets_come(&mut self, spec: &TrackSpec) {
        let codec = match spec.kind {
            Kind::Audio => Codec::Opus,
            Kind::Video => Codec::Vp8,
        };
        self.media_says(Event::TrackLive(TrackLive {
            peer: spec.publisher,
            track: spec.id,
            codec,
            mid: "0".to_owned(),
        }));
    }

    pub(crate) fn specs(&self) -> Vec<TrackSpec> {
        self.media
            .iter()
            .filter_map(|command| match command {
                Command::Publish(spec) => Some(spec.clone()),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn sends(&mut self, person: &Person, channel: DataChannelKind, packet: &str) {
        let (peer, bytes) = (person.peer, Bytes::copy_from_slice(packet.as_bytes()));
        self.media_says(Event::Data {
            peer,
            channel,
            bytes,
            credit: Credit::free(),
        });
    }

    pub(crate) fn speaks(&mut self, loudness: &[(&Person, f32)]) {
        let loudness = loudness
            .iter()
            .map(|(person, level)| (person.peer, *level))
            .collect();
        self.media_says(Event::Levels(Levels {
            room: ROOM,
            loudness,
        }));
    }

    /// What a person was told since the last time of asking.
    pub(crate) fn told(&mut self, person: &Person) -> Vec<ServerMessage> {
        self.messages.remove(&person.session).unwrap_or_default()
    }

    pub(crate) fn told_nothing(&mut self, person: &Person) -> bool {
        let told = self.told(person);
        if !told.is_empty() {
            eprintln!("was told {told:#?}");
        }
        told.is_empty()
    }

    pub(crate) fn forget_all(&mut self) {
        self.messages.clear();
        self.media.clear();
        self.events.clear();
    }

    pub(crate) fn joined(&mut self, person: &Person) -> Joined {
        match self.told(person).into_iter().next() {
            Some(ServerMessage::Joined(joined)) => *joined,
            other => panic!("the first message is the welcome, not {other:?}"),
        }
    }

    /// What a person was told about another since the last time of asking, in order.
    pub(crate) fn news_of(&mut self, to: &Person, about: &Person) -> Vec<ParticipantInfo> {
        self.told(to)
            .into_iter()
            .filter_map(|message| match message {
                ServerMessage::Participants(infos) => Some(infos),
                _ => None,
            })
            .flat_map(|infos| infos.to_vec())
            .filter(|info| info.sid == about.sid)
            .collect()
    }

    pub(crate) fn subscriptions(&self, person: &Person) -> Vec<TrackId> {
        let mut held = Vec::new();
        for command in &self.media {
            match command {
                Command::Subscribe(subscribe) if subscribe.peer == person.peer => {
                    held.push(subscribe.track);
                }
                Command::Unsubscribe { peer, track } if *peer == person.peer => {
                    held.retain(|other| other != track);
                }
                Command::Unpublish { track, .. } => held.retain(|other| other != track),
                _ => {}
            }
        }
        held
    }

    /// What the media plane was asked to send to a person.
    pub(crate) fn data_to(&self, person: &Person) -> Vec<(DataChannelKind, String)> {
        self.media
            .iter()
            .filter_map(|command| match command {
                Command::SendData {
                    peers,
                    channel,
                    bytes,
                    ..
                } if peers.contains(&person.peer) => {
                    Some((*channel, String::from_utf8(bytes.to_vec()).expect("text")))
                }
                _ => None,
            })
            .collect()
    }

    pub(crate) fn event_names(&self) -> Vec<&'static str> {
        self.events
            .iter()
            .map(|event| match event.kind {
                RoomEventKind::RoomStarted { .. } => "room started",
                RoomEventKind::RoomFinished { .. } => "room finished",
                RoomEventKind::ParticipantJoined { .. } => "joined",
                RoomEventKind::ParticipantLeft { .. } => "left",
                RoomEventKind::ParticipantConnectionAborted { .. } => "aborted",
                RoomEventKind::TrackPublished { .. } => "track published",
                RoomEventKind::TrackUnpublished { .. } => "track unpublished",
                RoomEventKind::ListenerJoined { .. } => "listener joined",
                RoomEventKind::ListenerLeft { .. } => "listener left",
            })
            .collect()
    }

    pub(crate) fn drain(&mut self) {
        while let Some(output) = self.room.poll() {
            assert!(!self.finished, "a finished room is silent: {output:?}");
            match output {
                Output::Message { session, message } => {
                    assert!(
                        !self.closed.contains(&session),
                        "told after the end: {message:?}"
                    );
                    self.messages.entry(session).or_default().push(message);
                }
                Output::Close { session } => self.closed.push(session),
                Output::Media(command) => self.media.push(command),
                Output::Event(event) => self.events.push(event),
                Output::RpcDone { ticket, result } => self.rpcs.push((ticket, result)),
                Output::Forward { id, state } => self.forwards.push((id, state)),
                Output::Keep(kept) => self.kept.push(kept),
                Output::Deferred(Deferred::Packet { peers, bytes }) => {
                    self.media.push(Command::SendData {
                        peers,
                        channel: DataChannelKind::Reliable,
                        bytes,
                        credit: Credit::free(),
                    });
                }
                Output::Deferred(deferred) => self.deferred.push(deferred),
                Output::Finished(_) => self.finished = true,
            }
        }
    }
}

pub(crate) fn microphone() -> AddTrack {
    track("mic", Kind::Audio, Source::Microphone)
}

pub(crate) fn camera() -> AddTrack {
    track("cam", Kind::Video, Source::Camera)
}

pub(crate) fn screen() -> AddTrack {
    track("screen", Kind::Video, Source::ScreenShare)
}

pub(crate) fn track(cid: &str, kind: Kind, source: Source) -> AddTrack {
    AddTrack {
        cid: cid.to_owned(),
        name: cid.to_owned(),
        kind,
        width: 0,
        height: 0,
        muted: false,
        source,
        layers: Vec::new(),
        simulcast_codecs: Vec::new(),
        sid: None,
        stereo: false,
        disable_dtx: false,
        disable_red: false,
        encryption: Encryption::None,
        stream: String::new(),
        backup_codec_policy: BackupCodecPolicy::default(),
        audio_features: Vec::new(),
        packet_trailer_features: Vec::new(),
    }
}

pub(crate) fn sids(info: &ParticipantInfo) -> Vec<TrackSid> {
    info.tracks.iter().map(|track| track.sid.clone()).collect()
}

/// A wire of lines that a test can read: `kind|destinations|sequence|body`, and once stamped,
/// `sender:` before it. A frame is `handle:body`.
#[derive(Debug)]
struct TextWire;

impl DataWire for TextWire {
    fn open(&self, packet: &Bytes) -> Result<Envelope, BadPacket> {
        let text = std::str::from_utf8(packet).map_err(|_| BadPacket)?;
        let parts: Vec<_> = text.split('|').collect();
        let [kind, destinations, sequence, body] = parts[..] else {
            return Err(BadPacket);
        };
        Ok(Envelope {
            kind: kind_of(kind, body)?,
            destinations: destinations
                .split(',')
                .filter(|d| !d.is_empty())
                .map(Into::into)
                .collect(),
            destination_sids: Vec::new(),
            sender: body.strip_prefix("as ").map(Into::into),
            sequence: sequence.parse().unwrap_or(0),
        })
    }

    fn stamp(&self, packet: &Bytes, sender: &Sender) -> Result<Bytes, BadPacket> {
        let text = std::str::from_utf8(packet).map_err(|_| BadPacket)?;
        Ok(Bytes::from(format!("{}:{text}", sender.identity.as_str())))
    }

    fn rpc_request(&self, request: &RpcRequest) -> Bytes {
        Bytes::from(format!(
            "rpc {} {} {}",
            request.id, request.method, request.payload
        ))
    }

    fn server_call(&self, packet: &Bytes) -> Result<ServerCall, BadPacket> {
        let text = std::str::from_utf8(packet).map_err(|_| BadPacket)?;
        let body = text.split('|').nth(3).ok_or(BadPacket)?;
        let mut words = body.splitn(3, ' ').map(str::to_owned);
        let mut word = || words.next().ok_or(BadPacket);
        Ok(ServerCall {
            id: word()?,
            method: word()?,
            payload: word()?,
        })
    }

    fn rpc_ack(&self, id: &str, _to: &Identity) -> Bytes {
        Bytes::from(format!("ack {id}"))
    }

    fn rpc_response(&self, id: &str, result: Result<String, RpcError>, _to: &Identity) -> Bytes {
        Bytes::from(match result {
            Ok(reply) => format!("reply {id} {reply}"),
            Err(error) => format!("error {id} {} {}", error.code, error.data),
        })
    }

    fn event(&self, json: &str) -> Bytes {
        Bytes::copy_from_slice(json.as_bytes())
    }

    fn frame_handle(&self, frame: &Bytes) -> Result<u16, BadPacket> {
        let text = std::str::from_utf8(frame).map_err(|_| BadPacket)?;
        text.split(':')
            .next()
            .and_then(|handle| handle.parse().ok())
            .ok_or(BadPacket)
    }

    fn with_frame_handle(
        &self,
        frame: &Bytes,
        handle: u16,
        _sender: &Sender,
    ) -> Result<Bytes, BadPacket> {
        let text = std::str::from_utf8(frame).map_err(|_| BadPacket)?;
        let body = text.split(':').nth(1).ok_or(BadPacket)?;
        Ok(Bytes::from(format!("{handle}:{body}")))
    }
}

fn kind_of(kind: &str, body: &str) -> Result<PacketKind, BadPacket> {
    Ok(match kind {
        "user" => PacketKind::User,
        "chat" => PacketKind::Chat,
        "transcription" => PacketKind::Transcription,
        "speaker" => PacketKind::Speaker,
        "call" => PacketKind::RpcRequest,
        "ack" => PacketKind::RpcAck {
            request: body.to_owned(),
        },
        "response" => {
            let (request, payload) = body.split_once('=').ok_or(BadPacket)?;
            PacketKind::RpcResponse {
                request: request.to_owned(),
                result: Ok(payload.to_owned()),
            }
        }
        _ => return Err(BadPacket),
    })
}
