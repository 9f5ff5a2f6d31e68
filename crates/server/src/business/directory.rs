//! How a room was planned, and everything that has changed it.

use super::journal::kept;
use base::RoomName;
use base::clock::OsClock;
use room::{Directory, Failure, Promise};
use room_core::features::{AgendaItem, Setup};
use store::{Store, StoreError};
use tenancy::rooms::Room;

/// Journal entries read at a time: some hundred kilobytes.
const BATCH: u32 = 1_000;

#[derive(Clone, Debug)]
pub(crate) struct StoredDirectory(Store);

impl StoredDirectory {
    pub(super) fn new(store: Store) -> Self {
        Self(store)
    }

    async fn read(&self, name: &RoomName) -> Result<Setup, StoreError> {
        let mut reader = self.0.reader().await?;
        let row = reader.rooms().find_by_name(name.as_str()).await?;
        let mut setup = match row {
            Some(row) => planned(Room::of_row(row)?),
            None => Setup::default(),
        };
        let mut seq = 0;
        loop {
            let entries = reader
                .room_journal()
                .read(name.as_str(), seq, BATCH)
                .await?;
            let Some(newest) = entries.last() else {
                return Ok(setup);
            };
            seq = newest.seq;
            setup.journal.extend(entries.iter().map(kept));
        }
    }
}

impl Directory for StoredDirectory {
    fn setup<'a>(&'a self, room: &'a RoomName) -> Promise<'a, Result<Setup, Failure>> {
        Box::pin(async move {
            let read = self.read(room).await;
            read.map_err(|error| Failure::new("read a room and its journal", error))
        })
    }
}

fn planned(room: Room) -> Setup {
    let ends_at = room
        .next(OsClock.unix_ms())
        .and_then(|next| u64::try_from(next.ends_at_ms).ok());
    Setup {
        room_id: room.id.to_string(),
        kind: room.kind,
        title: room.title,
        template: room.template,
        agenda: room
            .agenda
            .into_iter()
            .map(|item| AgendaItem {
                id: item.id,
                text: item.text,
                minutes: item.minutes.unwrap_or(0),
                done: false,
            })
            .collect(),
        lobby: Some(room.settings.lobby),
        locked: room.settings.locked,
        ends_at,
        max_people: Some(room.settings.max_people),
        journal: Vec::new(),
    }
}
