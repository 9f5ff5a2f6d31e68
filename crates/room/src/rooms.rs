//! All rooms of this process.

use crate::backing::Backing;
use crate::events::Listeners;
use crate::inbox::{Inbox, ToRoom};
use crate::media::Media;
use crate::moves::Moves;
use crate::session::Session;
use crate::task;
use base::rng::Rng;
use base::{Identity, RoomKey, RoomName};
use room_core::model::RoomConfig;
use room_core::{DataWire, Join, JoinRefusal, Resume, ResumeRefusal, RoomEvent, Settings};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc, oneshot};

/// A join can meet a room that is just ending; it is then tried on the next room of that name.
/// That cannot happen often in a row.
const JOIN_ATTEMPTS: usize = 4;

/// Removed identities whose older tokens are refused. A removal is rare; the oldest is forgotten
/// first.
const MAX_REVOCATIONS: usize = 10_000;

/// The rooms of this process, by name. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Rooms(pub(crate) Arc<Shared>);

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) media: Arc<dyn Media>,
    pub(crate) wire: Arc<dyn DataWire>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) backing: Backing,
    pub(crate) listeners: Listeners,
    registry: Mutex<HashMap<RoomName, Inbox>>,
    revoked: Mutex<Vec<Revocation>>,
    moves: Mutex<Moves>,
    rng: Mutex<Rng>,
    next_room: AtomicU64,
    next_session: AtomicU64,
    next_forward: AtomicU64,
    draining: AtomicBool,
}

#[derive(Debug)]
struct Revocation {
    room: RoomName,
    identity: Identity,
    before_unix_s: u64,
}

impl Rooms {
    /// Rooms that nobody planned and nobody keeps.
    pub fn new(
        media: Arc<dyn Media>,
        wire: Arc<dyn DataWire>,
        settings: Settings,
        rng: Rng,
    ) -> Self {
        Self::backed(media, wire, settings, rng, Backing::default())
    }

    /// Rooms that are planned elsewhere, and outlast this process.
    pub fn backed(
        media: Arc<dyn Media>,
        wire: Arc<dyn DataWire>,
        settings: Settings,
        rng: Rng,
        backing: Backing,
    ) -> Self {
        Self(Arc::new(Shared {
            media,
            wire,
            settings: Arc::new(settings),
            backing,
            listeners: Listeners::default(),
            registry: Mutex::default(),
            revoked: Mutex::default(),
            moves: Mutex::default(),
            rng: Mutex::new(rng),
            next_room: AtomicU64::new(1),
            next_session: AtomicU64::new(1),
            next_forward: AtomicU64::new(1),
            draining: AtomicBool::new(false),
        }))
    }

    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Lets a participant in; opens the room if there is none. The session's first message is
    /// [`room_core::ServerMessage::Joined`]. Who was moved to another room that is still open, and
    /// comes with a token of before, comes there.
    ///
    /// # Errors
    /// See [`JoinRefusal`].
    pub async fn join(&self, room: &RoomName, join: Join) -> Result<Session, JoinRefusal> {
        if self.is_draining() {
            return Err(JoinRefusal::Draining);
        }
        if self.is_revoked(room, &join) {
            return Err(JoinRefusal::TokenRevoked);
        }
        let room = &self.room_of(room, &join.identity, join.token_not_before_unix_s);
        let join = Arc::new(join);
        for _ in 0..JOIN_ATTEMPTS {
            let (inbox, _) = self.open(room, join.room_config.clone().unwrap_or_default())?;
            let (reply, answer) = oneshot::channel();
            let message = ToRoom::Join {
                session: self.next_session(),
                join: join.clone(),
                reply,
            };
            if inbox.send(message).await.is_err() {
                continue;
            }
            match answer.await {
                // The next one of that name may be opened when this one is gone.
                Ok(Err(JoinRefusal::Ended)) => inbox.ended().await,
                Ok(result) => return result,
                // A room that ends drops what it did not answer.
                Err(_) => {}
            }
        }
        Err(JoinRefusal::Overloaded)
    }

    /// Gives a participant whose connection broke a new session. Its first message is
    /// [`room_core::ServerMessage::Reconnected`].
    ///
    /// # Errors
    /// He is no longer there; he has to join anew.
    pub async fn resume(&self, room: &RoomName, resume: Resume) -> Result<Session, ResumeRefusal> {
        let inbox = self.inbox(room).ok_or(ResumeRefusal)?;
        let (reply, answer) = oneshot::channel();
        let message = ToRoom::Resume {
            session: self.next_session(),
            resume: Box::new(resume),
            reply,
        };
        inbox.send(message).await.map_err(|_| ResumeRefusal)?;
        answer.await.unwrap_or(Err(ResumeRefusal))
    }

