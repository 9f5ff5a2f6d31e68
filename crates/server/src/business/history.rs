//! Who was in which room, and when: written down as it happens, and told to those who want to know.

use crate::stopping::{Phase, Stopping};
use base::clock::OsClock;
use base::rng::Rng;
use base::{RoomId, RoomName};
use room::Rooms;
use room_core::kinds::Role;
use room_core::model::ParticipantInfo;
use room_core::{RoomEvent, RoomEventKind};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use store::history::{AttendanceRow, SessionRow};
use store::rooms::RoomRow;
use store::{Store, StoreError, Tx};
use tenancy::{Actor, Context, events};
use tokio::sync::{Notify, mpsc};

/// While the database cannot be written, the queue of events holds what happens.
const PAUSE: Duration = Duration::from_secs(1);
const ATTEMPTS: u32 = 5;

/// Runs until the server has ended and what happened until then is written down. What happens from
/// the call on is heard, even before the first poll.
pub(crate) fn keep_history(
    store: Store,
    rooms: Rooms,
    news: Arc<Notify>,
    stopping: Stopping,
) -> impl Future<Output = ()> {
    let happened = rooms.events();
    write_history(store, rooms, happened, news, stopping)
}

async fn write_history(
    store: Store,
    rooms: Rooms,
    mut happened: mpsc::Receiver<RoomEvent>,
    news: Arc<Notify>,
    mut stopping: Stopping,
) {
    let mut scribe = Scribe {
        store,
        rooms,
        rng: Rng::from_os(),
    };
    if let Err(error) = scribe.close_left_open().await {
        tracing::warn!(%error, "sessions of an earlier process cannot be closed");
    }
    loop {
        let event = tokio::select! {
            biased;
            event = happened.recv() => event,
            () = stopping.reached(Phase::Ended) => None,
        };
        let Some(event) = event else {
            return;
        };
        let Some(room) = RoomId::parse(event.room.name.as_str()) else {
            continue;
        };
        for attempt in 1..=ATTEMPTS {
            match scribe.write_down(&room, &event).await {
                Ok(()) => {
                    news.notify_one();
                    break;
                }
                Err(error) if attempt == ATTEMPTS => {
                    tracing::error!(%error, %room, "a room's event is not in its history");
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }
}

struct Scribe {
    store: Store,
    rooms: Rooms,
    rng: Rng,
}

impl Scribe {
    async fn close_left_open(&self) -> Result<(), StoreError> {
        let mut tx = self.store.begin().await?;
        tx.history().close_left_open().await?;
        tx.commit().await
    }

    async fn write_down(&mut self, room: &RoomId, event: &RoomEvent) -> Result<(), StoreError> {
        // Before the transaction: the room may wait for the database itself.
        let role = match &event.kind {
            RoomEventKind::ParticipantJoined { participant } => {
                self.role_of(&event.room.name, participant).await
            }
            RoomEventKind::RoomStarted { .. }
            | RoomEventKind::RoomFinished { .. }
            | RoomEventKind::ParticipantLeft { .. }
            | RoomEventKind::ParticipantConnectionAborted { .. }
            | RoomEventKind::TrackPublished { .. }
            | RoomEventKind::TrackUnpublished { .. } => Role::default(),
        };
        let mut tx = self.store.begin().await?;
        let Some(row) = tx.rooms().find_by_name(room.as_str()).await? else {
            return Ok(());
        };
        self.apply(&mut tx, &row, event, role).await?;
        tx.commit().await
    }

    async fn apply(
        &mut self,
        tx: &mut Tx,
        room: &RoomRow,
        event: &RoomEvent,
        role: Role,
    ) -> Result<(), StoreError> {
        let at_ms = event.at_unix_ms;
        let session = event.room.sid.as_str();
        match &event.kind {
            RoomEventKind::RoomStarted { .. } => Ok(()),
            // A room that somebody only knocked at was no session: it begins with who is there.
            RoomEventKind::ParticipantJoined { participant } => {
                if tx.history().open(&opened(room, session, at_ms)).await? {
                    self.tell(tx, room, "room.opened", json!({ "session_id": session }))
                        .await?;
                }
                let stay = stay(session, participant, role, at_ms);
                tx.history().come(&stay).await?;
                let data = told(session, participant, Some(role));
                self.tell(tx, room, "participant.joined", data).await
            }
            RoomEventKind::ParticipantLeft { participant } => {
                tx.history().leave(participant.sid.as_str(), at_ms).await?;
                let data = told(session, participant, None);
                self.tell(tx, room, "participant.left", data).await
            }
            RoomEventKind::RoomFinished { .. } => {
                if tx.history().close(session, at_ms).await? {
                    self.tell(tx, room, "room.closed", json!({ "session_id": session }))
                        .await?;
                }
                Ok(())
            }
            RoomEventKind::ParticipantConnectionAborted { .. }
            | RoomEventKind::TrackPublished { .. }
            | RoomEventKind::TrackUnpublished { .. } => Ok(()),
        }
    }

    async fn role_of(&self, room: &RoomName, participant: &ParticipantInfo) -> Role {
        let live = self.rooms.live(room).await;
        let person = live.and_then(|live| {
            let mut people = live.people.into_iter();
            people.find(|person| person.identity == participant.identity)
        });
        // Who is not shown is counted only.
        person.map_or(Role::Audience, |person| person.role)
    }

    async fn tell(
        &mut self,
        tx: &mut Tx,
        room: &RoomRow,
        event: &'static str,
        mut data: Value,
    ) -> Result<(), StoreError> {
        data["room_id"] = room.id.to_string().into();
        let mut context = Context {
            actor: Actor::System {
                tenant: Some(room.tenant.clone()),
            },
            now_ms: OsClock.unix_ms(),
            rng: Rng::from_seed(self.rng.next_u64()),
        };
        events::announce(tx, &mut context, &room.tenant, event, data).await
    }
}

fn opened(room: &RoomRow, session: &str, at_ms: u64) -> SessionRow {
    SessionRow {
        id: session.to_owned(),
        tenant: room.tenant.clone(),
        room: room.id.clone(),
        started_ms: at_ms,
        ended_ms: None,
        first_seq: 0,
        last_seq: None,
        people: 0,
    }
}

fn stay(session: &str, participant: &ParticipantInfo, role: Role, at_ms: u64) -> AttendanceRow {
    AttendanceRow {
        id: participant.sid.as_str().to_owned(),
        session: session.to_owned(),
        identity: participant.identity.as_str().to_owned(),
        name: participant.name.clone(),
        role: role.as_str().to_owned(),
        joined_ms: at_ms,
        left_ms: None,
    }
}

fn told(session: &str, participant: &ParticipantInfo, role: Option<Role>) -> Value {
    json!({
        "session_id": session,
        "identity": participant.identity.as_str(),
        "name": participant.name,
        "role": role,
    })
}
