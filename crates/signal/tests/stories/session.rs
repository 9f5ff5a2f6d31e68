//! What happens between a client and its room once it is in.

use crate::support::{Client, World};
use base::media::{Command, Event};
use livekit_protocol as wire;
use prost::Message as _;
use room_core::Settings;
use signal::SessionLimits;
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;
use wire::signal_request::Message as Request;
use wire::signal_response::Message as Response;

#[tokio::test]
async fn the_first_message_tells_a_newcomer_all_he_needs() {
    let world = World::start().await;
    let (_ann, join) = world.join("ann").await;
    assert_eq!(join.room.unwrap().name, "stage");
    let participant = join.participant.unwrap();
    assert_eq!(participant.identity, "ann");
    assert!(participant.sid.starts_with("PA_"));
    assert!(participant.permission.unwrap().can_publish);
    assert_eq!((join.ping_interval, join.ping_timeout), (5, 15));
    let info = join.server_info.unwrap();
    assert_eq!(info.version, join.server_version);
    assert_eq!((info.protocol, info.node_id.as_str()), (17, "ND_test"));
    assert!(join.subscriber_primary);
    assert!(!join.enabled_publish_codecs.is_empty());
    let relay = &join.ice_servers[0];
    assert_eq!(relay.username, participant.sid);
    assert_eq!(relay.credential, "short-lived");
}

