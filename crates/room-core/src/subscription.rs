//! Who receives what.
//!
//! A participant receives a track if it is live, if he may and wants to, and if its publisher lets
//! him. [`Room::reconcile`] brings one pair of receiver and track to that state; everything that
//! could change it calls it.

use crate::ServerMessage;
use crate::command::{SubscriptionUpdate, TrackSettings};
use crate::message::StreamState;
use crate::model::{SubscriptionError, TrackKind};
use crate::participant::Participant;
use crate::room::Room;
use crate::track::Track;
use base::media::{Command, Quality, Subscribe, SubscriptionSettings};
use base::{PeerId, TrackId};

/// A track that somebody wants and may receive.
#[derive(Debug)]
pub(crate) struct Subscription {
    /// Its publisher lets him; if not, the media plane does not know of it.
    pub(crate) allowed: bool,
    pub(crate) settings: SubscriptionSettings,
    pub(crate) paused: bool,
}

impl Room {
    pub(crate) fn reconcile(&mut self, subscriber: PeerId, id: TrackId) {
        let (Some(participant), Some(track)) = (self.people.get(subscriber), self.tracks.get(id))
        else {
            return;
        };
        let Some(publisher) = self.people.get(track.publisher) else {
            return;
        };
        let wanted = wants(participant, track, publisher);
        let allowed = publisher.gate.lets(participant, &track.info.sid);
        let held = participant.subscriptions.get(&id).map(|held| held.allowed);
        let settings = first_settings(participant, track);
        let change = Change {
            subscriber,
            id,
            settings,
            news: ServerMessage::SubscriptionPermissionUpdate {
                publisher: publisher.sid.clone(),
                track: track.info.sid.clone(),
                allowed,
            },
        };
        match (wanted, allowed, held) {
            (true, true, None) => self.begin(&change),
            (true, true, Some(false)) => {
                self.begin(&change);
                self.tell(subscriber, change.news);
            }
            (true, false, None) => {
                self.hold(&change, false);
                self.tell(subscriber, change.news);
            }
            (true, false, Some(true)) => {
                self.end_media(subscriber, id);
                self.hold(&change, false);
                self.tell(subscriber, change.news);
            }
            (false, _, Some(was_allowed)) => {
                if was_allowed {
                    self.end_media(subscriber, id);
                }
                if let Some(participant) = self.people.get_mut(subscriber) {
                    participant.subscriptions.remove(&id);
                }
            }
            (true, true, Some(true)) | (true, false, Some(false)) | (false, _, None) => {}
        }
    }

    pub(crate) fn subscribe_to_all(&mut self, subscriber: PeerId) {
        let ids: Vec<_> = self.tracks.all().keys().copied().collect();
        for id in ids {
            self.reconcile(subscriber, id);
        }
    }

    /// Selective subscription.
    pub(crate) fn subscribe_to(&mut self, subscriber: PeerId, update: SubscriptionUpdate) {
        let limit = self.settings.limits.wishes_per_participant;
        for sid in update.tracks {
            let track = self.tracks.with_sid(&sid).map(|track| track.id);
            let Some(participant) = self.people.get_mut(subscriber) else {
                return;
            };
            if participant.wishes.len() < limit || participant.wishes.contains_key(&sid) {
                participant.wishes.insert(sid.clone(), update.subscribe);
            }
            match track {
                Some(id) => self.reconcile(subscriber, id),
                None if update.subscribe => self.tell(
                    subscriber,
                    ServerMessage::SubscriptionResponse {
                        track: sid,
                        error: SubscriptionError::TrackNotFound,
                    },
                ),
                None => {}
            }
        }
    }

    /// Adaptive stream: how large, how often, how dearly.
    pub(crate) fn configure_tracks(&mut self, peer: PeerId, wanted: &TrackSettings) {
        for sid in &wanted.tracks {
            let Some(id) = self.tracks.with_sid(sid).map(|track| track.id) else {
                continue;
            };
            let Some(participant) = self.people.get_mut(peer) else {
                return;
            };
            let Some(subscription) = participant.subscriptions.get_mut(&id) else {
                continue;
            };
            let settings = settings(wanted);
            if subscription.settings == settings {
                continue;
            }
            subscription.settings = settings;
            if subscription.allowed {
                let track = id;
                self.media(Command::Configure {
                    peer,
                    track,
                    settings,
                });
            }
        }
    }

