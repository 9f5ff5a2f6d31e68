//! A merchant's server is told what happens.

use crate::office::Office;
use axum::http::StatusCode;
use base::rng::Rng;
use serde_json::{Value, json};
use store::Store;
use tenancy::webhooks::{Answer, fan_out, outcome};

#[tokio::test]
async fn what_happens_is_queued_for_who_asked_tried_and_tried_again() {
    let office = Office::open().await;
    let merchant = office.merchant("acorn").await;
    let owner = office.owner(&merchant).await;
    let new = json!({ "url": "https://shop.example.com/stoa", "events": ["room.created"] });
    let hook = office.writes(&owner, "/v1/webhooks", new).await.well();
    assert!(hook["secret"].as_str().unwrap().starts_with("whsec_"));
    let path = format!("/v1/webhooks/{}", hook["id"].as_str().unwrap());
    let read = office.reads(&owner, &path).await.well();
    assert_eq!(read.get("secret"), None, "it is shown once");

    let room = json!({ "kind": "meeting", "title": "Told of" });
    let room = office.writes(&owner, "/v1/rooms", room).await.well();
    deliver(&office.store, office.now_ms(), &Answer::Status(503)).await;
    let log = format!("{path}/deliveries");
    let entry = office.reads(&owner, &log).await.well()["items"].clone();
    assert_eq!(
        entry.as_array().unwrap().len(),
        1,
        "links were not asked for"
    );
    let first = &entry[0];
    assert_eq!(first["body"]["type"], "room.created");
    assert_eq!(first["body"]["data"]["room_id"], room["id"]);
    assert_eq!(
        (&first["state"], &first["status"]),
        (&json!("pending"), &json!(503))
    );

    let retry = format!("{log}/{}/retry", first["id"].as_str().unwrap());
    let asked = office.writes(&owner, &retry, Value::Null).await;
    assert_eq!(asked.status, StatusCode::ACCEPTED);
    deliver(&office.store, office.now_ms(), &Answer::Status(204)).await;
    let entry = office.reads(&owner, &log).await.well()["items"][0].clone();
    assert_eq!(
        (&entry["state"], &entry["attempts"]),
        (&json!("delivered"), &json!(2))
    );
}

#[tokio::test]
async fn an_event_that_does_not_exist_cannot_be_asked_for() {
    let office = Office::open().await;
    let merchant = office.merchant("acorn").await;
    let owner = office.owner(&merchant).await;
    let wrong = json!({ "url": "https://shop.example.com/stoa", "events": ["room.exploded"] });
    let reply = office.writes(&owner, "/v1/webhooks", wrong).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let known = office.reads(&owner, "/v1/webhook-events").await.well();
    assert!(known["items"].as_array().unwrap().len() > 10);
}

#[tokio::test]
async fn a_repetition_does_not_show_the_secret_again() {
    let office = Office::open().await;
    let merchant = office.merchant("acorn").await;
    let owner = office.owner(&merchant).await;
    let new = json!({ "url": "https://shop.example.com/stoa" });
    let key = [("idempotency-key", "hook-1")];
    let first = office
        .asks_with(&owner, "POST", "/v1/webhooks", new.clone(), &key)
        .await
        .well();
    let again = office
        .asks_with(&owner, "POST", "/v1/webhooks", new, &key)
        .await
        .well();
    assert_eq!(first["id"], again["id"]);
    assert!(first["secret"].is_string() && again["secret"].is_null());
}

/// What the server's deliverer does, with an answer of the story's instead of a request.
async fn deliver(store: &Store, now_ms: u64, answer: &Answer) {
    let mut rng = Rng::from_seed(3);
    let mut tx = store.begin().await.unwrap();
    fan_out(&mut tx, &mut rng, now_ms, 100).await.unwrap();
    let claimed = tx.hooks().claim(now_ms, now_ms + 60_000, 10).await.unwrap();
    assert!(!claimed.is_empty(), "something is due");
    for (delivery, _) in claimed {
        let outcome = outcome(delivery.attempts, answer, now_ms, &mut rng);
        tx.hooks().settle(&delivery.id, &outcome).await.unwrap();
    }
    tx.commit().await.unwrap();
}