    /// What happens in all rooms from now on. Read it promptly: a listener that is thousands of
    /// events behind loses some.
    pub fn events(&self) -> mpsc::Receiver<RoomEvent> {
        self.0.listeners.listen()
    }

    /// No more joins; rooms go on, and those who are in them may still resume.
    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }

    pub fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Relaxed)
    }

    /// Ends every room; clients are told to join elsewhere. Returns when all rooms are gone.
    pub async fn shut_down(&self) {
        self.drain();
        for inbox in self.inboxes() {
            let told = inbox.call(|room, now| room.shut_down(now)).await;
            if told.is_ok() {
                inbox.ended().await;
            }
        }
    }

    /// How many rooms are open.
    pub fn len(&self) -> usize {
        self.registry().len()
    }

    pub fn is_empty(&self) -> bool {
        self.registry().is_empty()
    }

    /// The room of that name, opened now if there is none: `(inbox, whether opened now)`.
    pub(crate) fn open(
        &self,
        name: &RoomName,
        config: RoomConfig,
    ) -> Result<(Inbox, bool), JoinRefusal> {
        if name.as_str().is_empty() || name.as_str().len() > self.0.settings.limits.name_bytes {
            return Err(JoinRefusal::NameTooLong);
        }
        let mut registry = self.registry();
        if let Some(inbox) = registry.get(name) {
            return Ok((inbox.clone(), false));
        }
        let key = RoomKey(self.0.next_room.fetch_add(1, Ordering::Relaxed));
        let seed = self.rng().next_u64();
        let inbox = task::spawn(
            self.clone(),
            key,
            name.clone(),
            config,
            Rng::from_seed(seed),
        );
        registry.insert(name.clone(), inbox.clone());
        Ok((inbox, true))
    }

    pub(crate) fn inbox(&self, name: &RoomName) -> Option<Inbox> {
        self.registry().get(name).cloned()
    }

    pub(crate) fn inboxes(&self) -> Vec<Inbox> {
        self.registry().values().cloned().collect()
    }

    /// A room that has ended is no longer found, unless a new one already has its name.
    pub(crate) fn forget(&self, name: &RoomName, key: RoomKey) {
        let mut registry = self.registry();
        if registry.get(name).is_some_and(|inbox| inbox.room() == key) {
            registry.remove(name);
        }
    }

    pub(crate) fn next_session(&self) -> room_core::SessionId {
        room_core::SessionId(self.0.next_session.fetch_add(1, Ordering::Relaxed))
    }

    pub(crate) fn next_forward(&self) -> room_core::ForwardId {
        room_core::ForwardId(self.0.next_forward.fetch_add(1, Ordering::Relaxed))
    }

    pub(crate) fn revoke(&self, room: &RoomName, identity: &Identity, before_unix_s: u64) {
        let mut revoked = self.revoked();
        if revoked.len() >= MAX_REVOCATIONS {
            revoked.remove(0);
        }
        revoked.push(Revocation {
            room: room.clone(),
            identity: identity.clone(),
            before_unix_s,
        });
    }

    pub(crate) fn moved(
        &self,
        identity: &Identity,
        from: &RoomName,
        to: &RoomName,
        at_unix_s: u64,
    ) {
        self.moves().record(identity, from, to, at_unix_s);
    }

    /// The room that a token which names `room` leads to.
    fn room_of(&self, room: &RoomName, identity: &Identity, valid_from: Option<u64>) -> RoomName {
        let moved = self.moves().destination(identity, room, valid_from);
        let open = moved.filter(|room| self.inbox(room).is_some());
        open.unwrap_or_else(|| room.clone())
    }

    fn moves(&self) -> MutexGuard<'_, Moves> {
        self.0.moves.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_revoked(&self, room: &RoomName, join: &Join) -> bool {
        let Some(valid_from) = join.token_not_before_unix_s else {
            return false;
        };
        self.revoked().iter().any(|revocation| {
            revocation.room == *room
                && revocation.identity == join.identity
                && valid_from < revocation.before_unix_s
        })
    }

    fn registry(&self) -> MutexGuard<'_, HashMap<RoomName, Inbox>> {
        self.0
            .registry
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn revoked(&self) -> MutexGuard<'_, Vec<Revocation>> {
        self.0
            .revoked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn rng(&self) -> MutexGuard<'_, Rng> {
        self.0.rng.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
