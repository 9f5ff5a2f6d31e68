//! Who was in which room, and when: written down as it happens, and told to those who want to know.

use super::lease::Lease;
use crate::stopping::{Phase, Stopping};
use base::clock::OsClock;
use base::rng::Rng;
use base::{RoomId, RoomName};
use room::Rooms;
use room_core::kinds::Role;
use room_core::model::ParticipantInfo;
use room_core::{ListenerInfo, RoomEvent, RoomEventKind};
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
/// Written together when many come at once: each transaction waits for the disk, and while it does
/// nobody else writes.
const TOGETHER: usize = 256;

/// Runs until the server has ended and what happened until then is written down. What happens from
/// the call on is heard, even before the first poll.
pub(crate) fn keep_history(
    store: Store,
    lease: Lease,
    rooms: Rooms,
    news: Arc<Notify>,
    stopping: Stopping,
) -> impl Future<Output = ()> {
    let happened = rooms.events();
    let scribe = Scribe {
        store,
        lease,
        rooms,
        rng: Rng::from_os(),
    };
    write_history(scribe, happened, news, stopping)
}

async fn write_history(
    mut scribe: Scribe,
    mut happened: mpsc::Receiver<RoomEvent>,
    news: Arc<Notify>,
    mut stopping: Stopping,
) {
    let mut events = Vec::with_capacity(TOGETHER);
    loop {
        events.clear();
        let number = tokio::select! {
            biased;
            number = happened.recv_many(&mut events, TOGETHER) => number,
            () = stopping.reached(Phase::Ended) => 0,
        };
        if number == 0 {
            return;
        }
        events.retain(|event| RoomId::parse(event.room.name.as_str()).is_some());
        if events.is_empty() {
            continue;
        }
        if scribe.write_down(&events).await.is_ok() {
            news.notify_one();
            continue;
        }
        // One that cannot be written must not take the others with it.
        for event in &events {
            write_alone(&mut scribe, event, &news).await;
        }
    }
}

async fn write_alone(scribe: &mut Scribe, event: &RoomEvent, news: &Notify) {
    for attempt in 1..=ATTEMPTS {
        match scribe.write_down(std::slice::from_ref(event)).await {
            Ok(()) => return news.notify_one(),
            Err(error) if attempt == ATTEMPTS => {
                let room = event.room.name.as_str();
                tracing::error!(%error, room, "a room's event is not in its history");
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

struct Scribe {
    store: Store,
    lease: Lease,
    rooms: Rooms,
    rng: Rng,
}

impl Scribe {
    /// All of them or none.
    async fn write_down(&mut self, events: &[RoomEvent]) -> Result<(), StoreError> {
        // Before the transaction: the room may wait for the database itself.
        let mut roles = Vec::with_capacity(events.len());
        for event in events {
            roles.push(self.role_in(event).await);
        }
        let mut tx = self.store.begin().await?;
        for (event, role) in events.iter().zip(roles) {
            let name = event.room.name.as_str();
            if let Some(row) = tx.rooms().find_by_name(name).await? {
                self.apply(&mut tx, &row, event, role).await?;
            }
        }
        tx.commit().await
    }

    async fn role_in(&self, event: &RoomEvent) -> Role {
        match &event.kind {
            RoomEventKind::ParticipantJoined { participant } => {
                self.role_of(&event.room.name, participant).await
            }
            RoomEventKind::RoomStarted { .. }
            | RoomEventKind::RoomFinished { .. }
            | RoomEventKind::ParticipantLeft { .. }
            | RoomEventKind::ParticipantConnectionAborted { .. }
            | RoomEventKind::TrackPublished { .. }
            | RoomEventKind::TrackUnpublished { .. }
            | RoomEventKind::ListenerJoined { .. }
            | RoomEventKind::ListenerLeft { .. } => Role::default(),
        }
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
            RoomEventKind::ParticipantJoined { participant } => {
                let stay = stay(session, participant, role, at_ms);
                self.came(tx, room, &stay).await
            }
            RoomEventKind::ListenerJoined { listener } => {
                let stay = stay_without_media(session, listener, at_ms);
                self.came(tx, room, &stay).await
            }
            RoomEventKind::ParticipantLeft { participant } => {
                let stay = stay(session, participant, role, at_ms);
                self.went(tx, room, &stay, at_ms).await
            }
            RoomEventKind::ListenerLeft { listener } => {
                let stay = stay_without_media(session, listener, at_ms);
                self.went(tx, room, &stay, at_ms).await
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

    /// A room that somebody only knocked at was no session: it begins with who is there.
    async fn came(
        &mut self,
        tx: &mut Tx,
        room: &RoomRow,
        stay: &AttendanceRow,
    ) -> Result<(), StoreError> {
        let session = opened(room, stay);
        let server = self.lease.server().to_owned();
        if tx.history().open(&session, &server).await? {
            // A session of a server that nobody knows would be taken for a dead one's.
            tx.history().alive(&server, OsClock.unix_ms()).await?;
            self.tell(tx, room, "room.opened", json!({ "session_id": session.id }))
                .await?;
        }
        tx.history().come(stay).await?;
        let mut data = told(stay);
        data["role"] = stay.role.as_str().into();
        self.tell(tx, room, "participant.joined", data).await
    }

    async fn went(
        &mut self,
        tx: &mut Tx,
        room: &RoomRow,
        stay: &AttendanceRow,
        at_ms: u64,
    ) -> Result<(), StoreError> {
        tx.history().leave(&stay.id, at_ms).await?;
        self.tell(tx, room, "participant.left", told(stay)).await
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

fn opened(room: &RoomRow, first: &AttendanceRow) -> SessionRow {
    SessionRow {
        id: first.session.clone(),
        tenant: room.tenant.clone(),
        room: room.id.clone(),
        started_ms: first.joined_ms,
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

fn stay_without_media(session: &str, listener: &ListenerInfo, at_ms: u64) -> AttendanceRow {
    AttendanceRow {
        id: listener.sid.clone(),
        session: session.to_owned(),
        identity: listener.identity.as_str().to_owned(),
        name: listener.name.clone(),
        role: listener.role.as_str().to_owned(),
        joined_ms: at_ms,
        left_ms: None,
    }
}

fn told(stay: &AttendanceRow) -> Value {
    json!({
        "session_id": stay.session,
        "identity": stay.identity,
        "name": stay.name,
        "role": null,
    })
}
