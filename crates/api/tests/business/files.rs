//! Files in rooms.

use crate::office::{Caller, Office};
use axum::http::StatusCode;
use serde_json::{Value, json};

/// A picture of one pixel.
const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\
\0\0\0\x0bIDAT\x08\xd7c\xf8\x0f\0\x01\x01\x01\0\x1b\xb6\xeeV\0\0\0\0IEND\xaeB`\x82";

async fn entered(office: &Office) -> (Caller, Caller, String) {
    let merchant = office.merchant("acorn").await;
    let owner = office.owner(&merchant).await;
    let new = json!({ "kind": "meeting", "title": "With papers" });
    let room = office.writes(&owner, "/v1/rooms", new).await.well();
    let door = format!("/v1/join/{}", room["link"]["code"].as_str().unwrap());
    let knock = json!({ "name": "Gwen", "device_id": "device of Gwen" });
    let entry = office.writes(&Caller::Nobody, &door, knock).await.well();
    let guest = Caller::Bearer(entry["token"].as_str().unwrap().to_owned());
    (owner, guest, room["id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_guest_s_picture_is_shown_to_the_room_and_kept_for_the_merchant() {
    let office = Office::open().await;
    let (owner, guest, room) = entered(&office).await;
    let file = office
        .uploads(&guest, "/room/files?name=sample.exe", PNG)
        .await
        .well();
    assert_eq!(file["media_type"], "image/png", "by its content");
    let id = file["id"].as_str().unwrap();
    let got = office.reads(&guest, &format!("/room/files/{id}")).await;
    assert_eq!(&got.body[..], PNG);
    assert_eq!(got.header("x-content-type-options"), "nosniff");
    assert_eq!(
        got.header("content-security-policy"),
        "default-src 'none'; sandbox"
    );
    let say = json!({ "id": "m1", "text": "", "to": { "kind": "all" }, "files": [id] });
    let said = office
        .writes(&guest, "/room/commands/chat.say", say)
        .await
        .well();
    assert_eq!(said["message"]["files"][0]["bytes"], PNG.len());
    let list = office
        .reads(&owner, &format!("/v1/rooms/{room}/files"))
        .await
        .well();
    assert_eq!(list["items"][0]["id"], id);

    let path = format!("/v1/files/{id}");
    assert_eq!(&office.reads(&owner, &path).await.body[..], PNG);
    let gone = office.asks(&owner, "DELETE", &path, Value::Null).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(
        office.reads(&owner, &path).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn what_is_too_large_empty_or_a_program_is_not_taken() {
    let office = Office::open().await;
    let (_, guest, _) = entered(&office).await;
    let large = vec![b'a'; 10_001];
    for (bytes, code) in [
        (&large[..], "too_large"),
        (&b""[..], "empty_file"),
        (
            &b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0"[..],
            "unsupported_type",
        ),
    ] {
        let reply = office
            .uploads(&guest, "/room/files?name=a.txt", bytes)
            .await;
        assert_eq!(reply.refusal(), code);
    }
    for number in 0..2 {
        let path = format!("/room/files?name={number}.txt");
        office.uploads(&guest, &path, &large[..10_000]).await.well();
    }
    let full = office
        .uploads(&guest, "/room/files?name=3.txt", &large[..10_000])
        .await;
    assert_eq!(full.status, StatusCode::CONFLICT, "{}", full.text());
}
