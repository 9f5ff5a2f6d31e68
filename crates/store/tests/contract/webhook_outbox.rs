use crate::database::Database;
use base::Redacted;
use store::webhooks::{Claimed, DeliveryId, NewDelivery};

stories![
    a_lane_keeps_its_order_while_others_go_on,
    endpoints_do_not_wait_for_each_other,
    a_claim_runs_out_when_its_holder_says_nothing,
    a_new_process_takes_over_what_the_old_one_held,
    giving_up_frees_the_lane_and_leaves_a_trace,
    an_operator_sees_what_waits_and_why,
    what_was_not_committed_never_happened,
    deliveries_for_an_endpoint_that_was_taken_away_are_given_up,
];

const HOOK: &str = "https://hook.example/a";
const OTHER: &str = "https://hook.example/b";

async fn a_lane_keeps_its_order_while_others_go_on(store: &Database) {
    let first = enqueue(store, 1, HOOK, "red").await;
    let second = enqueue(store, 2, HOOK, "red").await;
    let elsewhere = enqueue(store, 3, HOOK, "blue").await;

    assert_eq!(claim(store, 10, HOOK).await, [first, elsewhere]);
    assert_eq!(
        claim(store, 10, HOOK).await,
        [],
        "both are in somebody's hands"
    );

    failed(store, first, 500).await;
    delivered(store, elsewhere).await;
    assert_eq!(
        claim(store, 499, HOOK).await,
        [],
        "the second waits behind the first"
    );
    assert_eq!(claim(store, 500, HOOK).await, [first]);

    delivered(store, first).await;
    assert_eq!(claim(store, 501, HOOK).await, [second]);
}

async fn endpoints_do_not_wait_for_each_other(store: &Database) {
    let here = enqueue(store, 1, HOOK, "red").await;
    let there = enqueue(store, 1, OTHER, "red").await;

    assert_eq!(claim(store, 1, HOOK).await, [here]);
    failed(store, here, 9_000).await;
    assert_eq!(claim(store, 2, OTHER).await, [there]);
}

async fn a_claim_runs_out_when_its_holder_says_nothing(store: &Database) {
    let id = enqueue(store, 1, HOOK, "red").await;

    let mut tx = store.begin().await.expect("a transaction");
    let taken = tx
        .webhooks()
        .claim(10, 60_000, HOOK, 8)
        .await
        .expect("claimed");
    assert_eq!(ids(&taken), [id]);
    tx.commit().await.expect("committed");

    assert_eq!(next_due(store, HOOK).await, Some(60_000));
    assert_eq!(claim(store, 59_999, HOOK).await, []);
    assert_eq!(claim(store, 60_000, HOOK).await, [id]);
}

async fn a_new_process_takes_over_what_the_old_one_held(store: &Database) {
    let id = enqueue(store, 1, HOOK, "red").await;
    assert_eq!(claim(store, 10, HOOK).await, [id]);

    let mut tx = store.begin().await.expect("a transaction");
    assert_eq!(tx.webhooks().release_claims().await.expect("released"), 1);
    tx.commit().await.expect("committed");
    assert_eq!(claim(store, 11, HOOK).await, [id]);
}

async fn giving_up_frees_the_lane_and_leaves_a_trace(store: &Database) {
    let lost = enqueue(store, 1, HOOK, "red").await;
    let next = enqueue(store, 2, HOOK, "red").await;

    let mut tx = store.begin().await.expect("a transaction");
    tx.webhooks()
        .mark_given_up(lost, 77, "410 Gone")
        .await
        .expect("given up");
    tx.commit().await.expect("committed");

    assert_eq!(claim(store, 80, HOOK).await, [next]);
    let mut reader = store.reader().await.expect("a reader");
    let given_up = reader.webhooks().given_up(10).await.expect("a list");
    assert_eq!(given_up.len(), 1);
    assert_eq!(given_up[0].id, lost);
    assert_eq!(given_up[0].given_up_ms, Some(77));
    assert_eq!(given_up[0].last_error, "410 Gone");
    drop(reader);

    let mut tx = store.begin().await.expect("a transaction");
    assert_eq!(tx.webhooks().forget_given_up(77).await.expect("kept"), 0);
    assert_eq!(
        tx.webhooks().forget_given_up(78).await.expect("forgotten"),
        1
    );
    assert_eq!(tx.webhooks().pending_count().await.expect("a count"), 1);
}

