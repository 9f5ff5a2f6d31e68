//! Stories of agent workers at the door.

use crate::support::World;
use futures_util::SinkExt;
use livekit_protocol as wire;
use signal::token::VideoGrant;
use tokio_tungstenite::tungstenite::{Error, Message};
use wire::server_message::Message as FromServer;
use wire::worker_message::Message as FromWorker;

#[tokio::test]
async fn a_worker_gets_a_job_and_a_token_for_its_room_only() {
    let world = World::start().await;
    let mut worker = world.worker("barista").await;
    let create = r#"{"room":"stage","agentName":"barista","metadata":"two sugars"}"#;
    let (status, made) = world.call("CreateDispatch", create).await;
    assert_eq!(status, 200, "{made}");
    assert!(made["id"].as_str().unwrap().starts_with("AD_"));

    let (job, token) = worker.work("bob").await;
    assert_eq!(job.metadata, "two sugars");
    assert_eq!(job.dispatch_id, made["id"].as_str().unwrap());
    assert_eq!(job.room.unwrap().name, "stage");
    let claims = world.verify(&token);
    assert_eq!(claims.joins(), Ok(("stage", "bob")));
    assert_eq!(claims.kind, "agent");
    assert!(claims.video.agent && !claims.video.room_admin);
    assert_eq!(claims.attributes["lk.agent_name"], "barista");

    let (_, listed) = world.call("ListDispatch", r#"{"room":"stage"}"#).await;
    let listed = &listed["agentDispatches"][0];
    assert_eq!(listed["id"], made["id"]);
    assert_eq!(listed["state"]["jobs"][0]["state"]["status"], "JS_RUNNING");
    assert_eq!(
        listed["state"]["jobs"][0]["state"]["participantIdentity"],
        "bob"
    );

    let delete = format!(r#"{{"room":"stage","dispatchId":{}}}"#, made["id"]);
    assert_eq!(world.call("DeleteDispatch", &delete).await.0, 200);
    match worker.next().await {
        Some(FromServer::Termination(termination)) => assert_eq!(termination.job_id, job.id),
        other => panic!("not terminated: {other:?}"),
    }
}

#[tokio::test]
async fn a_new_room_calls_the_worker_without_a_name() {
    let world = World::start().await;
    let mut worker = world.worker("").await;
    let _ann = world.join("stage", "ann").await;
    let (job, _) = worker.work("").await;
    assert_eq!(job.room.unwrap().name, "stage");
    assert_eq!(
        job.state.unwrap().participant_identity,
        format!("agent-{}", job.id),
        "who names no identity gets one"
    );
}

#[tokio::test]
async fn a_room_is_created_with_its_agents() {
    let world = World::start().await;
    let mut barista = world.worker("barista").await;
    let create = r#"{"name":"stage","agents":[{"agentName":"barista","metadata":"m"}]}"#;
    assert_eq!(world.call("CreateRoom", create).await.0, 200);
    let (job, _) = barista.work("bob").await;
    assert_eq!(
        (job.agent_name.as_str(), job.metadata.as_str()),
        ("barista", "m")
    );
}

#[tokio::test]
async fn a_worker_that_hangs_up_loses_its_offer_to_the_next() {
    let world = World::start().await;
    let mut first = world.worker("barista").await;
    world
        .call(
            "CreateDispatch",
            r#"{"room":"stage","agentName":"barista"}"#,
        )
        .await;
    let Some(FromServer::Availability(offer)) = first.next().await else {
        panic!("no job was offered");
    };
    let mut second = world.worker("barista").await;
    drop(first);
    let (job, _) = second.work("bob").await;
    assert_eq!(job.id, offer.job.unwrap().id);
}

#[tokio::test]
async fn a_worker_may_speak_json() {
    let world = World::start().await;
    let grant = VideoGrant {
        agent: true,
        ..VideoGrant::default()
    };
    let mut worker = world.connect_worker(&world.sign(grant)).await.unwrap();
    let register = r#"{"register":{"type":"JT_ROOM","agentName":"barista"}}"#;
    worker
        .socket
        .send(Message::Text(register.into()))
        .await
        .unwrap();
    assert!(matches!(worker.next().await, Some(FromServer::Register(_))));
    let ping = r#"{"ping":{"timestamp":"7"}}"#;
    worker
        .socket
        .send(Message::Text(ping.into()))
        .await
        .unwrap();
    match worker.next().await {
        Some(FromServer::Pong(pong)) => assert_eq!(pong.last_timestamp, 7),
        other => panic!("no pong: {other:?}"),
    }
}

#[tokio::test]
async fn only_tokens_for_agents_open_this_door() {
    let world = World::start().await;
    let joiner = VideoGrant {
        room_join: true,
        room: "stage".into(),
        ..VideoGrant::default()
    };
    for (token, status) in [(world.sign(joiner), 403), ("x.y.z".to_owned(), 401)] {
        match world.connect_worker(&token).await {
            Err(Error::Http(response)) => assert_eq!(response.status().as_u16(), status),
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("let in"),
        }
    }
}

#[tokio::test]
async fn rubbish_ends_the_connection() {
    let world = World::start().await;
    let mut worker = world.worker("barista").await;
    let rubbish = Message::Binary(vec![0xff; 32].into());
    worker.socket.send(rubbish).await.unwrap();
    assert_eq!(worker.next().await, None);

    let mut worker = world.worker("barista").await;
    let long = wire::UpdateJobStatus {
        error: "x".repeat(600 * 1024),
        ..wire::UpdateJobStatus::default()
    };
    worker.say(FromWorker::UpdateJob(long)).await;
    assert_eq!(worker.next().await, None);
}
