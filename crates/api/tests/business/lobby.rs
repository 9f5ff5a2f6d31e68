//! Somebody waits before the door until a host has looked who it is.

use crate::office::{Caller, Office};
use serde_json::{Value, json};

const GUEST: Caller = Caller::Nobody;

struct Waited {
    office: Office,
    owner: Caller,
    room: String,
    door: String,
}

impl Waited {
    /// A room whose lobby is on.
    async fn before_a_lobby() -> Self {
        let office = Office::open().await;
        let merchant = office.merchant("acorn").await;
        let owner = office.owner(&merchant).await;
        let new = json!({ "kind": "meeting", "title": "With a lobby" });
        let room = office.writes(&owner, "/v1/rooms", new).await.well();
        let waited = Self {
            door: format!("/v1/join/{}", room["link"]["code"].as_str().unwrap()),
            room: room["id"].as_str().unwrap().to_owned(),
            office,
            owner,
        };
        waited.commands("lobby.set", json!({ "on": true })).await;
        waited
    }

    async fn commands(&self, method: &str, payload: Value) {
        let path = format!("/v1/rooms/{}/commands/{method}", self.room);
        self.office.writes(&self.owner, &path, payload).await.well();
    }

    async fn knocks(&self, name: &str, ticket: Option<&str>) -> crate::office::Reply {
        let knock = json!({
            "name": name, "device_id": format!("device of {name}"), "ticket": ticket,
        });
        self.office.writes(&GUEST, &self.door, knock).await
    }

    async fn ticket_of(&self, name: &str) -> String {
        let waiting = self.knocks(name, None).await.well();
        assert_eq!(waiting["state"], "waiting");
        waiting["ticket"].as_str().unwrap().to_owned()
    }

    async fn stands(&self, ticket: &str, wait_s: u32) -> Value {
        let path = format!("{}/waiting/{ticket}?wait_s={wait_s}", self.door);
        self.office.reads(&GUEST, &path).await.well()["state"].clone()
    }
}

#[tokio::test]
async fn who_is_admitted_comes_in_with_his_ticket() {
    let waited = Waited::before_a_lobby().await;
    let ticket = waited.ticket_of("Gwen").await;
    assert_eq!(waited.stands(&ticket, 0).await, "waiting");
    let early = waited.knocks("Gwen", Some(&ticket)).await;
    assert_eq!(early.refusal(), "still_waiting");
    let path = format!("/v1/rooms/{}/live", waited.room);
    let live = waited.office.reads(&waited.owner, &path).await.well();
    assert_eq!(live["waiting"][0]["name"], "Gwen");

    // The long poll is under way when the host decides.
    let (stands, ()) = tokio::join!(
        waited.stands(&ticket, 20),
        waited.commands("lobby.admit", json!({ "ticket": ticket })),
    );
    assert_eq!(stands, "admitted");
    let entry = waited.knocks("Gwen", Some(&ticket)).await.well();
    assert_eq!(entry["state"], "admitted");
    let gwen = Caller::Bearer(entry["token"].as_str().unwrap().to_owned());
    let say = json!({ "id": "m1", "text": "Thank you", "to": { "kind": "all" } });
    let said = waited
        .office
        .writes(&gwen, "/room/commands/chat.say", say)
        .await;
    said.well();
}

#[tokio::test]
async fn who_is_denied_stays_out() {
    let waited = Waited::before_a_lobby().await;
    let ticket = waited.ticket_of("Mallory").await;
    waited
        .commands("lobby.deny", json!({ "ticket": ticket }))
        .await;
    assert_eq!(waited.stands(&ticket, 20).await, "denied");
    assert_eq!(
        waited.knocks("Mallory", Some(&ticket)).await.refusal(),
        "denied"
    );
}

#[tokio::test]
async fn a_ticket_is_good_for_nobody_else() {
    let waited = Waited::before_a_lobby().await;
    let ticket = waited.ticket_of("Gwen").await;
    waited
        .commands("lobby.admit", json!({ "ticket": ticket }))
        .await;
    assert_eq!(waited.stands(&ticket, 20).await, "admitted");
    let other = waited.knocks("Mallory", Some(&ticket)).await.well();
    assert_eq!(other["state"], "waiting");
}

#[tokio::test]
async fn hosts_do_not_wait() {
    let waited = Waited::before_a_lobby().await;
    let knock = json!({ "name": "Owner", "device_id": "device of the owner" });
    let entry = waited
        .office
        .writes(&waited.owner, &waited.door, knock)
        .await
        .well();
    assert_eq!(
        (&entry["state"], &entry["role"]),
        (&json!("admitted"), &json!("host"))
    );
}
