use crate::database::Database;
use crate::given::{event, person_row, tenant_id, tenant_row};
use base::Redacted;
use store::Store;

stories![
    a_transaction_is_done_whole_or_not_at_all,
    a_reader_sees_only_what_was_committed,
    a_transaction_that_failed_in_the_middle_leaves_nothing,
    a_reader_cannot_write,
    two_servers_write_at_once_and_neither_fails,
    a_database_that_is_opened_again_is_as_it_was,
];

#[tokio::test]
async fn a_folder_that_does_not_exist_is_named_in_the_error() {
    let error = Store::connect("/nowhere/at/all/stoa.db")
        .await
        .expect_err("refused");
    let told = error.to_string();
    assert!(told.contains("/nowhere/at/all/stoa.db"), "{told}");
    assert!(!error.is_transient());
}

#[tokio::test]
async fn a_postgres_that_is_not_there_is_named_without_its_password() {
    let error = Store::connect("postgres://stoa:s3cret@127.0.0.1:1/shop")
        .await
        .expect_err("refused");
    let told = format!("{error} {error:?}");
    assert!(told.contains("shop on 127.0.0.1"), "{told}");
    assert!(!told.contains("s3cret"), "{told}");
}

async fn a_transaction_is_done_whole_or_not_at_all(db: &Database) {
    let mut tx = db.begin().await.expect("a transaction");
    tx.tenants().insert(&tenant_row(1, 1)).await.expect("added");
    tx.outbox().push(&event("x", 1)).await.expect("pushed");
    tx.jobs()
        .enqueue(1, "mail", &Redacted::new("{}".to_owned()), 0)
        .await
        .expect("enqueued");
    drop(tx);
    let tenant = db
        .read(async |r| r.tenants().find(&tenant_id(1)).await)
        .await;
    assert_eq!(tenant, None);
    assert!(
        db.write(async |tx| tx.outbox().take(9).await)
            .await
            .is_empty()
    );
    let jobs = db
        .write(async |tx| tx.jobs().claim(9, 99, "mail", 9).await)
        .await;
    assert!(jobs.is_empty());
}

async fn a_reader_sees_only_what_was_committed(db: &Database) {
    let mut tx = db.begin().await.expect("a transaction");
    tx.tenants().insert(&tenant_row(1, 1)).await.expect("added");
    let find = async || {
        db.read(async |r| r.tenants().find(&tenant_id(1)).await)
            .await
            .is_some()
    };
    assert!(!find().await);
    tx.commit().await.expect("committed");
    assert!(find().await);
}

async fn a_transaction_that_failed_in_the_middle_leaves_nothing(db: &Database) {
    db.person(1).await;
    let mut tx = db.begin().await.expect("a transaction");
    tx.tenants().insert(&tenant_row(1, 1)).await.expect("added");
    let error = tx.people().insert(&person_row(1)).await.expect_err("taken");
    assert!(error.is_conflict());
    drop(tx);
    let tenant = db
        .read(async |r| r.tenants().find(&tenant_id(1)).await)
        .await;
    assert_eq!(tenant, None);
}

async fn a_reader_cannot_write(db: &Database) {
    let mut reader = db.reader().await.expect("a reader");
    let written = reader.tenants().insert(&tenant_row(1, 1)).await;
    assert!(!written.expect_err("refused").is_conflict());
    drop(reader);
    db.tenant(1).await;
}

async fn two_servers_write_at_once_and_neither_fails(db: &Database) {
    const EACH: u32 = 30;
    let other = db.another().await;
    let write = async |store: &Store, from: u32| {
        for n in from..from + EACH {
            let mut tx = store.begin().await.expect("a transaction");
            tx.tenants()
                .insert(&tenant_row(n, 1_000))
                .await
                .expect("added");
            tx.outbox().push(&event("x", 1)).await.expect("pushed");
            tokio::task::yield_now().await;
            tx.commit().await.expect("committed");
        }
    };
    tokio::join!(write(db, 0), write(&other, EACH));
    let pages = db
        .pages(7, async |r, page| r.tenants().list(page).await)
        .await;
    assert_eq!(pages.iter().map(Vec::len).sum::<usize>(), 2 * EACH as usize);
    let events = db.write(async |tx| tx.outbox().take(999).await).await;
    assert_eq!(events.len(), 2 * EACH as usize);
}

async fn a_database_that_is_opened_again_is_as_it_was(db: &Database) {
    db.tenant(1).await;
    let again = db.another().await;
    let mut reader = again.reader().await.expect("a reader");
    let tenant = reader.tenants().find(&tenant_id(1)).await.expect("read");
    assert_eq!(tenant, Some(tenant_row(1, 1_000)));
}
