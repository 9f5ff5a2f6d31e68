//! Lists of rooms, and the occurrence that each is listed by.

use super::Room;
use crate::Denied;
use base::TenantId;
use store::rooms::RoomFilter;
use store::{Page, PageRequest, Reader, Store, StoreError};

/// Rooms moved in one transaction: each costs a millisecond of rule and disk.
const BATCH: u32 = 100;

/// Rooms of a tenant that match.
///
/// # Errors
/// The database cannot be read.
pub async fn list(
    reader: &mut Reader,
    tenant: &TenantId,
    filter: &RoomFilter,
    page: &PageRequest,
) -> Result<Page<Room>, Denied> {
    let rows = reader.rooms().list(tenant, filter, page).await?;
    let rooms = rows.items.into_iter().map(Room::of_row);
    Ok(Page {
        items: rooms.collect::<Result<_, StoreError>>()?,
        next: rows.next,
    })
}

/// Lets recurring rooms whose listed occurrence is over be listed by their next. Says how many
/// there were; called now and then, and before a list.
///
/// # Errors
/// The database cannot be read or written.
pub async fn move_on(store: &Store, now_ms: u64) -> Result<u64, StoreError> {
    let mut moved = 0;
    loop {
        // Nearly always there is nothing to do, and then no writer has to wait for us.
        let due = store
            .reader()
            .await?
            .rooms()
            .due_to_move(now_ms, BATCH)
            .await?;
        if due.is_empty() {
            return Ok(moved);
        }
        let mut tx = store.begin().await?;
        for row in tx.rooms().due_to_move(now_ms, BATCH).await? {
            let room = Room::of_row(row)?.to_row(now_ms);
            tx.rooms()
                .set_next(&room.id, room.next_start_ms, room.next_end_ms, room.recurs)
                .await?;
            moved += 1;
        }
        tx.commit().await?;
    }
}
