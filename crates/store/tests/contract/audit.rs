use crate::database::Database;
use crate::given::tenant_id;
use store::audit::{AuditEntry, AuditFilter, NO_HASH};
use store::{Store, StoreError, Tx};

stories![
    entries_are_counted_and_chained,
    an_entry_that_was_not_committed_leaves_no_gap,
    two_servers_write_one_chain,
    nobody_changes_or_deletes_an_entry,
    a_search_finds_what_matches_newest_first,
    tenants_have_logs_of_their_own,
];

/// A chain for the test: each hash is the number of the entry; the real one is computed above.
async fn enter(tx: &mut Tx, tenant: u32, entry: &AuditEntry) -> Result<u64, StoreError> {
    let tenant = tenant_id(tenant);
    let (seq, before) = tx.audit().next(&tenant).await?;
    let expected = match seq {
        1 => NO_HASH,
        _ => hash(seq - 1),
    };
    assert_eq!(before, expected, "the hash of the entry before");
    let entry = AuditEntry {
        seq,
        hash: hash(seq),
        ..entry.clone()
    };
    tx.audit().append(&tenant, &entry).await?;
    Ok(seq)
}

fn hash(seq: u64) -> [u8; 32] {
    [u8::try_from(seq).expect("small"); 32]
}

fn entry(actor: &str, action: &str, target: &str, at_ms: u64) -> AuditEntry {
    AuditEntry {
        seq: 0,
        at_ms,
        actor: actor.to_owned(),
        action: action.to_owned(),
        target: target.to_owned(),
        detail: "{\"role\":\"staff\"}".to_owned(),
        hash: NO_HASH,
    }
}

async fn entered(db: &Database, tenant: u32, entry: AuditEntry) -> u64 {
    db.write(async |tx| enter(tx, tenant, &entry).await).await
}

async fn entries_are_counted_and_chained(db: &Database) {
    for n in 1..=3 {
        let seq = entered(db, 1, entry("per_1", "room.created", "room_1", n)).await;
        assert_eq!(seq, n);
    }
    let head = db.read(async |r| r.audit().head(&tenant_id(1)).await).await;
    assert_eq!(head, (3, hash(3)));
    let read = db
        .read(async |r| r.audit().after(&tenant_id(1), 1, 9).await)
        .await;
    assert_eq!(read.iter().map(|e| e.seq).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(read[0].hash, hash(2));
    let none = db.read(async |r| r.audit().head(&tenant_id(2)).await).await;
    assert_eq!(none, (0, NO_HASH));
}

async fn an_entry_that_was_not_committed_leaves_no_gap(db: &Database) {
    entered(db, 1, entry("a", "x", "", 1)).await;
    let mut tx = db.begin().await.expect("a transaction");
    let undone = enter(&mut tx, 1, &entry("a", "x", "", 2)).await;
    assert_eq!(undone.expect("entered"), 2);
    drop(tx);
    assert_eq!(entered(db, 1, entry("a", "x", "", 3)).await, 2);
}

async fn two_servers_write_one_chain(db: &Database) {
    const EACH: usize = 20;
    let other = db.another().await;
    let write = async |store: &Store| {
        for n in 0..EACH {
            let mut tx = store.begin().await.expect("a transaction");
            enter(&mut tx, 1, &entry("a", "x", "", n as u64))
                .await
                .expect("entered");
            tokio::task::yield_now().await;
            tx.commit().await.expect("committed");
        }
    };
    tokio::join!(write(db), write(&other));
    let all = db
        .read(async |r| r.audit().after(&tenant_id(1), 0, 99).await)
        .await;
    let seqs: Vec<_> = all.iter().map(|entry| entry.seq).collect();
    assert_eq!(seqs, (1..=2 * EACH as u64).collect::<Vec<_>>());
}

async fn nobody_changes_or_deletes_an_entry(db: &Database) {
    entered(db, 1, entry("per_1", "room.created", "room_1", 1)).await;
    for statement in [
        "UPDATE audit_entries SET actor = 'per_2'",
        "DELETE FROM audit_entries",
    ] {
        let error = db.tamper(statement).await.expect_err("refused").to_string();
        assert!(error.contains("append-only"), "{error}");
    }
}

async fn a_search_finds_what_matches_newest_first(db: &Database) {
    for (actor, action, target, at_ms) in [
        ("per_1", "person.added", "per_2", 1_000),
        ("per_1", "person.removed", "per_2", 2_000),
        ("per_2", "personal.note", "per_2", 3_000),
        ("system", "person.added", "per_3", 4_000),
    ] {
        entered(db, 1, entry(actor, action, target, at_ms)).await;
    }
    let find = async |filter: AuditFilter| -> Vec<u64> {
        let pages = db
            .pages(1, async |r, page| {
                r.audit().search(&tenant_id(1), &filter, page).await
            })
            .await;
        pages.into_iter().flatten().map(|entry| entry.seq).collect()
    };
    let all = AuditFilter::default;
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(find(all()).await, [4, 3, 2, 1]);
    let mut filter = all();
    filter.action = some("person");
    assert_eq!(find(filter.clone()).await, [4, 2, 1], "not personal.note");
    filter.actor = some("per_1");
    assert_eq!(find(filter.clone()).await, [2, 1]);
    filter.action = some("person.added");
    assert_eq!(find(filter).await, [1]);
    let mut filter = all();
    filter.target = some("per_2");
    filter.from_ms = Some(2_000);
    filter.to_ms = Some(3_000);
    assert_eq!(find(filter).await, [2], "from is within, to is not");
    let mut filter = all();
    filter.action = some("per%");
    assert!(find(filter).await.is_empty(), "no wildcard");
}

async fn tenants_have_logs_of_their_own(db: &Database) {
    assert_eq!(entered(db, 1, entry("a", "x", "", 1)).await, 1);
    assert_eq!(entered(db, 2, entry("a", "x", "", 1)).await, 1);
    let theirs = db
        .read(async |r| r.audit().after(&tenant_id(2), 0, 9).await)
        .await;
    assert_eq!(theirs.len(), 1);
}
