//! The room: what it holds, and which file decides about which input.

use crate::data::DataPlane;
use crate::features::{Features, Occurrence, Setup};
use crate::forwarding::Guests;
use crate::model::{AgentDispatch, RoomConfig, RoomEndReason, RoomInfo};
use crate::news::News;
use crate::output::{Input, Now, Output, SessionId};
use crate::pace::CommandPace;
use crate::people::People;
use crate::presence::Listeners;
use crate::quality::Qualities;
use crate::rpc::Rpcs;
use crate::timers::{Timer, Timers};
use crate::track::Tracks;
use crate::{ClientCommand, DataWire, RoomEvent, RoomEventKind, ServerMessage, Settings};
use base::media::{Command, Kind};
use base::rng::Rng;
use base::speaking::Speaking;
use base::{Identity, PeerId, RoomKey, RoomName, RoomSid, TrackId};
use bytes::Bytes;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a room begins with.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    pub config: RoomConfig,
    pub setup: Setup,
}

impl From<RoomConfig> for Opening {
    /// A room that nobody planned.
    fn from(config: RoomConfig) -> Self {
        Self {
            config,
            setup: Setup::default(),
        }
    }
}

/// One life of one room. Give it inputs, then [`Room::poll`] until it is empty.
#[derive(Debug)]
pub struct Room {
    pub(crate) key: RoomKey,
    pub(crate) name: RoomName,
    pub(crate) sid: RoomSid,
    pub(crate) created_at_unix_ms: u64,
    pub(crate) metadata: String,
    pub(crate) empty_timeout: Duration,
    pub(crate) departure_timeout: Duration,
    pub(crate) max_participants: u32,
    pub(crate) agents: Vec<AgentDispatch>,
    pub(crate) sif_trailer: Bytes,
    pub(crate) settings: Arc<Settings>,
    pub(crate) wire: Arc<dyn DataWire>,
    pub(crate) rng: Rng,
    pub(crate) people: People,
    pub(crate) tracks: Tracks,
    pub(crate) timers: Timers,
    pub(crate) news: News,
    pub(crate) speaking: Speaking,
    pub(crate) qualities: Qualities,
    pub(crate) data: DataPlane,
    pub(crate) rpcs: Rpcs,
    pub(crate) guests: Guests,
    pub(crate) features: Features,
    /// When the features were promised to be woken.
    pub(crate) features_due: Option<Instant>,
    pub(crate) listeners: Listeners,
    /// How fast each person commands.
    pub(crate) paces: BTreeMap<Identity, CommandPace>,
    /// People at once; `None`: the server's limit is the only one.
    pub(crate) max_people: Option<u32>,
    /// When the room ends if nobody comes; set while nobody keeps it open.
    pub(crate) expires_at: Option<Instant>,
    pub(crate) was_entered: bool,
    /// A feature has ended the room; who asked for it is answered first.
    pub(crate) end_is_due: bool,
    /// Whether the journal takes events; while it does not, no command is run.
    pub(crate) can_keep: bool,
    pub(crate) ended: bool,
    next_number: u64,
    outputs: VecDeque<Output>,
}

impl Room {
    pub fn open(
        now: Now,
        key: RoomKey,
        name: RoomName,
        Opening { config, setup }: Opening,
        settings: Arc<Settings>,
        wire: Arc<dyn DataWire>,
        mut rng: Rng,
    ) -> Self {
        let sid = RoomSid::random(&mut rng);
        let sif_trailer = Bytes::from(rng.id("", 16));
        let mut room = Self {
            key,
            name,
            sid,
            created_at_unix_ms: now.unix_ms,
            metadata: config.metadata.unwrap_or_default(),
            empty_timeout: config.empty_timeout.unwrap_or(settings.empty_timeout),
            departure_timeout: config
                .departure_timeout
                .unwrap_or(settings.departure_timeout),
            max_participants: config.max_participants.unwrap_or(0),
            agents: config.agents,
            sif_trailer,
            settings,
            wire,
            rng,
            people: People::default(),
            tracks: Tracks::default(),
            timers: Timers::default(),
            news: News::default(),
            speaking: Speaking::default(),
            qualities: Qualities::default(),
            data: DataPlane::default(),
            rpcs: Rpcs::default(),
            guests: Guests::default(),
            features: Features::open(now.unix_ms, &setup),
            features_due: None,
            listeners: Listeners::default(),
            paces: BTreeMap::new(),
            max_people: setup.max_people(),
            expires_at: None,
            was_entered: false,
            end_is_due: false,
            can_keep: true,
            ended: false,
            next_number: 1,
            outputs: VecDeque::new(),
        };
        let agents = room.agents.clone();
        room.event(now, RoomEventKind::RoomStarted { agents });
        room.settle(now);
        room
    }

