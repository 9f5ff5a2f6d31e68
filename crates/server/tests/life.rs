//! A server from its start to its end: what it answers, how it drains, what it logs.

mod stoa;

use futures_util::StreamExt;
use stoa::Server;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

const IDENTITY: &str = "ann-of-green-gables";
const ROOM: &str = "secret-birthday";

fn token() -> String {
    let asked = [
        "token",
        "create",
        "--dev",
        "--room",
        ROOM,
        "--identity",
        IDENTITY,
    ];
    stoa::run(&asked).out.trim().to_owned()
}

fn join_path() -> String {
    format!("/rtc?access_token={}&protocol=16&sdk=rust", token())
}

#[test]
fn a_fresh_server_answers_health_metrics_and_validate() {
    let server = Server::start("");
    assert_eq!(server.status("/healthz"), Some(200));
    assert_eq!(server.status("/"), Some(200));
    assert_eq!(server.status("/no/such/page"), Some(404));
    assert_eq!(server.status("/dev/token"), Some(404));
    let validated = server
        .ask(&join_path().replace("/rtc?", "/rtc/validate?"))
        .unwrap();
    assert!(validated.ends_with("success"), "{validated}");
    assert_eq!(server.status("/rtc/validate"), Some(401));
    let metrics = server.ask("/metrics").unwrap();
    assert!(
        metrics.contains("stoa_process_open_descriptors"),
        "{metrics}"
    );
}

#[test]
fn interrupted_it_ends_at_once_and_well() {
    let mut server = Server::start("");
    server.signal("INT");
    server.eventually("it ends", |server| server.ended() == Some(true));
}

#[tokio::test]
async fn terminated_it_drains_until_the_last_call_has_ended() {
    let mut server = Server::start("");
    let (mut call, _) = connect_async(format!("ws://{}{}", server.http, join_path()))
        .await
        .unwrap();
    assert!(
        matches!(call.next().await, Some(Ok(Message::Binary(_)))),
        "the join response"
    );

    server.signal("TERM");
    server.eventually("it is no longer ready", |server| {
        server.status("/readyz") == Some(503)
    });
    assert_eq!(server.status("/healthz"), Some(200));
    let refused = server
        .ask(&join_path().replace("/rtc?", "/rtc/validate?"))
        .unwrap();
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    assert!(
        connect_async(format!("ws://{}{}", server.http, join_path()))
            .await
            .is_err()
    );
    assert_eq!(server.ended(), None);

    call.close(None).await.unwrap();
    drop(call);
    server.eventually("it ends", |server| server.ended() == Some(true));
}

#[tokio::test]
async fn a_second_signal_ends_the_draining_and_sends_people_elsewhere() {
    let mut server = Server::start("");
    let (mut call, _) = connect_async(format!("ws://{}{}", server.http, join_path()))
        .await
        .unwrap();
    server.signal("TERM");
    server.eventually("it drains", |server| server.status("/readyz") == Some(503));
    server.signal("TERM");
    let mut messages = 0;
    while let Some(Ok(Message::Binary(_))) = call.next().await {
        messages += 1;
    }
    assert!(
        messages >= 2,
        "the join response and the goodbye, not {messages}"
    );
    server.eventually("it ends", |server| server.ended() == Some(true));
}

#[tokio::test]
async fn the_log_has_ids_and_no_names_addresses_or_secrets() {
    let server = Server::start("[log]\nlevel = \"trace\"\njson = true\n");
    let (mut call, _) = connect_async(format!("ws://{}{}", server.http, join_path()))
        .await
        .unwrap();
    assert!(matches!(call.next().await, Some(Ok(Message::Binary(_)))));
    call.close(None).await.unwrap();
    let mut server = server;
    server.signal("INT");
    server.eventually("it ends", |server| server.ended().is_some());
    let log = server.log();
    assert!(log.lines().count() > 2, "{log}");
    for line in log.lines() {
        assert!(line.starts_with('{') && line.ends_with('}'), "{line}");
    }
    for private in [IDENTITY, ROOM, "127.0.0.1", "eyJ", "devkey", "ufrag"] {
        assert!(!log.contains(private), "{private} in {log}");
    }
}
