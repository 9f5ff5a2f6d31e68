use crate::database::Database;
use base::Redacted;
use store::idempotency::KeptAnswer;

stories![
    an_answer_is_kept_under_its_key,
    the_first_answer_stays,
    of_two_that_answer_at_once_one_is_kept,
    old_answers_are_forgotten,
];

fn answer(body: &str) -> KeptAnswer {
    KeptAnswer {
        fingerprint: "POST /v1/rooms abc".to_owned(),
        status: 201,
        headers: r#"{"etag":"\"1\""}"#.to_owned(),
        body: Redacted::new(body.as_bytes().to_vec()),
    }
}

async fn kept(db: &Database, scope: &str, key: &str, body: &str, at_ms: u64) -> bool {
    let answer = answer(body);
    db.write(async |tx| tx.idempotency_keys().keep(at_ms, scope, key, &answer).await)
        .await
}

async fn body(db: &Database, scope: &str, key: &str) -> Option<Vec<u8>> {
    let found = db
        .read(async |r| r.idempotency_keys().find(scope, key).await)
        .await?;
    assert_eq!(found.status, 201);
    assert_eq!(found.fingerprint, "POST /v1/rooms abc");
    assert_eq!(found.headers, r#"{"etag":"\"1\""}"#);
    Some(found.body.expose().clone())
}

async fn an_answer_is_kept_under_its_key(db: &Database) {
    assert!(kept(db, "per_1", "k", "{}", 1).await);
    assert_eq!(body(db, "per_1", "k").await, Some(b"{}".to_vec()));
    assert_eq!(body(db, "per_2", "k").await, None, "somebody else's key");
    assert_eq!(body(db, "per_1", "l").await, None);
}

async fn the_first_answer_stays(db: &Database) {
    assert!(kept(db, "per_1", "k", "first", 1).await);
    assert!(!kept(db, "per_1", "k", "second", 2).await);
    assert_eq!(body(db, "per_1", "k").await, Some(b"first".to_vec()));
}

async fn of_two_that_answer_at_once_one_is_kept(db: &Database) {
    let other = db.another().await;
    let keep = async |store: &store::Store, body: &str| {
        let mut tx = store.begin().await.expect("a transaction");
        let kept = tx
            .idempotency_keys()
            .keep(1, "per_1", "k", &answer(body))
            .await
            .expect("an answer");
        tokio::task::yield_now().await;
        if kept {
            tx.commit().await.expect("committed");
        }
        kept
    };
    let (first, second) = tokio::join!(keep(db, "a"), keep(&other, "b"));
    assert!(first ^ second, "{first} {second}");
    let winner = if first { b"a" } else { b"b" };
    assert_eq!(body(db, "per_1", "k").await, Some(winner.to_vec()));
}

async fn old_answers_are_forgotten(db: &Database) {
    kept(db, "per_1", "old", "", 100).await;
    kept(db, "per_1", "new", "", 200).await;
    let forgotten = db
        .write(async |tx| tx.idempotency_keys().forget(200).await)
        .await;
    assert_eq!(forgotten, 1);
    assert_eq!(body(db, "per_1", "old").await, None);
    assert!(body(db, "per_1", "new").await.is_some());
}
