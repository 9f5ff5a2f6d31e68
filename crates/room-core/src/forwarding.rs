//! A participant is shown in another room too.
//!
//! In the room where he is, what happens to him is told to the outside ([`Output::Forward`]). In the
//! other room stands a *guest*: somebody with his information and his tracks, but without
//! connections. A guest's tracks are carried for his own room, so nothing is ever asked of the media
//! plane in his name but to send them.
//!
//! All that he shows to everybody is shown there as well: his name, metadata and attributes, his
//! tracks and data tracks and whether they are muted, that he speaks, how he is connected, and the
//! data that he sends to all. What he sends to some is theirs: those of the same name in the other
//! room are other people.

use crate::data::SentPacket;
use crate::model::{
    ConnectionSettings, DataTrackInfo, DisconnectReason, KindDetail, ParticipantInfo, TrackInfo,
};
use crate::output::{Now, Output};
use crate::participant::Participant;
use crate::refusal::Refusal;
use crate::room::Room;
use crate::track::Track;
use crate::{Join, RoomEventKind};
use base::media::{Credit, DataChannelKind, Kind, PcMode, PeerQuality};
use base::{Identity, PeerId, TrackId};
use bytes::Bytes;
use std::collections::HashMap;

/// Names one forwarding in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ForwardId(pub u64);

/// What happens to a forwarded participant in his own room.
#[derive(Clone, Debug)]
pub enum Forwarded {
    /// How he stands there.
    There {
        participant: Box<ParticipantInfo>,
        tracks: Vec<(TrackId, TrackInfo)>,
    },
    /// How loud he is, 0.0 to 1.0, told as long as he speaks.
    Heard {
        loudness: f32,
    },
    /// As in [`PeerQuality`].
    Connected {
        score: f32,
        lost: bool,
    },
    /// A data packet to everybody.
    Packet(SentPacket),
    /// A frame of one of his data tracks, under his own handle.
    Frame {
        frame: Bytes,
        credit: Credit,
    },
    Gone,
}

impl Forwarded {
    /// What comes too late is of no use, and what follows makes up for it.
    pub fn may_be_dropped(&self) -> bool {
        match self {
            Self::Heard { .. } | Self::Connected { .. } | Self::Frame { .. } => true,
            Self::Packet(packet) => packet.channel == DataChannelKind::Lossy,
            Self::There { .. } | Self::Gone => false,
        }
    }
}

/// Who is here as a guest, by forwarding.
#[derive(Debug, Default)]
pub(crate) struct Guests(HashMap<ForwardId, PeerId>);

/// One participant shown in more rooms than this is a broadcast, for which there are better ways.
const MAX_FORWARDS: usize = 16;

impl Room {
    /// From now on changes of this participant come out as [`Output::Forward`].
    ///
    /// # Errors
    /// He is not here, is hidden, or is forwarded to too many rooms.
    pub fn start_forward(
        &mut self,
        identity: &Identity,
        id: ForwardId,
    ) -> Result<Forwarded, Refusal> {
        let peer = self.peer(identity)?;
        let participant = self
            .people
            .get_mut(peer)
            .ok_or(Refusal::NoSuchParticipant)?;
        if participant.is_hidden() {
            return Err(Refusal::NoSuchParticipant);
        }
        if participant.forwards.len() >= MAX_FORWARDS {
            return Err(Refusal::TooMany);
        }
        participant.forwards.push(id);
        if let Some(quality) = self.qualities.latest(peer) {
            let state = Forwarded::Connected {
                score: quality.score,
                lost: quality.lost,
            };
            self.output(Output::Forward { id, state });
        }
        Ok(self.forwarded_state(peer))
    }

    /// The other room has ended, or put him out.
    pub fn stop_forward(&mut self, id: ForwardId) {
        for peer in self.people.peers() {
            if let Some(participant) = self.people.get_mut(peer) {
                participant.forwards.retain(|other| *other != id);
            }
        }
    }

    /// A guest comes in.
    ///
    /// # Errors
    /// Somebody with his identity is here, or the room is full.
    pub fn receive_guest(
        &mut self,
        now: Now,
        id: ForwardId,
        state: Forwarded,
    ) -> Result<(), Refusal> {
        let Forwarded::There {
            participant,
            tracks,
        } = state
        else {
            return Ok(());
        };
        self.has_place_for(&participant.identity)?;
        let peer = PeerId(self.next_number());
        self.guests.0.insert(id, peer);
        self.people.insert(guest(peer, &participant, now));
        self.has_changed(peer);
        let participant = Box::new(self.info_of(peer));
        self.event(now, RoomEventKind::ParticipantJoined { participant });
        self.show_guest_tracks(now, peer, tracks);
        self.offer_data_tracks_of(peer);
        self.settle(now);
        Ok(())
    }

