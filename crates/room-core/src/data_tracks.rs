//! Data tracks: published under the publisher's handle, received under the receiver's own.

use crate::ServerMessage;
use crate::command::{DataSubscriptionUpdate, PublishDataTrack};
use crate::data::sender;
use crate::forwarding::Forwarded;
use crate::message::Request;
use crate::model::{DataTrackInfo, DataTrackSid, RequestReason, SubscriberHandle};
use crate::room::Room;
use base::PeerId;
use base::media::{Credit, DataChannelKind};
use bytes::Bytes;
use std::collections::{BTreeMap, HashMap};

/// What one participant publishes and receives of data tracks.
#[derive(Debug, Default)]
pub(crate) struct DataTracks {
    pub(crate) published: Vec<DataTrackInfo>,
    /// By which handle he receives what.
    handles: BTreeMap<DataTrackSid, u16>,
    last_handle: u16,
    wishes: HashMap<DataTrackSid, bool>,
}

impl DataTracks {
    pub(crate) fn forget_received(&mut self) {
        self.handles.clear();
        self.wishes.clear();
    }

    /// Handles count up and are used again only after 65,535 others, so that a frame of an old
    /// track that is still on its way is not taken for one of a new track.
    fn next_handle(&mut self) -> Option<u16> {
        let taken: Vec<_> = self.handles.values().copied().collect();
        let mut handle = self.last_handle;
        for _ in 0..=u16::MAX {
            handle = handle.checked_add(1).unwrap_or(1);
            if !taken.contains(&handle) {
                self.last_handle = handle;
                return Some(handle);
            }
        }
        None
    }
}

impl Room {
    pub(crate) fn publish_data_track(&mut self, peer: PeerId, request: PublishDataTrack) {
        match self.check_data_track(peer, &request) {
            Ok(pub_handle) => {
                let info = DataTrackInfo {
                    pub_handle,
                    sid: DataTrackSid::random(&mut self.rng),
                    name: request.name,
                    encryption: request.encryption,
                    frame_encoding: request.frame_encoding,
                    schema: request.schema,
                };
                let sid = info.sid.clone();
                if let Some(participant) = self.people.get_mut(peer) {
                    participant.data_tracks.published.push(info.clone());
                }
                self.tell(peer, ServerMessage::DataTrackPublished(info));
                self.has_changed(peer);
                self.news_are_urgent();
                for subscriber in self.people.peers() {
                    self.reconcile_data(subscriber, &sid, peer);
                }
            }
            Err(reason) => self.respond(peer, 0, reason, Request::PublishDataTrack(request)),
        }
    }

    pub(crate) fn unpublish_data_track(&mut self, peer: PeerId, pub_handle: u32) {
        let Some(participant) = self.people.get_mut(peer) else {
            return;
        };
        let published = &mut participant.data_tracks.published;
        let at = published
            .iter()
            .position(|info| u32::from(info.pub_handle) == pub_handle);
        let Some(at) = at else {
            let request = Request::UnpublishDataTrack { pub_handle };
            self.respond(peer, 0, RequestReason::NotFound, request);
            return;
        };
        let info = published.remove(at);
        self.data_track_is_gone(&info.sid);
        self.tell(peer, ServerMessage::DataTrackUnpublished(info));
        self.has_changed(peer);
        self.news_are_urgent();
    }

    pub(crate) fn unpublish_all_data_tracks(&mut self, peer: PeerId) {
        let Some(participant) = self.people.get(peer) else {
            return;
        };
        let handles: Vec<_> = participant
            .data_tracks
            .published
            .iter()
            .map(|info| u32::from(info.pub_handle))
            .collect();
        for handle in handles {
            self.unpublish_data_track(peer, handle);
        }
    }

    pub(crate) fn update_data_subscriptions(
        &mut self,
        peer: PeerId,
        updates: Vec<DataSubscriptionUpdate>,
    ) {
        let limit = self.settings.limits.wishes_per_participant;
        for update in updates {
            let Some(participant) = self.people.get_mut(peer) else {
                return;
            };
            let wishes = &mut participant.data_tracks.wishes;
            if wishes.len() < limit || wishes.contains_key(&update.track) {
                wishes.insert(update.track.clone(), update.subscribe);
            }
            if let Some(publisher) = self.publisher_of_data(&update.track) {
                self.reconcile_data(peer, &update.track, publisher);
            }
        }
    }

    pub(crate) fn subscribe_to_all_data_tracks(&mut self, peer: PeerId) {
        let all: Vec<_> = self
            .people
            .iter()
            .flat_map(|p| {
                p.data_tracks
                    .published
                    .iter()
                    .map(|info| (p.peer, info.sid.clone()))
            })
            .collect();
        for (publisher, sid) in all {
            self.reconcile_data(peer, &sid, publisher);
        }
    }

    /// What a newcomer has brought is offered to those who are here.
    pub(crate) fn offer_data_tracks_of(&mut self, publisher: PeerId) {
        let Some(participant) = self.people.get(publisher) else {
            return;
        };
        let sids: Vec<_> = participant
            .data_tracks
            .published
            .iter()
            .map(|info| info.sid.clone())
            .collect();
        for sid in sids {
            for subscriber in self.people.peers() {
                self.reconcile_data(subscriber, &sid, publisher);
            }
        }
    }

