//! A merchant plans meetings.

use crate::office::{Caller, Merchant, Office};
use axum::http::StatusCode;
use serde_json::{Value, json};
use tenancy::Right;

async fn opened() -> (Office, Merchant, Caller) {
    let office = Office::open().await;
    let merchant = office.merchant("acorn").await;
    let owner = office.owner(&merchant).await;
    (office, merchant, owner)
}

fn weekly() -> Value {
    json!({
        "kind": "meeting",
        "title": "Weekly review",
        "schedule": {
            "starts_at": "2026-12-01T15:00",
            "timezone": "Asia/Shanghai",
            "duration_min": 60,
            "recurrence": "FREQ=WEEKLY;BYDAY=TU",
        },
    })
}

#[tokio::test]
async fn a_meeting_comes_with_its_host_its_agenda_and_a_link_for_everybody() {
    let (office, merchant, owner) = opened().await;
    let new =
        json!({ "kind": "meeting", "title": "New spring line", "template_id": "new_products" });
    let made = office.writes(&owner, "/v1/rooms", new).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let room = made.well();
    assert_eq!(room["host"]["id"], merchant.owner.as_str());
    assert_eq!(room["agenda"].as_array().unwrap().len(), 5);
    assert_eq!(room["live"], json!({ "open": false, "people": 0 }));
    let code = room["link"]["code"].as_str().unwrap();
    assert_eq!(
        room["link"]["url"],
        format!("https://meet.example.com/j/{code}")
    );
    let read = office.reads(&owner, made.header("location")).await;
    assert_eq!(read.well(), room);
    assert_eq!(read.header("etag"), made.header("etag"));
}

#[tokio::test]
async fn an_agenda_is_in_the_language_of_who_makes_it() {
    let (office, _, owner) = opened().await;
    let new = json!({ "kind": "meeting", "title": "上新", "template_id": "new_products" });
    let zh = [("accept-language", "zh-CN")];
    let room = office
        .asks_with(&owner, "POST", "/v1/rooms", new, &zh)
        .await;
    assert_eq!(room.well()["agenda"][0]["text"], "新品介绍与实物展示");
    let templates = office
        .reads(&owner, "/v1/templates?kind=meeting")
        .await
        .well();
    assert_eq!(templates["items"][0]["title"], "New products");
}

