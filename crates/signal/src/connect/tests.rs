use super::*;
use crate::token::VideoGrant;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use prost::Message;
use room_core::model::{Capability, Sdk};

#[test]
fn an_old_client_says_everything_in_the_query() {
    let attributes = URL_SAFE.encode(r#"{"seat":"4"}"#);
    let join = joined(
        Endpoint::V0,
        &format!(
            "auto_subscribe=0&adaptive_stream=1&disable_ice_lite=1&subscriber_allow_pause=false\
             &sdk=js&version=2.23.0&protocol=16&client_protocol=1&os=Linux&browser=Chrome\
             &capabilities=CAP_PACKET_TRAILER,CAP_FROM_THE_FUTURE&attributes={attributes}&x=y"
        ),
    );
    assert_eq!(join.mode, PcMode::Dual);
    assert!(!join.settings.auto_subscribe && join.settings.adaptive_stream);
    assert!(join.settings.disable_ice_lite);
    assert_eq!(join.settings.allow_pause, Some(false));
    assert_eq!(join.client.sdk, Sdk::Js);
    assert_eq!(join.client.protocol, 16);
    assert_eq!(join.client.capabilities, [Capability::PacketTrailer]);
    assert_eq!(join.attributes["seat"], "4");
    assert_eq!(join.name, "Ann");
}

#[test]
fn a_client_that_says_nothing_is_subscribed_to_everything() {
    let join = joined(Endpoint::V0, "");
    assert!(join.settings.auto_subscribe);
    assert_eq!(join.settings.allow_pause, None);
}

#[test]
fn a_new_client_brings_its_offer_and_tracks() {
    let request = wire::JoinRequest {
        connection_settings: Some(wire::ConnectionSettings {
            auto_subscribe: true,
            ..wire::ConnectionSettings::default()
        }),
        metadata: "mine".into(),
        publisher_offer: Some(wire::SessionDescription {
            id: 1,
            sdp: "v=0".into(),
            ..wire::SessionDescription::default()
        }),
        add_track_requests: vec![wire::AddTrackRequest {
            cid: "mic".into(),
            ..wire::AddTrackRequest::default()
        }],
        ..wire::JoinRequest::default()
    };
    for endpoint in [Endpoint::V0, Endpoint::V1] {
        let join = joined(endpoint, &query(&request));
        assert_eq!(join.mode, PcMode::Single);
        assert_eq!(join.offer, Some((1, "v=0".to_owned())));
        assert_eq!(join.add_tracks[0].cid, "mic");
        assert_eq!(join.metadata, "mine");
    }
}

#[test]
fn the_new_path_needs_a_join_request() {
    assert_eq!(
        read(Endpoint::V1, "auto_subscribe=1", &claims()),
        Err(ConnectError::Malformed("join_request is missing"))
    );
}

#[test]
fn both_kinds_of_client_can_come_back() {
    let request = wire::JoinRequest {
        reconnect: true,
        participant_sid: "PA_1".into(),
        reconnect_reason: 2,
        ..wire::JoinRequest::default()
    };
    for (endpoint, query) in [
        (
            Endpoint::V0,
            "reconnect=1&sid=PA_1&reconnect_reason=2".to_owned(),
        ),
        (Endpoint::V1, query(&request)),
    ] {
        let Purpose::Resume(resume) = read(endpoint, &query, &claims()).unwrap().purpose else {
            panic!("not a resume");
        };
        assert_eq!(resume.participant, Some("PA_1".into()));
        assert_eq!(resume.reason, ReconnectReason::PublisherFailed);
        assert_eq!(resume.identity, "ann".into());
    }
}

#[test]
fn who_may_not_change_himself_may_not_do_so_on_the_way_in() {
    let mut claims = claims();
    claims.video.can_update_own_metadata = None;
    let attributes = URL_SAFE.encode(r#"{"role":"admin"}"#);
    let request = wire::JoinRequest {
        metadata: "mine".into(),
        ..wire::JoinRequest::default()
    };
    for query in [format!("attributes={attributes}"), query(&request)] {
        assert_eq!(
            read(Endpoint::V0, &query, &claims),
            Err(ConnectError::Token(TokenError::MissingRight(
                Right::UpdateOwnMetadata
            )))
        );
    }
}

#[test]
fn attributes_that_are_none_are_refused() {
    for attributes in ["%%", "e30x", "W10="] {
        let query = format!("attributes={attributes}");
        assert!(matches!(
            read(Endpoint::V0, &query, &claims()),
            Err(ConnectError::Malformed(_))
        ));
    }
}

#[test]
fn a_token_without_the_right_to_join_is_refused() {
    let claims = Claims {
        video: VideoGrant::default(),
        ..claims()
    };
    assert_eq!(
        read(Endpoint::V0, "", &claims),
        Err(ConnectError::Token(TokenError::MissingRight(
            Right::RoomJoin
        )))
    );
}

fn joined(endpoint: Endpoint, query: &str) -> Join {
    let connect = read(endpoint, query, &claims()).unwrap();
    assert_eq!(connect.room, "r".into());
    match connect.purpose {
        Purpose::Join(join) => *join,
        Purpose::Resume(resume) => panic!("{resume:?}"),
    }
}

fn query(request: &wire::JoinRequest) -> String {
    let wrapped = wire::WrappedJoinRequest {
        compression: 0,
        join_request: request.encode_to_vec(),
    };
    format!("join_request={}", URL_SAFE.encode(wrapped.encode_to_vec()))
}

fn claims() -> Claims {
    Claims {
        sub: "ann".into(),
        name: "Ann".into(),
        video: VideoGrant {
            room_join: true,
            room: "r".into(),
            can_update_own_metadata: Some(true),
            ..VideoGrant::default()
        },
        ..Claims::default()
    }
}
