//! Rooms looked after from outside: the calls of the room service.

use crate::inbox::{Inbox, ToRoom};
use crate::rooms::Rooms;
use crate::task;
use base::media::DataChannelKind;
use base::{Identity, RoomName, TrackSid};
use bytes::Bytes;
use room_core::model::{ParticipantInfo, RoomConfig, RoomInfo, TrackInfo};
use room_core::{DataTarget, JoinRefusal, ParticipantChange, Refusal, RpcCall, RpcError};
use tokio::sync::oneshot;

impl Rooms {
    /// Opens a room, or changes the settings of the one that is open.
    ///
    /// # Errors
    /// Its name or metadata is too long, or the server is draining.
    pub async fn create(
        &self,
        name: &RoomName,
        config: RoomConfig,
    ) -> Result<RoomInfo, JoinRefusal> {
        if self.is_draining() {
            return Err(JoinRefusal::Draining);
        }
        for _ in 0..4 {
            let (inbox, opened) = self.open(name, config.clone())?;
            let config = config.clone();
            let called = inbox.call(move |room, now| {
                if opened {
                    Ok(room.info())
                } else {
                    room.configure(now, config)
                }
            });
            if let Ok(result) = called.await {
                return result.map_err(|_| JoinRefusal::MetadataTooLarge);
            }
        }
        Err(JoinRefusal::Overloaded)
    }

    /// Rooms by name; all if `names` is empty.
    pub async fn list(&self, names: &[RoomName]) -> Vec<RoomInfo> {
        let inboxes = if names.is_empty() {
            self.inboxes()
        } else {
            names.iter().filter_map(|name| self.inbox(name)).collect()
        };
        let mut rooms = Vec::with_capacity(inboxes.len());
        for inbox in inboxes {
            // A room that ended meanwhile is not listed.
            if let Ok(info) = inbox.call(|room, _| room.info()).await {
                rooms.push(info);
            }
        }
        rooms
    }

    /// Ends a room. Everybody is told to leave. Returns when it is gone.
    ///
    /// # Errors
    /// There is none of that name.
    pub async fn delete(&self, name: &RoomName) -> Result<(), Refusal> {
        let inbox = self.existing(name)?;
        self.call(name, |room, now| room.delete(now)).await?;
        inbox.ended().await;
        Ok(())
    }

    /// # Errors
    /// There is no such room.
    pub async fn participants(&self, name: &RoomName) -> Result<Vec<ParticipantInfo>, Refusal> {
        self.call(name, |room, _| room.participants()).await
    }

    /// # Errors
    /// There is no such room or participant.
    pub async fn participant(
        &self,
        name: &RoomName,
        identity: &Identity,
    ) -> Result<ParticipantInfo, Refusal> {
        let identity = identity.clone();
        self.call(name, move |room, _| room.participant(&identity))
            .await?
    }

    /// Puts somebody out. Tokens of his that became valid before `revoke_before_unix_s` are
    /// refused from now on.
    ///
    /// # Errors
    /// There is no such room or participant.
    pub async fn remove_participant(
        &self,
        name: &RoomName,
        identity: &Identity,
        revoke_before_unix_s: Option<u64>,
    ) -> Result<(), Refusal> {
        if let Some(before) = revoke_before_unix_s {
            self.revoke(name, identity, before);
        }
        let identity = identity.clone();
        self.call(name, move |room, now| room.remove(now, &identity))
            .await?
    }

    /// # Errors
    /// There is no such room, participant or track; or unmuting is not allowed here.
    pub async fn mute_track(
        &self,
        name: &RoomName,
        identity: &Identity,
        track: &TrackSid,
        muted: bool,
    ) -> Result<TrackInfo, Refusal> {
        let (identity, track) = (identity.clone(), track.clone());
        self.call(name, move |room, now| {
            room.mute(now, &identity, &track, muted)
        })
        .await?
    }

    /// # Errors
    /// There is no such room or participant, or a value is too large.
    pub async fn update_participant(
        &self,
        name: &RoomName,
        identity: &Identity,
        change: ParticipantChange,
    ) -> Result<ParticipantInfo, Refusal> {
        let identity = identity.clone();
        self.call(name, move |room, now| {
            room.update_participant(now, &identity, change)
        })
        .await?
    }

    /// # Errors
    /// There is no such room or participant.
    pub async fn update_subscriptions(
        &self,
        name: &RoomName,
        identity: &Identity,
        tracks: Vec<TrackSid>,
        subscribe: bool,
    ) -> Result<(), Refusal> {
        let identity = identity.clone();
        self.call(name, move |room, now| {
            room.update_subscriptions(now, &identity, tracks, subscribe)
        })
        .await?
    }