#[tokio::test]
async fn the_same_request_under_one_key_makes_one_room() {
    let (office, _, owner) = opened().await;
    let key = [("idempotency-key", "from-the-shop-1")];
    let first = office
        .asks_with(&owner, "POST", "/v1/rooms", weekly(), &key)
        .await;
    let again = office
        .asks_with(&owner, "POST", "/v1/rooms", weekly(), &key)
        .await;
    assert_eq!(first.well(), again.well());
    assert_eq!(again.header("idempotency-replayed"), "true");
    let other = json!({ "kind": "meeting", "title": "Another" });
    let other = office
        .asks_with(&owner, "POST", "/v1/rooms", other, &key)
        .await;
    assert_eq!(other.refusal(), "key_reused");
    let rooms = office.reads(&owner, "/v1/rooms").await.well();
    assert_eq!(rooms["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_change_meant_for_an_older_version_is_refused() {
    let (office, _, owner) = opened().await;
    let made = office.writes(&owner, "/v1/rooms", weekly()).await;
    let path = made.header("location");
    let known = [("if-match", made.header("etag"))];
    let title = |title| json!({ "title": title });
    let changed = office
        .asks_with(&owner, "PATCH", path, title("Review"), &known)
        .await;
    assert_eq!(changed.well()["title"], "Review");
    let late = office
        .asks_with(&owner, "PATCH", path, title("Late"), &known)
        .await;
    assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(late.refusal(), "changed");
    let known = [("if-none-match", changed.header("etag"))];
    let unchanged = office
        .asks_with(&owner, "GET", path, Value::Null, &known)
        .await;
    assert_eq!(unchanged.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn a_weekly_meeting_has_occurrences_and_a_calendar_file() {
    let (office, _, owner) = opened().await;
    let room = office.writes(&owner, "/v1/rooms", weekly()).await.well();
    assert_eq!(room["next_occurrence"]["starts_at"], "2026-12-01T07:00:00Z");
    let path = format!("/v1/rooms/{}", room["id"].as_str().unwrap());
    let december = format!("{path}/occurrences?from=2026-12-01T00:00:00Z&to=2027-01-01T00:00:00Z");
    let occurrences = office.reads(&owner, &december).await.well();
    assert_eq!(occurrences["items"].as_array().unwrap().len(), 5);
    let calendar = office.reads(&owner, &format!("{path}/calendar.ics")).await;
    assert!(calendar.header("content-type").starts_with("text/calendar"));
    let text = calendar.text();
    assert!(
        text.contains("DTSTART;TZID=Asia/Shanghai:20261201T150000\r\n"),
        "{text}"
    );
    assert!(text.contains("RRULE:FREQ=WEEKLY;BYDAY=TU\r\n"), "{text}");
}

#[tokio::test]
async fn pages_follow_one_another_without_gap_or_repetition() {
    let (office, _, owner) = opened().await;
    let mut made = Vec::new();
    for number in 0..7 {
        let new = json!({ "kind": "meeting", "title": format!("Meeting {number}") });
        let room = office.writes(&owner, "/v1/rooms", new).await.well();
        made.push(room["id"].clone());
        office.passes(1_000);
    }
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/v1/rooms?limit=3{cursor}");
        let page = office.reads(&owner, &path).await.well();
        let items = page["items"].as_array().unwrap();
        assert!((1..=3).contains(&items.len()));
        found.extend(items.iter().map(|room| room["id"].clone()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    made.reverse();
    assert_eq!(found, made, "newest first");
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_its_place() {
    let (office, _, owner) = opened().await;
    for (change, field) in [
        (json!({ "title": " " }), "title"),
        (json!({ "template_id": "no_such" }), "template_id"),
        (
            json!({ "settings": { "max_people": 5_000 } }),
            "settings.max_people",
        ),
        (
            json!({ "schedule": { "starts_at": "2026-12-01T15:00", "timezone": "Asia/Atlantis", "duration_min": 5 } }),
            "schedule.timezone",
        ),
    ] {
        let mut new = json!({ "kind": "meeting", "title": "A meeting" });
        for (name, value) in change.as_object().unwrap() {
            new[name] = value.clone();
        }
        let reply = office.writes(&owner, "/v1/rooms", new).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{change}");
        assert_eq!(reply.json()["field"], field, "{}", reply.text());
    }
    let unknown = json!({ "kind": "meeting", "title": "A", "colour": "red" });
    assert_eq!(
        office.writes(&owner, "/v1/rooms", unknown).await.refusal(),
        "malformed"
    );
}

#[tokio::test]
async fn everybody_is_told_how_often_he_may_ask() {
    let limits = api::Limits {
        key: api::Quota {
            requests: 2,
            window_s: 60,
        },
        ..api::Limits::default()
    };
    let office = Office::with_limits(limits).await;
    let merchant = office.merchant("acorn").await;
    let key = office.key(&merchant, &[Right::RoomsRead]).await;
    let first = office.reads(&key, "/v1/rooms").await;
    assert_eq!(first.header("ratelimit-policy"), "\"key\";q=2;w=60");
    assert_eq!(first.header("ratelimit"), "\"key\";r=1;t=60");
    office.reads(&key, "/v1/rooms").await.well();
    let third = office.reads(&key, "/v1/rooms").await;
    assert_eq!(third.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(third.header("retry-after"), "60");
    office.passes(60_000);
    office.reads(&key, "/v1/rooms").await.well();
}

#[tokio::test]
async fn another_page_cannot_write_with_a_merchant_s_cookie() {
    let (office, _, owner) = opened().await;
    let Caller::Person(session) = &owner else {
        unreachable!("owners sign in");
    };
    let cookie = format!("stoa_session={session}");
    let forged = office
        .asks_with(
            &Caller::Nobody,
            "POST",
            "/v1/rooms",
            weekly(),
            &[("cookie", &cookie)],
        )
        .await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    assert_eq!(forged.refusal(), "csrf");
}
