//! The room (`room_core`), as the signalling layer drives it, and what its people should have of it.

use crate::wire::Wire;
use base::media::{
    Command, Credit, DataChannelKind, Event, PcMode, SubscriptionSettings, TrackSpec,
};
use base::rng::Rng;
use base::{Identity, ParticipantSid, PeerId, RoomKey, TrackId, TrackSid};
use room_core::model::{AddTrack, ClientInfo, DisconnectReason, LeaveAction, ReconnectReason};
use room_core::{
    ClientCommand, Deferred, Input, Join, Now, Opening, Output, Resume, ServerMessage, SessionId,
    Settings, SubscriptionUpdate, SyncState, TrackSettings,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

#[derive(Debug)]
pub struct Room {
    room: room_core::Room,
    epoch: Instant,
    people: BTreeMap<PeerId, Person>,
    next_session: u64,
    tracks: BTreeMap<TrackId, TrackSpec>,
    /// Changed from what everybody begins with.
    settings: BTreeSet<(PeerId, TrackId)>,
    unsubscribed: BTreeSet<(PeerId, TrackId)>,
}

#[derive(Debug)]
struct Person {
    identity: Identity,
    sid: ParticipantSid,
    /// His signalling connection, as his client sees it.
    session: Option<SessionId>,
}

/// What a client is told over its signalling connection.
#[derive(Clone, Debug)]
pub enum Signal {
    /// What the media plane says to him, in its own words.
    Media(Event),
    /// He is back; the number of his last reliable message that came.
    Resumed { last_message_seq: u32 },
}

/// What comes of something.
#[derive(Debug)]
pub enum Said {
    Command(Command),
    Tell(PeerId, SessionId, Signal),
    /// A client was sent away.
    Dismissed(PeerId, DisconnectReason),
}

/// Peers and tracks are numbered from 1.
const KEY: RoomKey = RoomKey(0);

impl Room {
    pub fn open(at: Instant, rng: Rng) -> Self {
        let now = Now { at, unix_ms: 0 };
        let (settings, wire) = (Arc::new(Settings::default()), Arc::new(Wire));
        let name = "simulated".into();
        let opening = Opening::default();
        Self {
            room: room_core::Room::open(now, KEY, name, opening, settings, wire, rng),
            epoch: at,
            people: BTreeMap::new(),
            next_session: 1,
            tracks: BTreeMap::new(),
            settings: BTreeSet::new(),
            unsubscribed: BTreeSet::new(),
        }
    }

    /// `None`: he was not let in.
    pub fn join(&mut self, at: Instant, number: u64, mode: PcMode) -> Option<(PeerId, Vec<Said>)> {
        let identity = Identity::from(format!("bot{number}"));
        let session = self.new_session();
        let join = Join::new(identity.clone(), mode);
        let sid = self.room.join(self.now(at), session, &join).ok()?;
        let outputs = self.poll();
        let open = outputs.iter().find_map(|output| match output {
            Output::Media(Command::Open(open)) => Some(open.peer),
            _ => None,
        });
        let person = Person {
            identity,
            sid,
            session: Some(session),
        };
        let peer = open?;
        self.people.insert(peer, person);
        Some((peer, self.say(outputs)))
    }

    /// His machine is gone; nobody sees him or what he sent any more.
    pub fn vanish(&mut self, peer: PeerId) -> Option<SessionId> {
        let person = self.people.remove(&peer)?;
        self.tracks.retain(|_, track| track.publisher != peer);
        self.settings.retain(|(who, _)| *who != peer);
        self.unsubscribed.retain(|(who, _)| *who != peer);
        person.session
    }

    pub fn leave(&mut self, at: Instant, session: SessionId) -> Vec<Said> {
        let command = ClientCommand::Leave {
            reason: DisconnectReason::ClientInitiated,
            action: LeaveAction::Disconnect,
        };
        self.command(at, session, command)
    }

    pub fn session(&self, peer: PeerId) -> Option<SessionId> {
        self.people.get(&peer)?.session
    }

    pub fn sid(&self, peer: PeerId) -> Option<&ParticipantSid> {
        self.people.get(&peer).map(|person| &person.sid)
    }

    /// A client loses his signalling connection; the room hears of it later.
    pub fn lose_signal(&mut self, peer: PeerId) -> Option<SessionId> {
        self.people.get_mut(&peer)?.session.take()
    }

    pub fn signal_lost(&mut self, at: Instant, session: SessionId) -> Vec<Said> {
        self.input(at, Input::SignalLost { session })
    }

    /// A client comes back with what he has `received` of each sender. False: his stay is over.
    pub fn resume(
        &mut self,
        at: Instant,
        peer: PeerId,
        received: Vec<(ParticipantSid, u32)>,
    ) -> Option<Vec<Said>> {
        let unwanted = self.unsubscribed.iter().filter(|(who, _)| *who == peer);
        let unwanted = unwanted.filter_map(|(_, track)| self.tracks.get(track));
        let published = self.tracks_of(peer).into_iter();
        let state = SyncState {
            subscription: SubscriptionUpdate {
                tracks: unwanted.map(|spec| spec.sid.clone()).collect(),
                subscribe: false,
            },
            published: published
                .map(|spec| (spec.codecs[0].cid.clone(), spec.sid.clone()))
                .collect(),
            received,
            ..SyncState::default()
        };
        let session = self.new_session();
        let person = self.people.get_mut(&peer)?;
        person.session = Some(session);
        let resume = Resume {
            identity: person.identity.clone(),
            participant: Some(person.sid.clone()),
            reason: ReconnectReason::SignalDisconnected,
            client: ClientInfo::default(),
            sync_state: Some(state),
            offer: None,
        };
        self.room.resume(self.now(at), session, resume).ok()?;
        let outputs = self.poll();
        Some(self.say(outputs))
    }

    /// A track is announced.
    pub fn publish(&mut self, at: Instant, peer: PeerId, track: AddTrack) -> (TrackId, Vec<Said>) {
        let said = self.client(at, peer, ClientCommand::AddTrack(track));
        let spec = said.iter().find_map(|said| match said {
            Said::Command(Command::Publish(spec)) => Some(spec.clone()),
            _ => None,
        });
        let spec = spec.expect("who publishes is in the room and has a signal connection");
        let id = spec.id;
        self.tracks.insert(id, spec);
        (id, said)
    }

    /// What its publisher has stopped to send; the room finds out by itself.
    pub fn unpublished(&mut self, track: TrackId) {
        self.tracks.remove(&track);
    }

    pub fn mute(&mut self, at: Instant, peer: PeerId, track: TrackId, muted: bool) -> Vec<Said> {
        let Some(spec) = self.tracks.get_mut(&track) else {
            return Vec::new();
        };
        spec.muted = muted;
        let track = spec.sid.clone();
        self.client(at, peer, ClientCommand::Mute { track, muted })
    }

    pub fn configure(
        &mut self,
        at: Instant,
        peer: PeerId,
        track: TrackId,
        settings: SubscriptionSettings,
    ) -> Vec<Said> {
        self.settings.insert((peer, track));
        let settings = TrackSettings {
            tracks: self.sids(track),
            disabled: !settings.enabled,
            quality: Some(settings.max_quality),
            fps: settings.max_fps.unwrap_or(0),
            priority: settings.priority,
            ..TrackSettings::default()
        };
        self.client(at, peer, ClientCommand::TrackSettings(settings))
    }

    pub fn subscribe(
        &mut self,
        at: Instant,
        peer: PeerId,
        track: TrackId,
        subscribe: bool,
    ) -> Vec<Said> {
        if subscribe {
            // Who has the track already keeps the settings that he has for it.
            if self.unsubscribed.remove(&(peer, track)) {
                self.settings.remove(&(peer, track));
            }
        } else {
            self.unsubscribed.insert((peer, track));
        }
        let tracks = self.sids(track);
        let update = SubscriptionUpdate { tracks, subscribe };
        self.client(at, peer, ClientCommand::Subscription(update))
    }

    /// Whose settings differ from what everybody begins with.
    pub fn configured(&self) -> Vec<(PeerId, TrackId)> {
        self.settings.iter().copied().collect()
    }

    pub fn unsubscribed(&self) -> Vec<(PeerId, TrackId)> {
        self.unsubscribed.iter().copied().collect()
    }

    /// What follows from an event of the media plane.
    pub fn hear(&mut self, at: Instant, event: Event) -> Vec<Said> {
        self.input(at, Input::Media(event))
    }

    pub fn command(
        &mut self,
        at: Instant,
        session: SessionId,
        command: ClientCommand,
    ) -> Vec<Said> {
        self.input(at, Input::Command { session, command })
    }

    pub fn wake(&mut self, at: Instant) -> Vec<Said> {
        self.input(at, Input::Time)
    }

    pub fn next_deadline(&self) -> Option<Instant> {
        self.room.next_deadline()
    }

    /// People and tracks that the room itself holds.
    pub fn census(&self) -> (usize, usize) {
        (self.room.participant_count(), self.room.track_count())
    }

    /// Who should see which track now.
    pub fn audience(&self) -> Vec<(PeerId, &TrackSpec)> {
        let shown = self.tracks.values().filter(|spec| !spec.muted);
        let pairs = shown.flat_map(|spec| self.people.keys().map(move |peer| (*peer, spec)));
        pairs
            .filter(|(peer, spec)| spec.publisher != *peer)
            .collect()
    }

    pub fn tracks_of(&self, peer: PeerId) -> Vec<&TrackSpec> {
        let specs = self.tracks.values();
        specs.filter(|spec| spec.publisher == peer).collect()
    }

    pub fn is_muted(&self, track: TrackId) -> bool {
        self.tracks.get(&track).is_some_and(|spec| spec.muted)
    }

    fn client(&mut self, at: Instant, peer: PeerId, command: ClientCommand) -> Vec<Said> {
        let session = self.session(peer);
        session.map_or_else(Vec::new, |session| self.command(at, session, command))
    }

    fn input(&mut self, at: Instant, input: Input) -> Vec<Said> {
        self.room.handle(self.now(at), input);
        let outputs = self.poll();
        self.say(outputs)
    }

    fn poll(&mut self) -> Vec<Output> {
        std::iter::from_fn(|| self.room.poll()).collect()
    }

    fn say(&self, outputs: Vec<Output>) -> Vec<Said> {
        let said = outputs.into_iter().filter_map(|output| match output {
            Output::Media(command) => Some(Said::Command(command)),
            Output::Deferred(Deferred::Packet { peers, bytes }) => {
                Some(Said::Command(Command::SendData {
                    peers,
                    channel: DataChannelKind::Reliable,
                    bytes,
                    credit: Credit::free(),
                }))
            }
            Output::Message { session, message } => self.tell(session, message),
            // Journals, webhooks, and other rooms.
            _ => None,
        });
        said.collect()
    }

    fn tell(&self, session: SessionId, message: ServerMessage) -> Option<Said> {
        let mut people = self.people.iter();
        let (peer, _) = people.find(|(_, person)| person.session == Some(session))?;
        let peer = *peer;
        let event = match message {
            ServerMessage::Answer { id, sdp, mids } => Event::Answer {
                peer,
                id,
                sdp,
                mids,
            },
            ServerMessage::Offer { id, sdp, mids } => Event::Offer {
                peer,
                id,
                sdp,
                mids,
            },
            ServerMessage::SectionsNeeded { audios, videos } => Event::SectionsNeeded {
                peer,
                audios,
                videos,
            },
            ServerMessage::SubscribedQuality { track, codecs } => Event::Wanted {
                peer,
                track: self.id(&track)?,
                codecs: codecs.into_iter().map(|c| (c.codec, c.max)).collect(),
            },
            ServerMessage::StreamStates(states) => {
                let id = |state: &room_core::StreamState| self.id(&state.track);
                let paused = states.iter().filter_map(|s| Some((id(s)?, s.paused)));
                let paused = paused.collect();
                Event::StreamStates { peer, paused }
            }
            ServerMessage::Reconnected(back) => {
                let last_message_seq = back.last_message_seq;
                let signal = Signal::Resumed { last_message_seq };
                return Some(Said::Tell(peer, session, signal));
            }
            ServerMessage::Leave { reason, .. } => return Some(Said::Dismissed(peer, reason)),
            _ => return None,
        };
        Some(Said::Tell(peer, session, Signal::Media(event)))
    }

    fn id(&self, sid: &TrackSid) -> Option<TrackId> {
        let mut tracks = self.tracks.values();
        tracks.find(|spec| spec.sid == *sid).map(|spec| spec.id)
    }

    fn sids(&self, track: TrackId) -> Vec<TrackSid> {
        let spec = self.tracks.get(&track);
        spec.map(|spec| spec.sid.clone()).into_iter().collect()
    }

    fn new_session(&mut self) -> SessionId {
        self.next_session += 1;
        SessionId(self.next_session)
    }

    fn now(&self, at: Instant) -> Now {
        let unix_ms = u64::try_from((at - self.epoch).as_millis()).unwrap_or(u64::MAX);
        Now { at, unix_ms }
    }
}
