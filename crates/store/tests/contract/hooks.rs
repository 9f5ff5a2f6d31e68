use crate::database::Database;
use crate::given::{event, hook_id, hook_row, tenant_id};
use base::Redacted;
use store::hooks::{AttemptOutcome, DeliveryRow};

stories![
    a_webhook_is_its_tenants_only,
    a_change_of_an_old_version_is_not_made,
    only_enabled_webhooks_are_told,
    an_event_is_heard_by_who_asked_for_it_or_for_all,
    a_delivery_is_attempted_until_it_is_settled,
    a_claim_runs_out_or_is_released,
    what_failed_can_be_tried_again,
    a_webhook_takes_its_deliveries_with_it,
    deliveries_come_latest_first_in_whole_pages,
    old_deliveries_are_forgotten,
    two_servers_attempt_no_delivery_twice,
];

async fn a_hook(db: &Database) {
    db.tenant(1).await;
    db.write(async |tx| tx.hooks().insert(&hook_row(1, 1)).await)
        .await;
}

fn delivery(n: u64) -> DeliveryRow {
    let event = event("room.created", n);
    DeliveryRow {
        id: format!("dlv_{n:04}"),
        hook: hook_id(1),
        tenant: tenant_id(1),
        event_id: event.id,
        event: event.event,
        body: Redacted::new("{\"a\":1}".to_owned()),
        state: "pending".to_owned(),
        attempts: 0,
        due_ms: n * 100,
        last_status: None,
        last_error: String::new(),
        created_ms: 1_000,
        finished_ms: None,
    }
}

async fn enqueued(db: &Database, n: u64) {
    db.write(async |tx| tx.hooks().enqueue(&delivery(n)).await)
        .await;
}

async fn claimed(db: &Database, now_ms: u64) -> Vec<DeliveryRow> {
    let claimed = db
        .write(async |tx| tx.hooks().claim(now_ms, now_ms + 1_000, 9).await)
        .await;
    claimed.into_iter().map(|(delivery, _)| delivery).collect()
}

async fn settled(db: &Database, n: u64, state: &'static str, due_ms: u64, at_ms: u64) {
    let outcome = AttemptOutcome {
        state,
        due_ms,
        status: Some(503),
        error: "busy".to_owned(),
        at_ms,
    };
    db.write(async |tx| tx.hooks().settle(&delivery(n).id, &outcome).await)
        .await;
}

async fn next_due(db: &Database) -> Option<u64> {
    db.write(async |tx| tx.hooks().next_due_ms().await).await
}

async fn a_webhook_is_its_tenants_only(db: &Database) {
    a_hook(db).await;
    db.tenant(2).await;
    for (tenant, is_found) in [(1, true), (2, false)] {
        let found = db
            .read(async |r| r.hooks().find(&tenant_id(tenant), &hook_id(1)).await)
            .await;
        assert_eq!(found, is_found.then(|| hook_row(1, 1)));
    }
    let gone = db
        .write(async |tx| tx.hooks().delete(&tenant_id(2), &hook_id(1)).await)
        .await;
    assert!(!gone);
}

async fn a_change_of_an_old_version_is_not_made(db: &Database) {
    a_hook(db).await;
    let mut hook = hook_row(1, 1);
    hook.label = "orders".to_owned();
    hook.version = 2;
    for is_made in [true, false] {
        let made = db.write(async |tx| tx.hooks().update(&hook).await).await;
        assert_eq!(made, is_made);
    }
}

async fn an_event_is_heard_by_who_asked_for_it_or_for_all(db: &Database) {
    db.tenant(1).await;
    let heard = async |event: &str| db.read(async |r| r.hooks().is_heard(event).await).await;
    let mut hook = hook_row(1, 1);
    hook.events = "[\"room.created\",\"room.ended\"]".to_owned();
    db.write(async |tx| tx.hooks().insert(&hook).await).await;
    assert!(heard("room.ended").await);
    assert!(!heard("room").await, "the whole name counts");
    assert!(!heard("magic_link.requested").await);
    let mut all = hook_row(2, 1);
    all.enabled = false;
    db.write(async |tx| tx.hooks().insert(&all).await).await;
    assert!(!heard("magic_link.requested").await);
    all.enabled = true;
    all.version = 2;
    db.write(async |tx| tx.hooks().update(&all).await).await;
    assert!(heard("magic_link.requested").await);
}

async fn only_enabled_webhooks_are_told(db: &Database) {
    a_hook(db).await;
    let mut off = hook_row(2, 1);
    off.enabled = false;
    db.write(async |tx| tx.hooks().insert(&off).await).await;
    db.write(async |tx| tx.hooks().insert(&hook_row(3, 1)).await)
        .await;
    let told = async || -> Vec<_> {
        let hooks = db
            .read(async |r| r.hooks().enabled(&tenant_id(1)).await)
            .await;
        hooks.into_iter().map(|hook| hook.id).collect()
    };
    assert_eq!(told().await, [hook_id(1), hook_id(3)]);
    db.write(async |tx| tx.hooks().disable(&hook_id(1)).await)
        .await;
    assert_eq!(told().await, [hook_id(3)]);
    let pages = db
        .pages(2, async |r, page| r.hooks().list(&tenant_id(1), page).await)
        .await;
    let listed: Vec<_> = pages.into_iter().flatten().map(|hook| hook.id).collect();
    assert_eq!(listed, [1, 2, 3].map(hook_id), "the list has all");
}