    /// Something has happened to a guest. False if he is not here any more: one whom this room has
    /// put out stays out.
    pub fn update_guest(&mut self, now: Now, id: ForwardId, state: Forwarded) -> bool {
        let Some(peer) = self.guests.0.get(&id).copied() else {
            return false;
        };
        match state {
            Forwarded::There {
                participant,
                tracks,
            } => {
                if let Some(guest) = self.people.get_mut(peer) {
                    if guest.forwarded_version > participant.version {
                        return true;
                    }
                    take_over(guest, &participant);
                }
                self.has_changed(peer);
                self.show_guest_tracks(now, peer, tracks);
                self.show_guest_data_tracks(peer, participant.data_tracks);
            }
            Forwarded::Heard { loudness } => self.loudness_came(now, &[(peer, loudness)]),
            Forwarded::Connected { score, lost } => {
                self.quality_came(now, PeerQuality { peer, score, lost });
            }
            Forwarded::Packet(packet) => {
                if self.may_publish_data(peer) {
                    self.send_to_all(now, peer, packet);
                }
            }
            Forwarded::Frame { frame, credit } => {
                if self.may_publish_data(peer) {
                    self.frame_came(peer, &frame, &credit);
                }
            }
            Forwarded::Gone => {
                self.guests.0.remove(&id);
                self.depart(now, peer, DisconnectReason::ClientInitiated, None);
            }
        }
        self.settle(now);
        self.is_guest(peer)
    }

    pub(crate) fn is_guest(&self, peer: PeerId) -> bool {
        self.people.get(peer).is_some_and(|p| p.is_guest)
    }

    pub(crate) fn forget_guest(&mut self, peer: PeerId) {
        self.guests.0.retain(|_, guest| *guest != peer);
    }

    /// Tells the rooms where he is a guest.
    pub(crate) fn forward_news_of(&mut self, peer: PeerId) {
        if self.is_forwarded(peer) {
            let state = self.forwarded_state(peer);
            self.forward(peer, &state);
        }
    }

    pub(crate) fn is_forwarded(&self, peer: PeerId) -> bool {
        let participant = self.people.get(peer);
        participant.is_some_and(|p| !p.forwards.is_empty())
    }

    /// Tells it to the rooms where he is a guest.
    pub(crate) fn forward(&mut self, peer: PeerId, state: &Forwarded) {
        let forwards = self.people.get(peer).map(|p| p.forwards.clone());
        for id in forwards.unwrap_or_default() {
            let state = state.clone();
            self.output(Output::Forward { id, state });
        }
    }

    pub(crate) fn end_forwards(&mut self, peer: PeerId) {
        let forwards = self
            .people
            .get_mut(peer)
            .map(|p| std::mem::take(&mut p.forwards));
        for id in forwards.unwrap_or_default() {
            let state = Forwarded::Gone;
            self.output(Output::Forward { id, state });
        }
    }

    fn forwarded_state(&self, peer: PeerId) -> Forwarded {
        let ids = self
            .people
            .get(peer)
            .map(|p| p.tracks.clone())
            .unwrap_or_default();
        let tracks = ids
            .iter()
            .filter_map(|id| self.tracks.get(*id))
            .filter(|track| track.live)
            .map(|track| (track.id, track.info.clone()))
            .collect();
        Forwarded::There {
            participant: Box::new(self.info_of(peer)),
            tracks,
        }
    }

    /// Makes the guest's tracks what they are in his own room.
    fn show_guest_tracks(&mut self, now: Now, peer: PeerId, tracks: Vec<(TrackId, TrackInfo)>) {
        let held = self
            .people
            .get(peer)
            .map(|p| p.tracks.clone())
            .unwrap_or_default();
        for id in held {
            if !tracks.iter().any(|(other, _)| *other == id) {
                self.unpublish(now, id, false);
            }
        }
        for (id, info) in tracks {
            if let Some(track) = self.tracks.get_mut(id) {
                let is_hushed = info.kind == Kind::Audio && info.muted && !track.info.muted;
                track.info = info;
                if is_hushed {
                    self.hush(peer);
                }
                continue;
            }
            if let Some(guest) = self.people.get_mut(peer) {
                guest.tracks.push(id);
            }
            self.tracks.insert(Track {
                id,
                publisher: peer,
                info,
                cid: String::new(),
                live: true,
                first_subscription_told: true,
                wanted: None,
            });
            self.news_are_urgent();
            self.show_track(now, id);
        }
    }

    /// Makes the guest's data tracks what they are in his own room.
    fn show_guest_data_tracks(&mut self, peer: PeerId, tracks: Vec<DataTrackInfo>) {
        let Some(guest) = self.people.get_mut(peer) else {
            return;
        };
        let before = std::mem::replace(&mut guest.data_tracks.published, tracks.clone());
        for held in before {
            if !tracks.iter().any(|info| info.sid == held.sid) {
                self.data_track_is_gone(&held.sid);
            }
        }
        self.offer_data_tracks_of(peer);
    }
}

fn guest(peer: PeerId, info: &ParticipantInfo, now: Now) -> Participant {
    let mut join = Join::new(info.identity.clone(), PcMode::Single);
    join.settings = ConnectionSettings {
        auto_subscribe: false,
        ..ConnectionSettings::default()
    };
    let mut guest = Participant::new(peer, info.sid.clone(), &join, now);
    guest.is_guest = true;
    guest.data_tracks.published = info.data_tracks.clone();
    take_over(&mut guest, info);
    guest
}

fn take_over(guest: &mut Participant, info: &ParticipantInfo) {
    guest.forwarded_version = info.version;
    guest.name = info.name.clone();
    guest.metadata = info.metadata.clone();
    guest.attributes = info.attributes.clone();
    guest.permission = info.permission.clone();
    guest.permission.can_subscribe = false;
    guest.state = info.state;
    guest.kind = info.kind;
    guest.client.client_protocol = info.client_protocol;
    guest.client.capabilities = info.capabilities.clone();
    guest.kind_details = info.kind_details.clone();
    if !guest.kind_details.contains(&KindDetail::Forwarded) {
        guest.kind_details.push(KindDetail::Forwarded);
    }
}
