//! A guest comes by a link.

use crate::office::{Caller, Office};
use axum::http::StatusCode;
use serde_json::{Value, json};

const GUEST: Caller = Caller::Nobody;

async fn planned(office: &Office, new: Value) -> (Caller, Value) {
    let merchant = office.merchant("acorn").await;
    let owner = office.owner(&merchant).await;
    let room = office.writes(&owner, "/v1/rooms", new).await.well();
    (owner, room)
}

async fn open_room(office: &Office) -> (Caller, Value) {
    planned(office, json!({ "kind": "meeting", "title": "Open house" })).await
}

fn door(link: &Value) -> String {
    format!("/v1/join/{}", link["code"].as_str().unwrap())
}

fn knock(name: &str) -> Value {
    json!({ "name": name, "device_id": format!("device of {name}") })
}

#[tokio::test]
async fn a_guest_looks_comes_in_and_speaks() {
    let office = Office::open().await;
    let (owner, room) = open_room(&office).await;
    let door = door(&room["link"]);
    let seen = office.reads(&GUEST, &door).await.well();
    assert_eq!(seen["room"]["title"], "Open house");
    assert_eq!(seen["tenant"]["name"], "acorn Trading");
    assert_eq!(seen["host_names"], json!(["acorn"]));
    assert_eq!(
        (&seen["state"], &seen["signed_in"]),
        (&json!("open"), &Value::Null)
    );

    let entry = office.writes(&GUEST, &door, knock("Gwen")).await.well();
    assert_eq!(
        (&entry["state"], &entry["role"]),
        (&json!("admitted"), &json!("member"))
    );
    assert_eq!(entry["url"], "wss://meet.example.com");
    let gwen = Caller::Bearer(entry["token"].as_str().unwrap().to_owned());
    let say = json!({ "id": "m1", "text": "Hello", "to": { "kind": "all" } });
    let said = office
        .writes(&gwen, "/room/commands/chat.say", say)
        .await
        .well();
    assert_eq!(said["message"]["from"]["name"], "Gwen");

    let mute = office
        .writes(
            &gwen,
            "/room/commands/moderation.mute_all",
            json!({ "may_unmute": true }),
        )
        .await;
    assert_eq!(mute.refusal(), "right_missing");
    assert_eq!(mute.json()["right"], "mute_others");
    let live = format!("/v1/rooms/{}/live", room["id"].as_str().unwrap());
    assert_eq!(office.reads(&owner, &live).await.well()["open"], true);
}

#[tokio::test]
async fn the_same_browser_is_the_same_guest_and_uses_a_link_once() {
    let office = Office::open().await;
    let (owner, room) = open_room(&office).await;
    let links = format!("/v1/rooms/{}/links", room["id"].as_str().unwrap());
    let one = json!({ "role": "speaker", "person_name": "Gwen" });
    let link = office.writes(&owner, &links, one).await.well();
    let first = office
        .writes(&GUEST, &door(&link), knock("Gwen"))
        .await
        .well();
    let again = office
        .writes(&GUEST, &door(&link), knock("Gwen"))
        .await
        .well();
    assert_eq!(first["identity"], again["identity"]);
    let other = office.writes(&GUEST, &door(&link), knock("Mallory")).await;
    assert_eq!(other.refusal(), "link_used_up");
}

#[tokio::test]
async fn the_room_s_own_host_is_host_by_any_link() {
    let office = Office::open().await;
    let (owner, room) = open_room(&office).await;
    let entry = office
        .writes(&owner, &door(&room["link"]), knock("Owner"))
        .await
        .well();
    assert_eq!(entry["role"], "host");
    assert_eq!(entry["identity"], room["host"]["id"]);
}

#[tokio::test]
async fn a_passcode_is_asked_for_and_cannot_be_guessed_for_long() {
    let office = Office::open().await;
    let (owner, room) = open_room(&office).await;
    let links = format!("/v1/rooms/{}/links", room["id"].as_str().unwrap());
    let new = json!({ "role": "member", "passcode": "7391" });
    let link = office.writes(&owner, &links, new).await.well();
    assert_eq!(link["passcode_set"], true);
    let door = door(&link);
    assert_eq!(
        office.writes(&GUEST, &door, knock("Gwen")).await.refusal(),
        "passcode_needed"
    );
    let with = |passcode: &str| {
        let mut knock = knock("Gwen");
        knock["passcode"] = passcode.into();
        knock
    };
    for _ in 0..10 {
        let reply = office.writes(&GUEST, &door, with("0000")).await;
        assert_eq!(reply.refusal(), "passcode_wrong");
    }
    assert_eq!(
        office.writes(&GUEST, &door, with("7391")).await.refusal(),
        "too_fast"
    );
    office.passes(15 * 60_000);
    office.writes(&GUEST, &door, with("7391")).await.well();
}

#[tokio::test]
async fn a_door_says_why_it_is_shut() {
    let office = Office::open().await;
    let (owner, room) = planned(
        &office,
        json!({ "kind": "meeting", "title": "Later", "schedule": {
            "starts_at": "2026-12-01T15:00", "timezone": "Asia/Shanghai", "duration_min": 60 } }),
    )
    .await;
    let door_of_all = door(&room["link"]);
    let early = office.writes(&GUEST, &door_of_all, knock("Gwen")).await;
    assert_eq!(early.json()["opens_at"], "2026-12-01T06:45:00Z");
    assert_eq!(early.refusal(), "not_yet");
    assert_eq!(
        office.reads(&GUEST, &door_of_all).await.well()["state"],
        "not_yet"
    );

    let links = format!("/v1/rooms/{}/links", room["id"].as_str().unwrap());
    let new = json!({ "role": "host", "expires_at": "2026-11-22T00:00:00Z" });
    let link = office.writes(&owner, &links, new).await.well();
    let of_host = door(&link);
    office.writes(&GUEST, &of_host, knock("Host")).await.well();
    office.passes(24 * 3_600_000);
    assert_eq!(
        office
            .writes(&GUEST, &of_host, knock("Host"))
            .await
            .refusal(),
        "link_expired"
    );

    let link = office.reads(&owner, &links).await.well()["items"][0].clone();
    let path = format!("/v1/links/{}", link["id"].as_str().unwrap());
    office.asks(&owner, "DELETE", &path, Value::Null).await;
    let revoked = office.writes(&GUEST, &door(&link), knock("Gwen")).await;
    assert_eq!(revoked.status, StatusCode::GONE);
    assert_eq!(revoked.refusal(), "link_revoked");
    assert_eq!(
        office
            .reads(&GUEST, "/v1/join/aaa-aaa-aaa-aaa")
            .await
            .status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn after_its_end_a_room_is_closed_to_everybody() {
    let office = Office::open().await;
    let (owner, room) = open_room(&office).await;
    let door = door(&room["link"]);
    office.writes(&GUEST, &door, knock("Gwen")).await.well();
    let path = format!("/v1/rooms/{}", room["id"].as_str().unwrap());
    let ended = office
        .writes(&owner, &format!("{path}/end"), Value::Null)
        .await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    assert_eq!(office.reads(&owner, &path).await.well()["state"], "ended");
    assert_eq!(
        office.writes(&GUEST, &door, knock("Gwen")).await.refusal(),
        "room_ended"
    );
    assert_eq!(office.reads(&GUEST, &door).await.well()["state"], "ended");
}
