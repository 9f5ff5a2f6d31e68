//! The least that a room can be: everybody subscribes to everything of everybody else.

use base::media::{Command, Event, Open, PcMode, Subscribe, SubscriptionSettings, TrackSpec};
use base::{ParticipantSid, PeerId, RoomKey, TrackId};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Default)]
pub struct Room {
    people: BTreeSet<PeerId>,
    tracks: BTreeMap<TrackId, Track>,
    /// What somebody has asked for, other than the default.
    settings: BTreeMap<(PeerId, TrackId), SubscriptionSettings>,
    unsubscribed: BTreeSet<(PeerId, TrackId)>,
}

#[derive(Debug)]
struct Track {
    spec: TrackSpec,
    is_live: bool,
}

const KEY: RoomKey = RoomKey(1);

impl Room {
    pub fn join(&mut self, peer: PeerId, mode: PcMode) -> Vec<Command> {
        self.people.insert(peer);
        let open = Open {
            peer,
            room: KEY,
            participant: participant(peer),
            mode,
            subscriber_primary: true,
            allow_pause: true,
            negotiated_channels: false,
            disable_ice_lite: false,
        };
        let live = self.tracks.values().filter(|t| t.is_live);
        let subscribe = live.map(|t| subscribe(peer, t.spec.id));
        std::iter::once(Command::Open(open))
            .chain(subscribe)
            .collect()
    }

    pub fn leave(&mut self, peer: PeerId) -> Vec<Command> {
        self.people.remove(&peer);
        self.tracks.retain(|_, track| track.spec.publisher != peer);
        self.settings.retain(|(who, _), _| *who != peer);
        self.unsubscribed.retain(|(who, _)| *who != peer);
        vec![Command::Close { peer }]
    }

    pub fn publish(&mut self, spec: TrackSpec) -> Vec<Command> {
        let track = Track {
            spec: spec.clone(),
            is_live: false,
        };
        self.tracks.insert(spec.id, track);
        vec![Command::Publish(spec)]
    }

    pub fn unpublish(&mut self, peer: PeerId, track: TrackId) -> Vec<Command> {
        self.tracks.remove(&track);
        vec![Command::Unpublish { peer, track }]
    }

    pub fn mute(&mut self, peer: PeerId, track: TrackId, muted: bool) -> Vec<Command> {
        if let Some(track) = self.tracks.get_mut(&track) {
            track.spec.muted = muted;
        }
        vec![Command::Mute { peer, track, muted }]
    }

    pub fn configure(
        &mut self,
        peer: PeerId,
        track: TrackId,
        settings: SubscriptionSettings,
    ) -> Vec<Command> {
        self.settings.insert((peer, track), settings);
        vec![Command::Configure {
            peer,
            track,
            settings,
        }]
    }

    pub fn subscribe(&mut self, peer: PeerId, track: TrackId, wanted: bool) -> Vec<Command> {
        if wanted {
            self.unsubscribed.remove(&(peer, track));
            self.settings.remove(&(peer, track));
            vec![subscribe(peer, track)]
        } else {
            self.unsubscribed.insert((peer, track));
            vec![Command::Unsubscribe { peer, track }]
        }
    }

    /// Everybody wants everything again, at its best.
    pub fn restore_all(&mut self) -> Vec<Command> {
        let settings = SubscriptionSettings::default();
        let changed = std::mem::take(&mut self.settings).into_keys();
        let mut commands: Vec<_> = changed
            .map(|(peer, track)| Command::Configure {
                peer,
                track,
                settings,
            })
            .collect();
        let missing = std::mem::take(&mut self.unsubscribed);
        commands.extend(
            missing
                .into_iter()
                .map(|(peer, track)| subscribe(peer, track)),
        );
        commands
    }

    /// What follows from an event of the media plane.
    pub fn handle(&mut self, event: &Event) -> Vec<Command> {
        match event {
            Event::TrackLive(live) => self.live(live.track),
            Event::TrackEnded { track, .. } => {
                if let Some(track) = self.tracks.get_mut(track) {
                    track.is_live = false;
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn live(&mut self, track: TrackId) -> Vec<Command> {
        let Some(known) = self.tracks.get_mut(&track) else {
            return Vec::new();
        };
        known.is_live = true;
        let publisher = known.spec.publisher;
        let others = self.people.iter().filter(|peer| **peer != publisher);
        others.map(|peer| subscribe(*peer, track)).collect()
    }

    /// Who should see which track now.
    pub fn audience(&self) -> Vec<(PeerId, &TrackSpec)> {
        let shown = self.tracks.values().map(|t| &t.spec).filter(|s| !s.muted);
        let pairs = shown.flat_map(|spec| self.people.iter().map(move |peer| (*peer, spec)));
        pairs
            .filter(|(peer, spec)| spec.publisher != *peer)
            .collect()
    }

    pub fn tracks_of(&self, peer: PeerId) -> Vec<&TrackSpec> {
        let specs = self.tracks.values().map(|t| &t.spec);
        specs.filter(|spec| spec.publisher == peer).collect()
    }

    pub fn is_muted(&self, track: TrackId) -> bool {
        self.tracks.get(&track).is_some_and(|t| t.spec.muted)
    }
}

fn subscribe(peer: PeerId, track: TrackId) -> Command {
    Command::Subscribe(Subscribe {
        peer,
        track,
        settings: SubscriptionSettings::default(),
    })
}

pub fn participant(peer: PeerId) -> ParticipantSid {
    ParticipantSid::new(format!("PA_{peer}"))
}