    /// Sends a data packet, already in wire form, to some or all.
    ///
    /// # Errors
    /// There is no such room, or the message is too large.
    pub async fn send_data(
        &self,
        name: &RoomName,
        channel: DataChannelKind,
        packet: Bytes,
        target: DataTarget,
    ) -> Result<(), Refusal> {
        self.call(name, move |room, now| {
            room.send_data(now, channel, packet, &target)
        })
        .await?
    }

    /// # Errors
    /// There is no such room, or the metadata is too large.
    pub async fn update_metadata(
        &self,
        name: &RoomName,
        metadata: String,
    ) -> Result<RoomInfo, Refusal> {
        self.call(name, move |room, now| room.update_metadata(now, metadata))
            .await?
    }

    /// Asks a participant's program to run a method, and waits for its answer.
    ///
    /// # Errors
    /// There is no such room (outer), or the error that the protocol defines (inner).
    pub async fn perform_rpc(
        &self,
        name: &RoomName,
        call: RpcCall,
    ) -> Result<Result<String, RpcError>, Refusal> {
        let inbox = self.existing(name)?;
        let (reply, answer) = oneshot::channel();
        let sent = inbox.send(ToRoom::Rpc { call, reply }).await;
        sent.map_err(|_| Refusal::NoSuchRoom)?;
        answer.await.map_err(|_| Refusal::NoSuchRoom)
    }

    /// Takes a participant to another room, which is opened if need be; his connections and his
    /// tracks go with him.
    ///
    /// # Errors
    /// There is no such room or participant, or the other room does not take him.
    pub async fn move_participant(
        &self,
        from: &RoomName,
        identity: &Identity,
        to: &RoomName,
    ) -> Result<(), Refusal> {
        let source = self.existing(from)?;
        let destination = self.destination(&source, identity, to).await?;
        let (reply, answer) = oneshot::channel();
        let release = ToRoom::Release {
            identity: identity.clone(),
            to: destination,
            reply,
        };
        source
            .send(release)
            .await
            .map_err(|_| Refusal::NoSuchRoom)?;
        answer.await.map_err(|_| Refusal::NoSuchRoom)??;
        self.moved(identity, from, to, task::now().unix_ms / 1_000);
        Ok(())
    }

    /// Shows a participant in another room too, which is opened if need be, until he
    /// leaves or is put out there.
    ///
    /// # Errors
    /// There is no such room or participant, or the other room does not take him.
    pub async fn forward_participant(
        &self,
        from: &RoomName,
        identity: &Identity,
        to: &RoomName,
    ) -> Result<(), Refusal> {
        let source = self.existing(from)?;
        let destination = self.destination(&source, identity, to).await?;
        let (reply, answer) = oneshot::channel();
        let forward = ToRoom::Forward {
            identity: identity.clone(),
            to: destination,
            reply,
        };
        source
            .send(forward)
            .await
            .map_err(|_| Refusal::NoSuchRoom)?;
        answer.await.map_err(|_| Refusal::NoSuchRoom)?
    }

    /// The room that somebody is to come to, after it was asked whether it would take him.
    async fn destination(
        &self,
        source: &Inbox,
        identity: &Identity,
        to: &RoomName,
    ) -> Result<Inbox, Refusal> {
        let there = identity.clone();
        let found = source.call(move |room, _| room.participant(&there)).await;
        found.map_err(|_| Refusal::NoSuchRoom)??;
        let (inbox, _) = self
            .open(to, RoomConfig::default())
            .map_err(|_| Refusal::NameTooLong)?;
        if inbox.room() == source.room() {
            return Err(Refusal::SameRoom);
        }
        let identity = identity.clone();
        inbox
            .call(move |room, _| room.has_place_for(&identity))
            .await
            .map_err(|_| Refusal::NoSuchRoom)??;
        Ok(inbox)
    }

    fn existing(&self, name: &RoomName) -> Result<Inbox, Refusal> {
        self.inbox(name).ok_or(Refusal::NoSuchRoom)
    }

    async fn call<T: Send + 'static>(
        &self,
        name: &RoomName,
        f: impl FnOnce(&mut room_core::Room, room_core::Now) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        self.existing(name)?
            .call(f)
            .await
            .map_err(|_| Refusal::NoSuchRoom)
    }
}