    /// The media plane has sent a track's first packet to somebody.
    pub(crate) fn first_forwarded(&mut self, id: TrackId) {
        let Some(track) = self.tracks.get_mut(id) else {
            return;
        };
        if std::mem::replace(&mut track.first_subscription_told, true) {
            return;
        }
        let (publisher, track) = (track.publisher, track.info.sid.clone());
        self.tell(publisher, ServerMessage::TrackSubscribed { track });
    }

    pub(crate) fn subscription_failed(&mut self, subscriber: PeerId, id: TrackId) {
        let Some(track) = self.tracks.get(id).map(|track| track.info.sid.clone()) else {
            return;
        };
        let error = SubscriptionError::CodecUnsupported;
        self.tell(
            subscriber,
            ServerMessage::SubscriptionResponse { track, error },
        );
    }

    pub(crate) fn streams_paused(&mut self, subscriber: PeerId, states: &[(TrackId, bool)]) {
        let mut told = Vec::with_capacity(states.len());
        for (id, paused) in states {
            let Some(track) = self.tracks.get(*id) else {
                continue;
            };
            let (publisher, sid) = (track.publisher, track.info.sid.clone());
            let Some(publisher) = self.people.get(publisher).map(|p| p.sid.clone()) else {
                continue;
            };
            if let Some(subscription) = self
                .people
                .get_mut(subscriber)
                .and_then(|p| p.subscriptions.get_mut(id))
            {
                subscription.paused = *paused;
            }
            told.push(StreamState {
                publisher,
                track: sid,
                paused: *paused,
            });
        }
        if !told.is_empty() {
            self.tell(subscriber, ServerMessage::StreamStates(told));
        }
    }

    fn begin(&mut self, change: &Change) {
        self.media(Command::Subscribe(Subscribe {
            peer: change.subscriber,
            track: change.id,
            settings: change.settings,
        }));
        self.hold(change, true);
    }

    fn hold(&mut self, change: &Change, allowed: bool) {
        if let Some(participant) = self.people.get_mut(change.subscriber) {
            participant.subscriptions.insert(
                change.id,
                Subscription {
                    allowed,
                    settings: change.settings,
                    paused: false,
                },
            );
        }
    }

    fn end_media(&mut self, peer: PeerId, track: TrackId) {
        self.media(Command::Unsubscribe { peer, track });
    }
}

struct Change {
    subscriber: PeerId,
    id: TrackId,
    settings: SubscriptionSettings,
    news: ServerMessage,
}

fn wants(participant: &Participant, track: &Track, publisher: &Participant) -> bool {
    let wish = participant.wishes.get(&track.info.sid).copied();
    track.live
        && track.publisher != participant.peer
        && participant.permission.can_subscribe
        && !publisher.is_hidden()
        && wish.unwrap_or(participant.settings.auto_subscribe)
}

/// With adaptive stream the client says soon how large it shows the picture; until then the
/// smallest will do.
fn first_settings(participant: &Participant, track: &Track) -> SubscriptionSettings {
    let small = participant.settings.adaptive_stream && track.info.kind == TrackKind::Video;
    SubscriptionSettings {
        max_quality: if small { Quality::Low } else { Quality::High },
        ..SubscriptionSettings::default()
    }
}

fn settings(wanted: &TrackSettings) -> SubscriptionSettings {
    let dimensions =
        (wanted.width > 0 && wanted.height > 0).then_some((wanted.width, wanted.height));
    SubscriptionSettings {
        enabled: !wanted.disabled,
        max_quality: match dimensions {
            Some(_) => Quality::High,
            None => wanted.quality.unwrap_or(Quality::High),
        },
        dimensions,
        max_fps: (wanted.fps > 0).then_some(wanted.fps),
        priority: priority(wanted.priority),
    }
}

/// On the wire 1 is the highest and 0 is unset; in the allocator larger is earlier and 0 ordinary.
fn priority(wire: u32) -> u32 {
    match wire {
        0 => 0,
        set => u32::MAX - set,
    }
}