    /// He leaves: what he published is gone, what he received is no longer sent.
    pub(crate) fn forget_data_participant(&mut self, peer: PeerId) {
        let Some(participant) = self.people.get(peer) else {
            return;
        };
        let published: Vec<_> = participant
            .data_tracks
            .published
            .iter()
            .map(|info| info.sid.clone())
            .collect();
        for sid in published {
            self.data_track_is_gone(&sid);
        }
        self.data.subscribers.retain(|_, subscribers| {
            subscribers.remove(&peer);
            !subscribers.is_empty()
        });
    }

    pub(crate) fn tell_data_handles(&mut self, peer: PeerId) {
        let Some(participant) = self.people.get(peer) else {
            return;
        };
        let handles = participant
            .data_tracks
            .handles
            .iter()
            .filter_map(|(sid, handle)| {
                let publisher = self.people.get(self.publisher_of_data(sid)?)?;
                Some(SubscriberHandle {
                    handle: *handle,
                    publisher_identity: publisher.identity.clone(),
                    publisher: publisher.sid.clone(),
                    track: sid.clone(),
                })
            })
            .collect();
        self.tell(peer, ServerMessage::DataTrackHandles(handles));
    }

    /// A frame: to each receiver under his own handle.
    pub(crate) fn frame_came(&mut self, peer: PeerId, frame: &Bytes, credit: &Credit) {
        if self.is_forwarded(peer) {
            let (frame, credit) = (frame.clone(), credit.clone());
            self.forward(peer, &Forwarded::Frame { frame, credit });
        }
        let wire = self.wire.clone();
        let (Some(participant), Ok(handle)) = (self.people.get(peer), wire.frame_handle(frame))
        else {
            return;
        };
        let published = &participant.data_tracks.published;
        let Some(track) = published.iter().find(|info| info.pub_handle == handle) else {
            return;
        };
        let Some(subscribers) = self.data.subscribers.get(&track.sid) else {
            return;
        };
        let sender = sender(participant);
        let mut by_handle: BTreeMap<u16, Vec<PeerId>> = BTreeMap::new();
        for (subscriber, handle) in subscribers {
            by_handle.entry(*handle).or_default().push(*subscriber);
        }
        for (handle, peers) in by_handle {
            if let Ok(frame) = wire.with_frame_handle(frame, handle, &sender) {
                self.deliver(peers, DataChannelKind::DataTrack, frame, credit.clone());
            }
        }
    }

    fn check_data_track(
        &self,
        peer: PeerId,
        request: &PublishDataTrack,
    ) -> Result<u16, RequestReason> {
        let participant = self.people.get(peer).ok_or(RequestReason::NotFound)?;
        if !participant.permission.can_publish_data {
            return Err(RequestReason::NotAllowed);
        }
        let handle = u16::try_from(request.pub_handle)
            .ok()
            .filter(|handle| *handle > 0)
            .ok_or(RequestReason::InvalidHandle)?;
        if request.name.is_empty()
            || request.name.len() > self.settings.limits.data_track_name_bytes
        {
            return Err(RequestReason::InvalidName);
        }
        let published = &participant.data_tracks.published;
        if published.len() >= self.settings.limits.data_tracks_per_participant {
            return Err(RequestReason::LimitExceeded);
        }
        if published.iter().any(|info| info.pub_handle == handle) {
            return Err(RequestReason::DuplicateHandle);
        }
        if published.iter().any(|info| info.name == request.name) {
            return Err(RequestReason::DuplicateName);
        }
        Ok(handle)
    }

    fn reconcile_data(&mut self, subscriber: PeerId, sid: &DataTrackSid, publisher: PeerId) {
        let hidden = self.people.get(publisher).is_none_or(|p| p.is_hidden());
        let Some(participant) = self.people.get_mut(subscriber) else {
            return;
        };
        let automatic = participant.settings.auto_subscribe_data_tracks;
        let tracks = &mut participant.data_tracks;
        let wanted = subscriber != publisher
            && !hidden
            && participant.permission.can_subscribe
            && tracks.wishes.get(sid).copied().unwrap_or(automatic);
        let held = tracks.handles.contains_key(sid);
        if wanted && !held {
            let Some(handle) = tracks.next_handle() else {
                return;
            };
            tracks.handles.insert(sid.clone(), handle);
            self.data
                .subscribers
                .entry(sid.clone())
                .or_default()
                .insert(subscriber, handle);
            self.tell_data_handles(subscriber);
        } else if !wanted && held {
            tracks.handles.remove(sid);
            if let Some(subscribers) = self.data.subscribers.get_mut(sid) {
                subscribers.remove(&subscriber);
            }
            self.tell_data_handles(subscriber);
        }
    }

    pub(crate) fn data_track_is_gone(&mut self, sid: &DataTrackSid) {
        for subscriber in self.people.peers() {
            if let Some(participant) = self.people.get_mut(subscriber) {
                participant.data_tracks.handles.remove(sid);
                participant.data_tracks.wishes.remove(sid);
            }
        }
        self.data.subscribers.remove(sid);
    }

    fn publisher_of_data(&self, sid: &DataTrackSid) -> Option<PeerId> {
        self.people
            .iter()
            .find(|p| p.data_tracks.published.iter().any(|info| info.sid == *sid))
            .map(|p| p.peer)
    }
}
