//! Data packets through real rooms: who gets them, and in whose name.

use crate::support::World;
use base::PeerId;
use base::media::{Command, Credit, DataChannelKind, Event};
use bytes::Bytes;
use livekit_protocol as wire;
use prost::Message as _;
use room_core::{DataTarget, RpcCall};
use signal::ServerPacket;
use std::time::Duration;
use wire::data_packet::Value;

#[tokio::test]
async fn a_packet_arrives_in_the_name_of_who_really_sent_it() {
    let world = World::start().await;
    let (_ann, join) = world.join("ann").await;
    let ann = world.media.last_peer();
    let (_bob, _) = world.join("bob").await;
    let bob = world.media.last_peer();
    let packet = wire::DataPacket {
        participant_identity: "mallory".into(),
        value: Some(Value::ChatMessage(wire::ChatMessage {
            message: "hello".into(),
            ..wire::ChatMessage::default()
        })),
        ..wire::DataPacket::default()
    };
    world.say(ann, &packet);
    let (peers, heard) = world.heard().await;
    assert_eq!(peers, [bob], "the sender does not hear himself");
    assert_eq!(heard.participant_identity, "ann");
    assert_eq!(heard.participant_sid, join.participant.unwrap().sid);
    assert_eq!(heard.value, packet.value);
}

#[tokio::test]
async fn a_packet_for_one_reaches_only_him() {
    let world = World::start().await;
    let (_ann, _) = world.join("ann").await;
    let ann = world.media.last_peer();
    let (_bob, _) = world.join("bob").await;
    let bob = world.media.last_peer();
    let (_cid, _) = world.join("cid").await;
    world.say(
        ann,
        &wire::DataPacket {
            destination_identities: vec!["bob".into()],
            value: Some(Value::User(wire::UserPacket::default())),
            ..wire::DataPacket::default()
        },
    );
    assert_eq!(world.heard().await.0, [bob]);
}

#[tokio::test]
async fn the_server_itself_sends_on_a_topic() {
    let world = World::start().await;
    let (_ann, _) = world.join("ann").await;
    let packet = ServerPacket {
        payload: b"news".to_vec(),
        topic: Some("ticker".into()),
        ..ServerPacket::default()
    };
    world
        .rooms
        .send_data(
            &"stage".into(),
            DataChannelKind::Reliable,
            packet.encode(),
            DataTarget::default(),
        )
        .await
        .unwrap();
    let (_, heard) = world.heard().await;
    let Some(Value::User(user)) = heard.value else {
        panic!("not a user packet");
    };
    assert_eq!(user.topic.as_deref(), Some("ticker"));
    assert_eq!(user.payload, b"news");
}

#[tokio::test]
async fn the_server_calls_a_method_and_gets_the_answer() {
    let world = World::start().await;
    let (_ann, _) = world.join("ann").await;
    let ann = world.media.last_peer();
    let call = RpcCall {
        destination: "ann".into(),
        method: "greet".into(),
        payload: "hello".into(),
        response_timeout: Duration::from_secs(10),
    };
    let rooms = world.rooms.clone();
    let answer = tokio::spawn(async move { rooms.perform_rpc(&"stage".into(), call).await });
    let (peers, heard) = world.heard().await;
    assert_eq!(peers, [ann]);
    let Some(Value::RpcRequest(request)) = heard.value else {
        panic!("not a call");
    };
    assert_eq!(heard.participant_identity, request.id);
    let ack = wire::RpcAck {
        request_id: request.id.clone(),
    };
    let response = wire::RpcResponse {
        request_id: request.id.clone(),
        value: Some(wire::rpc_response::Value::Payload("hello, server".into())),
    };
    for value in [Value::RpcAck(ack), Value::RpcResponse(response)] {
        world.say(
            ann,
            &wire::DataPacket {
                destination_identities: vec![request.id.clone()],
                value: Some(value),
                ..wire::DataPacket::default()
            },
        );
    }
    assert_eq!(answer.await.unwrap(), Ok(Ok("hello, server".to_owned())));
}

impl World {
    fn say(&self, peer: PeerId, packet: &wire::DataPacket) {
        self.media.tell(
            peer,
            Event::Data {
                peer,
                channel: DataChannelKind::Reliable,
                bytes: Bytes::from(packet.encode_to_vec()),
                credit: Credit::free(),
            },
        );
    }

    /// The first data message that was sent, and to whom.
    async fn heard(&self) -> (Vec<PeerId>, wire::DataPacket) {
        self.media
            .until(|command| match command {
                Command::SendData { peers, bytes, .. } => {
                    let packet = wire::DataPacket::decode(bytes.clone()).unwrap();
                    Some((peers.clone(), packet))
                }
                _ => None,
            })
            .await
    }
}