#[tokio::test]
async fn a_client_of_the_new_path_is_answered_at_once() {
    let world = World::start().await;
    let request = wire::JoinRequest {
        publisher_offer: Some(wire::SessionDescription {
            r#type: "offer".into(),
            sdp: "v=0".into(),
            id: 1,
            ..wire::SessionDescription::default()
        }),
        ..wire::JoinRequest::default()
    };
    let (mut ann, join) = world.join_v1("ann", &request).await;
    assert!(!join.subscriber_primary);
    let answer = ann.until(answer).await;
    assert_eq!((answer.id, answer.r#type.as_str()), (1, "answer"));
    assert_eq!(answer.mid_to_track_id["3"], "TR_VCpretend");
}

#[tokio::test]
async fn an_answer_that_does_not_say_to_what_is_to_the_open_offer() {
    let world = World::start().await;
    let (mut ann, _) = world.join("ann").await;
    let peer = world.media.last_peer();
    let offer = Event::Offer {
        peer,
        id: 3,
        sdp: "v=0".into(),
        mids: Vec::new(),
    };
    world.media.tell(peer, offer);
    ann.until(|message| matches!(message, Response::Offer(_)).then_some(()))
        .await;
    ann.say(Request::Answer(wire::SessionDescription {
        r#type: "answer".into(),
        sdp: "v=0".into(),
        ..wire::SessionDescription::default()
    }))
    .await;
    let answered = world
        .media
        .until(|command| match command {
            Command::Answer { id, .. } => Some(*id),
            _ => None,
        })
        .await;
    assert_eq!(answered, 3);
}

#[tokio::test]
async fn a_late_joiner_sees_who_is_there_and_they_see_him() {
    let world = World::start().await;
    let (mut ann, _) = world.join("ann").await;
    let (_bob, join) = world.join_v1("bob", &wire::JoinRequest::default()).await;
    assert_eq!(join.other_participants[0].identity, "ann");
    let bob = ann.until(|message| update_of(message, "bob")).await;
    assert!(bob.sid.starts_with("PA_"));
}

#[tokio::test]
async fn an_announced_track_gets_its_name() {
    let world = World::start().await;
    let (mut ann, _) = world.join("ann").await;
    ann.say(Request::AddTrack(wire::AddTrackRequest {
        cid: "camera-1".into(),
        r#type: wire::TrackType::Video as i32,
        source: wire::TrackSource::Camera as i32,
        width: 1280,
        height: 720,
        ..wire::AddTrackRequest::default()
    }))
    .await;
    let published = ann
        .until(|message| match message {
            Response::TrackPublished(published) => Some(published),
            _ => None,
        })
        .await;
    assert_eq!(published.cid, "camera-1");
    assert!(published.track.unwrap().sid.starts_with("TR_VC"));
}

#[tokio::test]
async fn both_kinds_of_ping_are_answered() {
    let world = World::start().await;
    let (mut ann, _) = world.join("ann").await;
    ann.say(Request::Ping(1)).await;
    ann.until(|message| matches!(message, Response::Pong(_)).then_some(()))
        .await;
    let ping = wire::Ping {
        timestamp: 77,
        rtt: 3,
    };
    ann.say(Request::PingReq(ping)).await;
    let pong = ann
        .until(|message| match message {
            Response::PongResp(pong) => Some(pong),
            _ => None,
        })
        .await;
    assert_eq!(pong.last_ping_timestamp, 77);
}

#[tokio::test]
async fn an_old_client_speaks_json() {
    let world = World::start().await;
    let (mut ann, _) = world.join("ann").await;
    let ping = Message::Text(r#"{"pingReq":{"timestamp":"5"}}"#.into());
    futures_util::SinkExt::send(&mut ann.socket, ping)
        .await
        .unwrap();
    loop {
        if let Message::Text(text) = ann.frame().await.unwrap() {
            assert!(text.contains(r#""lastPingTimestamp":"5""#), "{text}");
            break;
        }
    }
}

#[tokio::test]
async fn a_candidate_reaches_the_media_plane_bare() {
    let world = World::start().await;
    let (mut ann, _) = world.join("ann").await;
    ann.say(Request::Trickle(wire::TrickleRequest {
        candidate_init: r#"{"candidate":"candidate:1 1 udp 2 127.0.0.1 9 typ host"}"#.into(),
        ..wire::TrickleRequest::default()
    }))
    .await;
    let candidate = world
        .media
        .until(|command| match command {
            Command::Trickle { candidate, .. } => Some(candidate.clone()),
            _ => None,
        })
        .await;
    assert_eq!(candidate, "candidate:1 1 udp 2 127.0.0.1 9 typ host");
}

#[tokio::test]
async fn who_leaves_is_gone_for_the_others_at_once() {
    let world = World::start().await;
    let (mut ann, _) = world.join("ann").await;
    let (mut bob, _) = world.join("bob").await;
    bob.say(Request::Leave(wire::LeaveRequest {
        reason: wire::DisconnectReason::ClientInitiated as i32,
        ..wire::LeaveRequest::default()
    }))
    .await;
    let gone = wire::participant_info::State::Disconnected as i32;
    ann.until(|message| update_of(message, "bob").filter(|bob| bob.state == gone))
        .await;
    assert_eq!(bob.closed().await, Some(1000));
}

#[tokio::test]
async fn who_loses_his_connection_comes_back_to_his_place() {
    let world = World::start().await;
    let (ann, join) = world.join("ann").await;
    let sid = join.participant.unwrap().sid;
    drop(ann);
    let token = world.token("ann");
    let path = format!("/rtc?access_token={token}&reconnect=1&sid={sid}&reconnect_reason=1");
    let mut ann = world.connect(&path).await.unwrap();
    match ann.next().await {
        Some(Response::Reconnect(back)) => {
            assert_eq!(back.ice_servers[0].username, sid);
            assert_eq!(back.server_info.unwrap().protocol, 17);
        }
        other => panic!("the first message was {other:?}"),
    }
    ping_through(&mut ann).await;
}

#[tokio::test]
async fn who_has_no_place_to_come_back_to_is_told_to_join_anew() {
    let world = World::start().await;
    let request = wire::JoinRequest {
        reconnect: true,
        participant_sid: "PA_gone".into(),
        ..wire::JoinRequest::default()
    };
    for path in [
        format!(
            "/rtc?access_token={}&reconnect=1&sid=PA_gone",
            world.token("ann")
        ),
        world.v1_path("ann", &request),
    ] {
        let mut ann = world.connect(&path).await.unwrap();
        match ann.next().await {
            Some(Response::Leave(leave)) => {
                assert_eq!(leave.action(), wire::leave_request::Action::Reconnect);
                assert_eq!(leave.reason(), wire::DisconnectReason::StateMismatch);
            }
            other => panic!("the first message was {other:?}"),
        }
        assert_eq!(ann.closed().await, Some(1000));
    }
}

#[tokio::test]
async fn a_second_visitor_of_the_same_name_takes_the_place_of_the_first() {
    let world = World::start().await;
    let (mut first, _) = world.join("ann").await;
    let (mut second, _) = world.join("ann").await;
    let leave = first.until(leave).await;
    assert_eq!(leave.reason(), wire::DisconnectReason::DuplicateIdentity);
    assert_eq!(first.closed().await, Some(1000));
    ping_through(&mut second).await;
}

#[tokio::test]
async fn a_deleted_room_sends_everybody_away() {
    let world = World::start().await;
    let (mut ann, _) = world.join("ann").await;
    world.rooms.delete(&"stage".into()).await.unwrap();
    let leave = ann.until(leave).await;
    assert_eq!(leave.reason(), wire::DisconnectReason::RoomDeleted);
    assert_eq!(leave.action(), wire::leave_request::Action::Disconnect);
}

#[tokio::test]
async fn a_long_session_gets_a_new_token_for_the_same_rights() {
    let settings = Settings {
        token_refresh: Duration::from_millis(50),
        ..Settings::default()
    };
    let world = World::with(SessionLimits::default(), settings).await;
    let (mut ann, _) = world.join("ann").await;
    let token = ann
        .until(|message| match message {
            Response::RefreshToken(token) => Some(token),
            _ => None,
        })
        .await;
    let claims = world.verify(&token);
    assert_eq!(claims.joins(), Ok(("stage", "ann")));
    assert_eq!(claims.video.can_update_own_metadata, Some(true));
}

#[tokio::test]
async fn data_blobs_are_refused_rather_than_left_unanswered() {
    let world = World::start().await;
    let (mut ann, _) = world.join("ann").await;
    ann.say(Request::StoreDataBlobRequest(wire::StoreDataBlobRequest {
        request_id: 9,
        ..wire::StoreDataBlobRequest::default()
    }))
    .await;
    let response = ann.until(request_response).await;
    assert_eq!(response.request_id, 9);
    assert_eq!(
        response.reason(),
        wire::request_response::Reason::UnsupportedType
    );
}

#[tokio::test]
async fn a_message_that_asks_for_too_much_is_named_and_the_call_goes_on() {
    let world = World::start().await;
    let (mut ann, _) = world.join("ann").await;
    ann.say(Request::Subscription(wire::UpdateSubscription {
        track_sids: vec!["TR_x".into(); 5_000],
        subscribe: true,
        ..wire::UpdateSubscription::default()
    }))
    .await;
    let response = ann.until(request_response).await;
    assert_eq!(
        response.reason(),
        wire::request_response::Reason::InvalidRequest
    );
    assert!(
        response.message.contains("track sids"),
        "{}",
        response.message
    );
    ping_through(&mut ann).await;
}

#[tokio::test]
async fn a_flood_ends_the_one_and_not_the_other() {
    let limits = SessionLimits {
        messages_per_second: 10,
        messages_burst: 50,
        ..SessionLimits::default()
    };
    let world = World::with(limits, Settings::default()).await;
    let (mut calm, _) = world.join("calm").await;
    let (mut wild, _) = world.join("wild").await;
    for _ in 0..200 {
        let ping = wire::SignalRequest {
            message: Some(Request::Ping(1)),
        };
        let frame = Message::Binary(ping.encode_to_vec().into());
        // The server may already have closed.
        if futures_util::SinkExt::send(&mut wild.socket, frame)
            .await
            .is_err()
        {
            break;
        }
    }
    let leave = wild.until(leave).await;
    assert_eq!(leave.action(), wire::leave_request::Action::Disconnect);
    let gone = wire::participant_info::State::Disconnected as i32;
    calm.until(|message| update_of(message, "wild").filter(|wild| wild.state == gone))
        .await;
    ping_through(&mut calm).await;
}

#[tokio::test]
async fn a_message_larger_than_allowed_ends_the_connection() {
    let limits = SessionLimits {
        message_bytes: 64 * 1024,
        ..SessionLimits::default()
    };
    let world = World::with(limits, Settings::default()).await;
    let (mut ann, _) = world.join("ann").await;
    let frame = Message::Binary(vec![0; 100 * 1024].into());
    futures_util::SinkExt::send(&mut ann.socket, frame)
        .await
        .unwrap();
    assert_eq!(ann.closed().await, Some(1009));
}

#[tokio::test]
async fn a_client_that_falls_silent_is_asked_once_and_then_loses_its_connection() {
    let limits = SessionLimits {
        silence: Duration::from_millis(100),
        ..SessionLimits::default()
    };
    let settings = Settings {
        resume_window: Duration::from_millis(10),
        ..Settings::default()
    };
    let world = World::with(limits, settings).await;
    let (mut mute, _) = world.join("mute").await;
    // The library answers pings only while it is read from; this client does not read.
    world.until_gone("mute").await;
    assert_eq!(mute.closed().await, Some(1001));
}

#[tokio::test]
async fn a_client_that_says_nothing_but_answers_stays() {
    let limits = SessionLimits {
        silence: Duration::from_millis(200),
        ..SessionLimits::default()
    };
    let world = World::with(limits, Settings::default()).await;
    let (mut ann, _) = world.join("ann").await;
    let listened = tokio::time::timeout(Duration::from_secs(1), ann.closed()).await;
    assert!(listened.is_err(), "closed with {listened:?}");
    ping_through(&mut ann).await;
}

#[tokio::test]
async fn who_does_not_read_is_cut_off_and_the_others_hear_everything() {
    let limits = SessionLimits {
        write_timeout: Duration::from_millis(200),
        ..SessionLimits::default()
    };
    let settings = Settings {
        resume_window: Duration::from_millis(10),
        ..Settings::default()
    };
    let world = World::with(limits, settings).await;
    let (_deaf, _) = world.join("deaf").await;
    let (mut ann, _) = world.join("ann").await;
    // More than the kernel buffers of a loopback connection take.
    for round in 0..400 {
        let metadata = format!("{round}{}", " ".repeat(60_000));
        world
            .rooms
            .update_metadata(&"stage".into(), metadata)
            .await
            .unwrap();
        ann.until(|message| matches!(message, Response::RoomUpdate(_)).then_some(()))
            .await;
    }
    let gone = wire::participant_info::State::Disconnected as i32;
    ann.until(|message| update_of(message, "deaf").filter(|deaf| deaf.state == gone))
        .await;
    ping_through(&mut ann).await;
}

/// Whatever was said before has been heard when the answer comes.
async fn ping_through(client: &mut Client) {
    client.say(Request::Ping(1)).await;
    client
        .until(|message| matches!(message, Response::Pong(_)).then_some(()))
        .await;
}

fn answer(message: Response) -> Option<wire::SessionDescription> {
    match message {
        Response::Answer(answer) => Some(answer),
        _ => None,
    }
}

fn leave(message: Response) -> Option<wire::LeaveRequest> {
    match message {
        Response::Leave(leave) => Some(leave),
        _ => None,
    }
}

fn request_response(message: Response) -> Option<wire::RequestResponse> {
    match message {
        Response::RequestResponse(response) => Some(response),
        _ => None,
    }
}

fn update_of(message: Response, identity: &str) -> Option<wire::ParticipantInfo> {
    match message {
        Response::Update(update) => update
            .participants
            .into_iter()
            .find(|participant| participant.identity == identity),
        _ => None,
    }
}
