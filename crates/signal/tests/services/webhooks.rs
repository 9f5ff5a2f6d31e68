//! What receivers of webhooks read.

use crate::support::World;
use base::rng::Rng;
use livekit_protocol as wire;
use room_core::RoomEventKind;
use signal::webhook::from_room;

#[tokio::test]
async fn a_rooms_life_is_told_in_the_protocols_words() {
    let world = World::start().await;
    let mut events = world.rooms.events();
    let mut rng = Rng::from_seed(1);
    let ann = world.join("stage", "ann").await;
    world.call("DeleteRoom", r#"{"room":"stage"}"#).await;
    drop(ann);

    let mut told = Vec::new();
    let mut ids = std::collections::BTreeSet::new();
    loop {
        let event = events.recv().await.expect("the room ends");
        let written = from_room(&mut rng, &event).expect("it can be written");
        let written = written.expect("the protocol has a word for it");
        let read: wire::WebhookEvent = serde_json::from_slice(written.body.expose()).unwrap();
        assert_eq!((read.event.as_str(), &read.id), (written.name, &written.id));
        assert_eq!(read.room.as_ref().unwrap().name, "stage");
        assert_eq!(read.created_at as u64, event.at_unix_ms / 1_000);
        assert!(ids.insert(written.id), "ids are unique");
        told.push(read.event);
        if matches!(event.kind, RoomEventKind::RoomFinished { .. }) {
            let reason = wire::RoomEndReason::RoomEndApiDelete as i32;
            assert_eq!(read.room_end_reason, reason);
            break;
        }
    }
    assert_eq!(told.first().map(String::as_str), Some("room_started"));
    assert_eq!(told.last().map(String::as_str), Some("room_finished"));
}
