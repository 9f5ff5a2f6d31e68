//! What happens in rooms, written down.

use base::{Redacted, RoomName};
use room::{Failure, Journal, Promise};
use room_core::features::Kept;
use store::room_journal::JournalEntry;
use store::{Store, StoreError};

#[derive(Clone, Debug)]
pub(crate) struct StoredJournal(Store);

impl StoredJournal {
    pub(super) fn new(store: Store) -> Self {
        Self(store)
    }

    async fn write(&self, room: &RoomName, events: &[Kept]) -> Result<(), StoreError> {
        let entries: Vec<JournalEntry> = events
            .iter()
            .map(|event| JournalEntry {
                seq: event.seq,
                at_ms: event.at_ms,
                payload: Redacted::new(event.json.to_string()),
            })
            .collect();
        let mut tx = self.0.begin().await?;
        tx.room_journal().append(room.as_str(), &entries).await?;
        tx.commit().await
    }
}

impl Journal for StoredJournal {
    fn append<'a>(
        &'a self,
        room: &'a RoomName,
        events: &'a [Kept],
    ) -> Promise<'a, Result<(), Failure>> {
        Box::pin(async move {
            let written = self.write(room, events).await;
            written.map_err(|error| Failure::new("append to a room's journal", error))
        })
    }
}
