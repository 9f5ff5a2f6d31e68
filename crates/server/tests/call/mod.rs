//! A client with two peer connections that sends and receives RTP as it is: what goes out was made
//! by an encoder outside, what comes in is decoded by one.

#![expect(clippy::unwrap_used, reason = "a test that cannot run has failed")]

mod leg;

use crate::stoa::Server;
use futures_util::{FutureExt, SinkExt, StreamExt};
use leg::Leg;
pub(crate) use leg::Packet;
use livekit_protocol as wire;
use prost::Message as _;
use str0m::format::Codec;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use wire::signal_request::Message as Request;
use wire::signal_response::Message as Response;

const CAMERA: &str = "camera";

pub(crate) struct Client {
    signalling: WebSocketStream<MaybeTlsStream<TcpStream>>,
    publisher: Leg,
    subscriber: Leg,
}

impl Client {
    pub(crate) async fn joins(server: &Server, room: &str, identity: &str) -> Self {
        let asked = [
            "token",
            "create",
            "--dev",
            "--room",
            room,
            "--identity",
            identity,
        ];
        let token = crate::stoa::run(&asked).out;
        let url = format!(
            "ws://{}/rtc?access_token={}&auto_subscribe=1&protocol=16&sdk=rust",
            server.http,
            token.trim()
        );
        let mut client = Self {
            signalling: connect_async(url).await.unwrap().0,
            publisher: Leg::new(),
            subscriber: Leg::new(),
        };
        let welcome = client.signalling.next().await.unwrap().unwrap();
        assert!(matches!(read(welcome), Some(Response::Join(_))));
        client
    }

    /// Announces a camera of this codec and offers it.
    pub(crate) async fn publishes(&mut self, codec: Codec, (width, height): (u32, u32)) {
        let layer = wire::VideoLayer {
            quality: wire::VideoQuality::High.into(),
            width,
            height,
            bitrate: 300_000,
            ..wire::VideoLayer::default()
        };
        self.send(Request::AddTrack(wire::AddTrackRequest {
            cid: CAMERA.into(),
            r#type: wire::TrackType::Video.into(),
            source: wire::TrackSource::Camera.into(),
            width,
            height,
            layers: vec![layer.clone()],
            simulcast_codecs: vec![wire::SimulcastCodec {
                codec: codec.to_string().to_lowercase(),
                cid: CAMERA.into(),
                layers: vec![layer],
                ..wire::SimulcastCodec::default()
            }],
            ..wire::AddTrackRequest::default()
        }))
        .await;
        let sdp = self.publisher.offer(CAMERA, codec);
        self.send(Request::Offer(description("offer", sdp, 1)))
            .await;
    }

    pub(crate) fn can_send(&self) -> bool {
        self.publisher.can_send()
    }

    pub(crate) fn sends(&mut self, packet: &Packet) {
        self.publisher.send(packet);
    }

    /// What has come, in the sender's order.
    pub(crate) fn received(&self) -> Vec<Packet> {
        self.subscriber.received()
    }

    /// Does all that is due.
    pub(crate) async fn turn(&mut self) {
        while let Some(message) = self.signalling.next().now_or_never() {
            match read(message.unwrap().unwrap()) {
                Some(Response::Answer(answer)) => self.publisher.accept_answer(&answer.sdp),
                Some(Response::Offer(offer)) => {
                    let sdp = self.subscriber.answer(&offer.sdp);
                    let answer = description("answer", sdp, offer.id);
                    self.send(Request::Answer(answer)).await;
                }
                _ => {}
            }
        }
        self.publisher.turn();
        self.subscriber.turn();
    }

    async fn send(&mut self, message: Request) {
        let message = Some(message);
        let bytes = wire::SignalRequest { message }.encode_to_vec();
        self.signalling
            .send(Message::Binary(bytes.into()))
            .await
            .unwrap();
    }
}

fn read(message: Message) -> Option<Response> {
    let Message::Binary(bytes) = message else {
        return None;
    };
    wire::SignalResponse::decode(bytes).unwrap().message
}

fn description(kind: &str, sdp: String, id: u32) -> wire::SessionDescription {
    wire::SessionDescription {
        r#type: kind.into(),
        sdp,
        id,
        ..wire::SessionDescription::default()
    }
}
