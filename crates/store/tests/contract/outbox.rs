use crate::database::Database;
use crate::given::event;

stories![
    events_come_out_once_and_in_their_order,
    what_was_taken_in_vain_is_back,
    an_event_of_a_change_that_was_undone_never_happened,
    two_servers_take_no_event_twice,
];

async fn pushed(db: &Database, count: u64) {
    db.write(async |tx| {
        for at_ms in 0..count {
            tx.outbox().push(&event("room.created", at_ms)).await?;
        }
        Ok(())
    })
    .await;
}

async fn taken(db: &Database, limit: u32) -> Vec<u64> {
    let events = db.write(async |tx| tx.outbox().take(limit).await).await;
    events.iter().map(|event| event.at_ms).collect()
}

async fn events_come_out_once_and_in_their_order(db: &Database) {
    pushed(db, 5).await;
    assert_eq!(taken(db, 3).await, [0, 1, 2]);
    let rest = db.write(async |tx| tx.outbox().take(3).await).await;
    let expected = [event("room.created", 3), event("room.created", 4)];
    assert_eq!(rest.len(), 2);
    for (found, expected) in rest.iter().zip(&expected) {
        assert_eq!(found.id, expected.id);
        assert_eq!(found.tenant, expected.tenant);
        assert_eq!(found.event, "room.created");
        assert_eq!(found.payload.expose(), expected.payload.expose());
    }
    assert!(taken(db, 3).await.is_empty());
}

async fn what_was_taken_in_vain_is_back(db: &Database) {
    pushed(db, 2).await;
    let mut tx = db.begin().await.expect("a transaction");
    assert_eq!(tx.outbox().take(9).await.expect("taken").len(), 2);
    drop(tx);
    assert_eq!(taken(db, 9).await, [0, 1]);
}

async fn an_event_of_a_change_that_was_undone_never_happened(db: &Database) {
    let mut tx = db.begin().await.expect("a transaction");
    tx.outbox()
        .push(&event("room.created", 1))
        .await
        .expect("pushed");
    drop(tx);
    assert!(taken(db, 9).await.is_empty());
}

async fn two_servers_take_no_event_twice(db: &Database) {
    pushed(db, 60).await;
    let other = db.another().await;
    let work = async |store: &store::Store| {
        let mut all = Vec::new();
        for _ in 0..20 {
            let mut tx = store.begin().await.expect("a transaction");
            let events = tx.outbox().take(4).await.expect("taken");
            tx.commit().await.expect("committed");
            all.extend(events.iter().map(|event| event.at_ms));
        }
        all
    };
    let (mut all, theirs) = tokio::join!(work(db), work(&other));
    all.extend(theirs);
    all.sort_unstable();
    assert_eq!(all, (0..60).collect::<Vec<_>>());
}