    pub fn handle(&mut self, now: Now, input: Input) {
        match input {
            Input::Command { session, command } => {
                if let Some(peer) = self.people.with_session(session) {
                    self.obey(now, peer, command);
                }
            }
            Input::SignalLost { session } => self.lose_signal(now, session),
            Input::Media(event) => self.hear(now, event),
            Input::Time => {}
        }
        self.settle(now);
    }

    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Input::Time`] is wanted.
    pub fn next_deadline(&self) -> Option<Instant> {
        self.timers.next()
    }

    pub fn key(&self) -> RoomKey {
        self.key
    }

    /// People in the room, hidden ones included.
    pub fn participant_count(&self) -> usize {
        self.people.len()
    }

    /// Tracks that were announced here.
    pub fn track_count(&self) -> usize {
        self.tracks.all().len()
    }

    /// Whether somebody shows a picture just now.
    pub fn shows_picture(&self) -> bool {
        let mut tracks = self.tracks.all().values();
        tracks.any(|track| track.live && !track.info.muted && track.info.kind == Kind::Video)
    }

    pub fn is_picture(&self, track: TrackId) -> bool {
        self.tracks
            .get(track)
            .is_some_and(|track| track.info.kind == Kind::Video)
    }

    pub fn info(&self) -> RoomInfo {
        let seen = || self.people.iter().filter(|p| !p.is_hidden());
        RoomInfo {
            sid: self.sid.clone(),
            name: self.name.clone(),
            empty_timeout: self.empty_timeout,
            departure_timeout: self.departure_timeout,
            max_participants: self.max_participants,
            created_at_unix_ms: self.created_at_unix_ms,
            metadata: self.metadata.clone(),
            num_participants: count(seen().filter(|p| !p.is_dependent())),
            num_publishers: count(seen().filter(|p| self.tracks.has_live(p.peer))),
            active_recording: self.people.iter().any(|p| p.is_recorder()),
            enabled_codecs: self.settings.publish_codecs.clone(),
        }
    }

    /// Does what is due, lets news out, and sees whether the room should end. Runs after each
    /// input, so that what one input causes goes out together.
    pub(crate) fn settle(&mut self, now: Now) {
        if self.ended {
            return;
        }
        while let Some(timer) = self.timers.take_due(now.at) {
            self.wake(now, timer);
        }
        self.follow(now);
        if self.end_is_due {
            self.end_is_due = false;
            self.delete(now);
        }
        if self.ended {
            return;
        }
        self.flush_news(now);
        self.watch_occupancy(now);
    }

    fn wake(&mut self, now: Now, timer: Timer) {
        match timer {
            Timer::Expiry => self.expire(now),
            Timer::News => self.news.release(),
            Timer::RoomNews => self.tell_room_news(),
            Timer::Quality => self.tell_qualities(),
            Timer::Silence => self.fall_silent(now),
            Timer::PretendedSpeaker(peer) => self.end_pretended_speaker(peer),
            Timer::Lost(peer, session) => self.give_up(now, peer, session),
            Timer::TokenRefresh(peer) => self.refresh_token(now, peer),
            Timer::Rpc(ticket) => self.rpc_timeout(now, ticket),
            Timer::Features => self.wake_features(now),
        }
    }

    fn obey(&mut self, now: Now, peer: PeerId, command: ClientCommand) {
        match command {
            ClientCommand::Offer { id, sdp } => self.media(Command::Offer { peer, id, sdp }),
            ClientCommand::Answer { id, sdp } => self.media(Command::Answer { peer, id, sdp }),
            ClientCommand::Trickle { target, candidate } => self.media(Command::Trickle {
                peer,
                target,
                candidate,
            }),
            ClientCommand::AddTrack(track) => self.add_track(peer, track),
            ClientCommand::Mute { track, muted } => self.mute_own(peer, &track, muted),
            ClientCommand::Subscription(update) => self.subscribe_to(peer, update),
            ClientCommand::TrackSettings(settings) => self.configure_tracks(peer, &settings),
            ClientCommand::UpdateLayers { track, layers } => {
                self.update_layers(peer, &track, layers);
            }
            ClientCommand::SubscriptionPermission(permission) => {
                self.permit_subscriptions(peer, permission);
            }
            ClientCommand::SyncState(state) => self.sync(now, peer, state),
            ClientCommand::Simulate(scenario) => self.simulate(now, peer, scenario),
            ClientCommand::UpdateMetadata(update) => self.update_own_metadata(now, peer, update),
            ClientCommand::UpdateAudioTrack(update) => self.update_audio_track(peer, update),
            ClientCommand::UpdateVideoTrack(update) => self.update_video_track(peer, update),
            ClientCommand::Leave { reason, .. } => self.depart(now, peer, reason, None),
            ClientCommand::PublishDataTrack(request) => self.publish_data_track(peer, request),
            ClientCommand::UnpublishDataTrack { pub_handle } => {
                self.unpublish_data_track(peer, pub_handle);
            }
            ClientCommand::UpdateDataSubscription(updates) => {
                self.update_data_subscriptions(peer, updates);
            }
        }
    }

    /// A number that this process does not use twice: rooms count in their own range.
    pub(crate) fn next_number(&mut self) -> u64 {
        let number = (self.key.0 << 32) | self.next_number;
        self.next_number += 1;
        number
    }

    pub(crate) fn media(&mut self, command: Command) {
        self.outputs.push_back(Output::Media(command));
    }

    /// To a participant, if his signalling connection stands.
    pub(crate) fn tell(&mut self, peer: PeerId, message: ServerMessage) {
        if let Some(session) = self.people.get(peer).and_then(|p| p.session) {
            self.tell_session(session, message);
        }
    }

    pub(crate) fn tell_session(&mut self, session: SessionId, message: ServerMessage) {
        self.outputs.push_back(Output::Message { session, message });
    }

    pub(crate) fn tell_all(&mut self, message: &ServerMessage) {
        self.tell_all_but(None, message);
    }

    pub(crate) fn tell_all_but(&mut self, one: Option<PeerId>, message: &ServerMessage) {
        for participant in self.people.iter().filter(|p| Some(p.peer) != one) {
            if let Some(session) = participant.session {
                self.outputs.push_back(Output::Message {
                    session,
                    message: message.clone(),
                });
            }
        }
    }

    pub(crate) fn output(&mut self, output: Output) {
        self.outputs.push_back(output);
    }

    pub(crate) fn event(&mut self, now: Now, kind: RoomEventKind) {
        let room = self.info();
        self.outputs.push_back(Output::Event(RoomEvent {
            at_unix_ms: now.unix_ms,
            room,
            kind,
        }));
    }

    pub(crate) fn finish(&mut self, now: Now, reason: RoomEndReason) {
        // A server that stops is not the end of the meeting: it goes on where it broke off.
        if reason != RoomEndReason::Shutdown {
            self.features.notice(now.unix_ms, &Occurrence::Closing);
        }
        self.ended = true;
        self.follow(now);
        self.remove_listeners(now);
        self.event(now, RoomEventKind::RoomFinished { reason });
        self.outputs.push_back(Output::Finished(reason));
    }
}

fn count<T>(of: impl Iterator<Item = T>) -> u32 {
    u32::try_from(of.count()).unwrap_or(u32::MAX)
}