async fn a_delivery_is_attempted_until_it_is_settled(db: &Database) {
    a_hook(db).await;
    enqueued(db, 2).await;
    enqueued(db, 1).await;
    assert_eq!(next_due(db).await, Some(100));
    assert_eq!(claimed(db, 99).await, []);
    let first = claimed(db, 200).await;
    assert_eq!(first, [delivery(1), delivery(2)], "oldest first");
    assert_eq!(claimed(db, 200).await, []);

    settled(db, 1, "delivered", 0, 300).await;
    settled(db, 2, "pending", 5_000, 300).await;
    assert_eq!(next_due(db).await, Some(5_000));
    let again = claimed(db, 5_000).await;
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].attempts, 1);
    assert_eq!(again[0].last_status, Some(503));
    assert_eq!(again[0].last_error, "busy");
    settled(db, 2, "failed", 0, 6_000).await;
    assert_eq!(next_due(db).await, None);
}

async fn a_claim_runs_out_or_is_released(db: &Database) {
    a_hook(db).await;
    enqueued(db, 1).await;
    assert_eq!(claimed(db, 100).await.len(), 1);
    assert_eq!(next_due(db).await, Some(1_100));
    assert_eq!(claimed(db, 1_099).await.len(), 0);
    assert_eq!(claimed(db, 1_100).await.len(), 1);
    let released = db.write(async |tx| tx.hooks().release_claims().await).await;
    assert_eq!(released, 1);
    assert_eq!(claimed(db, 1_101).await.len(), 1);
}

async fn what_failed_can_be_tried_again(db: &Database) {
    a_hook(db).await;
    enqueued(db, 1).await;
    settled(db, 1, "failed", 0, 500).await;
    assert_eq!(claimed(db, 900).await, []);
    for (id, is_there) in [("dlv_0001", true), ("dlv_0009", false)] {
        let put_back = db
            .write(async |tx| tx.hooks().retry(&hook_id(1), id, 900).await)
            .await;
        assert_eq!(put_back, is_there);
    }
    let again = claimed(db, 900).await;
    assert_eq!((again.len(), again[0].finished_ms), (1, None));
}

async fn a_webhook_takes_its_deliveries_with_it(db: &Database) {
    a_hook(db).await;
    enqueued(db, 1).await;
    let gone = db
        .write(async |tx| tx.hooks().delete(&tenant_id(1), &hook_id(1)).await)
        .await;
    assert!(gone);
    assert_eq!(claimed(db, 9_999).await, []);
    assert_eq!(next_due(db).await, None);
}

async fn deliveries_come_latest_first_in_whole_pages(db: &Database) {
    a_hook(db).await;
    for n in 1..=5 {
        enqueued(db, n).await;
    }
    let pages = db
        .pages(2, async |r, page| {
            r.hooks().deliveries(&hook_id(1), page).await
        })
        .await;
    let found: Vec<_> = pages.into_iter().flatten().map(|d| d.id).collect();
    assert_eq!(found, [5, 4, 3, 2, 1].map(|n| delivery(n).id));
}

async fn old_deliveries_are_forgotten(db: &Database) {
    a_hook(db).await;
    enqueued(db, 1).await;
    enqueued(db, 2).await;
    settled(db, 1, "delivered", 0, 500).await;
    for (before_ms, forgotten) in [(500, 0), (501, 1)] {
        let done = db
            .write(async |tx| tx.hooks().forget(before_ms).await)
            .await;
        assert_eq!(done, forgotten);
    }
    assert_eq!(claimed(db, 9_999).await.len(), 1, "what waits is kept");
}

async fn two_servers_attempt_no_delivery_twice(db: &Database) {
    a_hook(db).await;
    for n in 0..40 {
        enqueued(db, n).await;
    }
    let other = db.another().await;
    let work = async |store: &store::Store| {
        let mut all = Vec::new();
        for _ in 0..20 {
            let mut tx = store.begin().await.expect("a transaction");
            let claimed = tx.hooks().claim(9_999, 99_999, 3).await.expect("claimed");
            tx.commit().await.expect("committed");
            all.extend(claimed.into_iter().map(|(delivery, _)| delivery.id));
        }
        all
    };
    let (mut all, theirs) = tokio::join!(work(db), work(&other));
    all.extend(theirs);
    all.sort();
    assert_eq!(all, (0..40).map(|n| delivery(n).id).collect::<Vec<_>>());
}
