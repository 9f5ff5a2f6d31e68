//! Who is let in, by which path, and what those hear who are not.

use crate::support::{World, claims, now_unix_s};
use livekit_protocol as wire;
use room_core::model::RoomConfig;
use signal::token::Claims;
use tokio_tungstenite::tungstenite::Error;

#[tokio::test]
async fn the_server_says_that_it_is_there() {
    let world = World::start().await;
    let (status, head, body) = world.http("GET", "/").await;
    assert_eq!((status, body.as_str()), (200, "OK"));
    assert!(head.contains("access-control-allow-origin: *"));
    assert_eq!(world.http("HEAD", "/").await.0, 200);
}

#[tokio::test]
async fn a_plain_request_to_a_socket_is_not_found() {
    let world = World::start().await;
    assert_eq!(world.http("GET", "/rtc").await.0, 404);
    assert_eq!(world.http("GET", "/rtc/v1").await.0, 404);
}

#[tokio::test]
async fn validate_says_what_the_socket_cannot() {
    let world = World::start().await;
    let good = format!("/rtc/validate?access_token={}", world.token("ann"));
    let (status, head, body) = world.http("GET", &good).await;
    assert_eq!((status, body.as_str()), (200, "success"));
    assert!(head.contains("access-control-allow-origin: *"));

    for (claims, status, text) in refused() {
        let token = world.sign(&claims);
        for path in ["/rtc/validate", "/rtc/v1/validate"] {
            let (got, head, body) = world
                .http("GET", &format!("{path}?access_token={token}"))
                .await;
            assert_eq!(got, status, "{body}");
            assert!(body.contains(text), "{body}");
            assert!(head.contains("access-control-allow-origin: *"));
        }
    }
}

#[tokio::test]
async fn the_socket_refuses_what_validate_refuses() {
    let world = World::start().await;
    for (claims, status, _) in refused() {
        let path = format!("/rtc?access_token={}", world.sign(&claims));
        match world.connect(&path).await {
            Err(Error::Http(response)) => assert_eq!(response.status().as_u16(), status),
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("let in"),
        }
    }
    assert!(world.rooms.is_empty(), "no room was opened for them");
}

#[tokio::test]
async fn nobody_comes_in_without_a_token_or_with_rubbish() {
    let world = World::start().await;
    let (status, _, body) = world.http("GET", "/rtc/validate").await;
    assert_eq!(status, 401);
    assert!(body.contains("no access token"), "{body}");
    let (status, _, _) = world.http("GET", "/rtc/validate?access_token=x.y.z").await;
    assert_eq!(status, 401);
}

#[tokio::test]
async fn the_new_path_wants_a_join_request() {
    let world = World::start().await;
    let token = world.token("ann");
    for query in ["", "&join_request=%25%25", "&join_request=AAAA"] {
        let path = format!("/rtc/v1/validate?access_token={token}{query}");
        let (status, _, body) = world.http("GET", &path).await;
        assert_eq!(status, 400, "{query}: {body}");
    }
    let path = world.v1_path("ann", &wire::JoinRequest::default());
    let (status, _, _) = world
        .http("GET", &path.replace("/rtc/v1", "/rtc/v1/validate"))
        .await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_server_that_is_closing_sends_newcomers_elsewhere() {
    let world = World::start().await;
    world.rooms.drain();
    let path = format!("/rtc/validate?access_token={}", world.token("ann"));
    assert_eq!(world.http("GET", &path).await.0, 503);
    let path = format!("/rtc?access_token={}", world.token("ann"));
    match world.connect(&path).await {
        Err(Error::Http(response)) => assert_eq!(response.status().as_u16(), 503),
        _ => panic!("not refused"),
    }
}

#[tokio::test]
async fn a_full_room_says_so_to_browsers_too() {
    let world = World::start().await;
    let config = RoomConfig {
        max_participants: Some(1),
        ..RoomConfig::default()
    };
    world.rooms.create(&"stage".into(), config).await.unwrap();
    let (_ann, _) = world.join("ann").await;
    let token = world.token("bob");
    match world.connect(&format!("/rtc?access_token={token}")).await {
        Err(Error::Http(response)) => assert_eq!(response.status().as_u16(), 403),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("let in"),
    }
    let path = format!("/rtc/validate?access_token={token}");
    let (status, _, body) = world.http("GET", &path).await;
    assert_eq!((status, body.as_str()), (403, "the room is full"));
}

fn refused() -> Vec<(Claims, u16, &'static str)> {
    let expired = Claims {
        nbf: now_unix_s() - 7_200,
        exp: now_unix_s() - 3_600,
        ..claims("ann")
    };
    let mut rightless = claims("ann");
    rightless.video.room_join = false;
    let mut roomless = claims("ann");
    roomless.video.room.clear();
    let nobody = Claims {
        sub: String::new(),
        ..claims("ann")
    };
    vec![
        (expired, 401, "expired"),
        (rightless, 403, "`video.roomJoin`"),
        (roomless, 401, "does not name a room"),
        (nobody, 401, "identity"),
    ]
}
