//! Stories of the server API.

use crate::support::{World, everything};
use livekit_protocol as wire;
use prost::Message as _;
use signal::token::VideoGrant;

#[tokio::test]
async fn a_room_is_opened_listed_and_closed() {
    let world = World::start().await;
    let create = r#"{"name":"stage","emptyTimeout":30,"max_participants":7,"metadata":"m"}"#;
    let (status, room) = world.call("CreateRoom", create).await;
    assert_eq!(status, 200, "{room}");
    assert!(room["sid"].as_str().unwrap().starts_with("RM_"));
    assert_eq!(room["emptyTimeout"], 30);
    assert_eq!(room["maxParticipants"], 7);
    assert_eq!(room["metadata"], "m");

    let (_, again) = world
        .call("CreateRoom", r#"{"name":"stage","metadata":"n"}"#)
        .await;
    assert_eq!(again["sid"], room["sid"], "it is the same room");
    assert_eq!(again["metadata"], "n");

    let (_, listed) = world.call("ListRooms", "{}").await;
    assert_eq!(listed["rooms"][0]["name"], "stage");
    let (_, none) = world.call("ListRooms", r#"{"names":["other"]}"#).await;
    assert_eq!(none, serde_json::json!({}));

    assert_eq!(world.call("DeleteRoom", r#"{"room":"stage"}"#).await.0, 200);
    let (_, listed) = world.call("ListRooms", "{}").await;
    assert_eq!(listed, serde_json::json!({}));
    let (status, error) = world.call("DeleteRoom", r#"{"room":"stage"}"#).await;
    assert_eq!((status, error["code"].as_str()), (404, Some("not_found")));
}

#[tokio::test]
async fn protobuf_is_spoken_too() {
    let world = World::start().await;
    let request = wire::CreateRoomRequest {
        name: "stage".into(),
        departure_timeout: 9,
        ..wire::CreateRoomRequest::default()
    };
    let (status, body) = world
        .http(
            "POST",
            "/twirp/livekit.RoomService/CreateRoom",
            &world.sign(everything()),
            "application/protobuf",
            &request.encode_to_vec(),
        )
        .await;
    assert_eq!(status, 200);
    let room = wire::Room::decode(body.as_slice()).unwrap();
    assert_eq!((room.name.as_str(), room.departure_timeout), ("stage", 9));
}

#[tokio::test]
async fn json_is_read_as_generously_as_protojson_wants() {
    let world = World::start().await;
    let create = r#"{"name":"stage","max_participants":"5","metadata":null,"egress":null,
                     "agents":[],"unheardOf":{"a":[1,null]}}"#;
    let (status, room) = world.call("CreateRoom", create).await;
    assert_eq!(status, 200, "{room}");
    assert_eq!(room["maxParticipants"], 5);
    assert!(
        room["creationTime"].is_string(),
        "64-bit numbers are strings"
    );
}

#[tokio::test]
async fn each_method_needs_its_right() {
    let world = World::start().await;
    let _ann = world.join("stage", "ann").await;
    let of_room = r#"{"room":"stage","name":"stage","identity":"ann"}"#;
    let methods = [
        ("CreateRoom", "video.roomCreate"),
        ("DeleteRoom", "video.roomCreate"),
        ("ListRooms", "video.roomList"),
        ("ListParticipants", "video.roomAdmin"),
        ("GetParticipant", "video.roomAdmin"),
        ("RemoveParticipant", "video.roomAdmin"),
        ("MutePublishedTrack", "video.roomAdmin"),
        ("UpdateParticipant", "video.roomAdmin"),
        ("UpdateSubscriptions", "video.roomAdmin"),
        ("SendData", "video.roomAdmin"),
        ("UpdateRoomMetadata", "video.roomAdmin"),
        ("PerformRpc", "video.roomAdmin"),
        ("MoveParticipant", "video.roomAdmin"),
        ("ForwardParticipant", "video.roomAdmin"),
        ("CreateDispatch", "video.roomAdmin"),
        ("DeleteDispatch", "video.roomAdmin"),
        ("ListDispatch", "video.roomAdmin"),
    ];
    let joiner = VideoGrant {
        room_join: true,
        room: "stage".into(),
        ..VideoGrant::default()
    };
    let token = world.sign(joiner);
    for (method, right) in methods {
        let (status, error) = world.call_as(&token, method, of_room).await;
        assert_eq!(status, 403, "{method}: {error}");
        assert_eq!(error["code"], "permission_denied", "{method}");
        assert!(
            error["msg"].as_str().unwrap().contains(right),
            "{method}: {error}"
        );
        let (status, error) = world.call_as("", method, of_room).await;
        assert_eq!(
            (status, error["code"].as_str()),
            (401, Some("unauthenticated"))
        );
    }
    assert_eq!(world.rooms.len(), 1, "nothing has changed");
}

#[tokio::test]
async fn the_admin_of_one_room_is_nobody_in_another() {
    let world = World::start().await;
    let _ann = world.join("other", "ann").await;
    let get = r#"{"room":"other","identity":"ann"}"#;
    let (status, error) = world.call("GetParticipant", get).await;
    assert_eq!(
        (status, error["code"].as_str()),
        (403, Some("permission_denied"))
    );
    let moving = r#"{"room":"stage","identity":"ann","destinationRoom":"other"}"#;
    assert_eq!(world.call("MoveParticipant", moving).await.0, 403);
}

#[tokio::test]
async fn a_participant_is_seen_changed_and_put_out() {
    let world = World::start().await;
    let _ann = world.join("stage", "ann").await;
    let _ben = world.join("stage", "ben").await;

    let (_, listed) = world.call("ListParticipants", r#"{"room":"stage"}"#).await;
    assert_eq!(listed["participants"].as_array().unwrap().len(), 2);

    let update = r#"{"room":"stage","identity":"ann","name":"Ann","attributes":{"a":"b"},
                     "permission":{"canSubscribe":true,"canPublish":false}}"#;
    let (status, ann) = world.call("UpdateParticipant", update).await;
    assert_eq!(status, 200, "{ann}");
    assert_eq!(ann["name"], "Ann");
    assert_eq!(ann["attributes"]["a"], "b");
    let (_, ann) = world
        .call("GetParticipant", r#"{"room":"stage","identity":"ann"}"#)
        .await;
    assert_eq!(ann["permission"]["canPublish"], serde_json::Value::Null);

    let (status, error) = world
        .call("RemoveParticipant", r#"{"room":"stage","identity":"ann"}"#)
        .await;
    assert_eq!(status, 200, "{error}");
    let (status, error) = world
        .call("GetParticipant", r#"{"room":"stage","identity":"ann"}"#)
        .await;
    assert_eq!((status, error["code"].as_str()), (404, Some("not_found")));
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let world = World::start().await;
    let _ann = world.join("stage", "ann").await;
    let missing = [
        ("GetParticipant", r#"{"room":"stage","identity":"eve"}"#),
        ("RemoveParticipant", r#"{"room":"stage","identity":"eve"}"#),
        ("UpdateParticipant", r#"{"room":"stage","identity":"eve"}"#),
        (
            "UpdateSubscriptions",
            r#"{"room":"stage","identity":"eve"}"#,
        ),
        (
            "MutePublishedTrack",
            r#"{"room":"stage","identity":"ann","trackSid":"TR_x"}"#,
        ),
        (
            "PerformRpc",
            r#"{"room":"stage","destinationIdentity":"eve","method":"m"}"#,
        ),
        ("DeleteDispatch", r#"{"room":"stage","dispatchId":"AD_x"}"#),
    ];
    for (method, body) in missing {
        let (status, error) = world.call(method, body).await;
        assert_eq!(
            (status, error["code"].as_str()),
            (404, Some("not_found")),
            "{method}: {error}"
        );
    }
}

#[tokio::test]
async fn arguments_are_checked_and_named() {
    let world = World::start().await;
    let _ann = world.join("stage", "ann").await;
    let wrong = [
        ("CreateRoom", r#"{}"#),
        ("GetParticipant", r#"{"room":"stage"}"#),
        (
            "SendData",
            r#"{"room":"stage","data":"aGk=","nonce":"YWJj"}"#,
        ),
        (
            "PerformRpc",
            r#"{"room":"stage","destinationIdentity":"ann"}"#,
        ),
        (
            "RemoveParticipant",
            r#"{"room":"stage","identity":"ann","revokeTokenTs":"-1"}"#,
        ),
        ("MoveParticipant", r#"{"room":"stage","identity":"ann"}"#),
    ];
    for (method, body) in wrong {
        let (status, error) = world.call(method, body).await;
        assert_eq!(status, 400, "{method}: {error}");
        assert_eq!(error["code"], "invalid_argument", "{method}: {error}");
    }
    let long = format!(r#"{{"room":"stage","metadata":"{}"}}"#, "x".repeat(70_000));
    let (status, error) = world.call("UpdateRoomMetadata", &long).await;
    assert_eq!(
        (status, error["code"].as_str()),
        (400, Some("invalid_argument"))
    );
}

#[tokio::test]
async fn what_is_not_a_message_is_malformed() {
    let world = World::start().await;
    for body in ["", "{", "[]", r#"{"name":7}"#] {
        let (status, error) = world.call("CreateRoom", body).await;
        assert_eq!(
            (status, error["code"].as_str()),
            (400, Some("malformed")),
            "{body}: {error}"
        );
    }
    let token = world.sign(everything());
    let path = "/twirp/livekit.RoomService/CreateRoom";
    let protobuf = "application/protobuf";
    let (status, _) = world
        .http("POST", path, &token, protobuf, &[0xff, 0xff])
        .await;
    assert_eq!(status, 400);
    let huge = vec![b' '; 2 * 1024 * 1024];
    let (status, _) = world
        .http("POST", path, &token, "application/json", &huge)
        .await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_wrong_way_is_said_to_be_one() {
    let world = World::start().await;
    let token = world.sign(everything());
    let json = "application/json";
    let ways = [
        ("GET", "/twirp/livekit.RoomService/ListRooms", json),
        ("POST", "/twirp/livekit.RoomService/MakeCoffee", json),
        ("POST", "/twirp/livekit.Kitchen/MakeCoffee", json),
        ("POST", "/twirp/livekit.RoomService", json),
        ("POST", "/twirp/livekit.RoomService/ListRooms", "text/plain"),
    ];
    for (method, path, content_type) in ways {
        let (status, body) = world.http(method, path, &token, content_type, b"{}").await;
        let error: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            (status, error["code"].as_str()),
            (404, Some("bad_route")),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn services_that_are_not_here_say_what_to_do() {
    let world = World::start().await;
    let token = world.sign(everything());
    for (service, method) in [
        ("Egress", "StartRoomCompositeEgress"),
        ("Ingress", "CreateIngress"),
        ("SIP", "CreateSIPParticipant"),
    ] {
        let path = format!("/twirp/livekit.{service}/{method}");
        let (status, body) = world
            .http("POST", &path, &token, "application/json", b"{}")
            .await;
        let error: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            (status, error["code"].as_str()),
            (501, Some("unimplemented"))
        );
    }
    let (status, _) = world
        .call("CreateRoom", r#"{"name":"stage","egress":{"room":{}}}"#)
        .await;
    assert_eq!(status, 501);
    assert!(world.rooms.is_empty());
}

#[tokio::test]
async fn whoever_was_put_out_cannot_come_back_with_his_old_token() {
    let world = World::start().await;
    let _ann = world.join("stage", "ann").await;
    let remove = r#"{"room":"stage","identity":"ann","revokeTokenTs":"2000000000"}"#;
    assert_eq!(world.call("RemoveParticipant", remove).await.0, 200);
    let mut join = room_core::Join::new("ann".into(), base::media::PcMode::Single);
    join.token_not_before_unix_s = Some(1_999_999_999);
    let refused = world.rooms.join(&"stage".into(), join.clone()).await;
    assert!(matches!(refused, Err(room_core::JoinRefusal::TokenRevoked)));
    join.token_not_before_unix_s = Some(2_000_000_000);
    assert!(
        world.rooms.join(&"stage".into(), join).await.is_ok(),
        "a new one is good"
    );
}