async fn an_operator_sees_what_waits_and_why(store: &Database) {
    let id = enqueue(store, 5, HOOK, "red").await;
    claim(store, 10, HOOK).await;
    failed(store, id, 4_000).await;

    let pending = store
        .reader()
        .await
        .expect("a reader")
        .webhooks()
        .pending(10)
        .await
        .expect("a list");
    assert_eq!(pending.len(), 1);
    assert_eq!(
        (
            pending[0].attempts,
            pending[0].enqueued_ms,
            pending[0].due_ms
        ),
        (1, 5, 4_000)
    );
    assert_eq!(pending[0].last_error, "connection refused");
    assert_eq!(pending[0].event, "room_started");
}

async fn what_was_not_committed_never_happened(store: &Database) {
    let mut tx = store.begin().await.expect("a transaction");
    tx.webhooks()
        .enqueue(1, &delivery(HOOK, "red"))
        .await
        .expect("enqueued");
    drop(tx);
    assert_eq!(claim(store, 10, HOOK).await, []);
    assert_eq!(next_due(store, HOOK).await, None);
}

async fn deliveries_for_an_endpoint_that_was_taken_away_are_given_up(store: &Database) {
    enqueue(store, 1, OTHER, "red").await;
    let kept = enqueue(store, 1, HOOK, "red").await;

    let mut tx = store.begin().await.expect("a transaction");
    let given_up = tx
        .webhooks()
        .give_up_strangers(9, &[HOOK.into()])
        .await
        .expect("given up");
    tx.commit().await.expect("committed");
    assert_eq!(given_up, 1);
    assert_eq!(claim(store, 10, OTHER).await, []);
    assert_eq!(claim(store, 10, HOOK).await, [kept]);
}

async fn enqueue(store: &Database, now_ms: u64, endpoint: &str, lane: &str) -> DeliveryId {
    let mut tx = store.begin().await.expect("a transaction");
    let id = tx
        .webhooks()
        .enqueue(now_ms, &delivery(endpoint, lane))
        .await
        .expect("enqueued");
    tx.commit().await.expect("committed");
    id
}

async fn claim(store: &Database, now_ms: u64, endpoint: &str) -> Vec<DeliveryId> {
    let mut tx = store.begin().await.expect("a transaction");
    let claimed = tx
        .webhooks()
        .claim(now_ms, now_ms + 60_000, endpoint, 8)
        .await
        .expect("claimed");
    tx.commit().await.expect("committed");
    ids(&claimed)
}

async fn next_due(store: &Database, endpoint: &str) -> Option<u64> {
    let mut tx = store.begin().await.expect("a transaction");
    tx.webhooks()
        .next_due_ms(endpoint)
        .await
        .expect("looked up")
}

async fn failed(store: &Database, id: DeliveryId, due_ms: u64) {
    let mut tx = store.begin().await.expect("a transaction");
    tx.webhooks()
        .mark_failed(id, due_ms, "connection refused")
        .await
        .expect("marked");
    tx.commit().await.expect("committed");
}

async fn delivered(store: &Database, id: DeliveryId) {
    let mut tx = store.begin().await.expect("a transaction");
    tx.webhooks().mark_delivered(id).await.expect("marked");
    tx.commit().await.expect("committed");
}

fn ids(claimed: &[Claimed]) -> Vec<DeliveryId> {
    claimed.iter().map(|c| c.id).collect()
}

fn delivery(endpoint: &str, lane: &str) -> NewDelivery {
    NewDelivery {
        event_id: "EV_1".into(),
        event: "room_started".into(),
        endpoint: endpoint.into(),
        lane: Redacted::new(lane.into()),
        body: Redacted::new(b"{}".to_vec()),
    }
}
