//! What happens in rooms, written down.

use base::{Redacted, RoomName};
use room::{Failure, Journal, Promise};
use room_core::features::{Kept, deleted_message, without_words};
use serde_json::Value;
use store::room_journal::JournalEntry;
use store::{Store, StoreError, Tx};

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
        for event in events {
            if let Some(message) = deleted_message(event) {
                take_back(&mut tx, room, event.seq, &message).await?;
            }
        }
        tx.commit().await
    }
}

/// Empties what was said in a message that is deleted by the event `seq`.
async fn take_back(
    tx: &mut Tx,
    room: &RoomName,
    seq: u64,
    message: &str,
) -> Result<(), StoreError> {
    // As it stands in the journal's JSON.
    let id = Value::from(message).to_string();
    let found = tx
        .room_journal()
        .mentioning(room.as_str(), seq, &id)
        .await?;
    let emptied = found
        .iter()
        .find_map(|entry| without_words(&kept(entry), message));
    if let Some(event) = emptied {
        let payload = Redacted::new(event.json.to_string());
        tx.room_journal()
            .replace(room.as_str(), event.seq, &payload)
            .await?;
    }
    Ok(())
}

/// An event as rooms know it.
pub(super) fn kept(entry: &JournalEntry) -> Kept {
    Kept {
        seq: entry.seq,
        at_ms: entry.at_ms,
        json: entry.payload.expose().as_str().into(),
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
