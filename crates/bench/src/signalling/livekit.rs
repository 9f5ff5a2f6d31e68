//! A client of any LiveKit-protocol server, in the mode with two peer connections, which every
//! version of every such server speaks.

use super::{Connection, JOIN_TIMEOUT, JoinError, Joined, NO_DELAY, Role};
use crate::fleet::{EndpointId, Fleet, Source, Video, Way};
use base::clock::OsClock;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use livekit_protocol as proto;
use prost::Message as _;
use proto::signal_request::Message as Request;
use proto::signal_response::Message as Response;
use serde_json::json;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{interval, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// A version of the protocol that servers of the last two years understand.
const PROTOCOL: u32 = 16;
const PING_EVERY: Duration = Duration::from_secs(5);
const TOKEN_SECONDS: u64 = 6 * 3600;

/// Where the server is and how to be let in.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) url: String,
    pub(crate) key: String,
    pub(crate) secret: String,
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Joins; resolves when the publishing side is negotiated. The first offer to the subscribing side
/// may come later.
///
/// # Errors
/// See [`JoinError`].
pub(crate) async fn join(target: &Target, fleet: &Fleet, role: &Role) -> Result<Joined, JoinError> {
    timeout(JOIN_TIMEOUT, enter(target, fleet, role))
        .await
        .map_err(|_| JoinError::TimedOut)?
}

async fn enter(target: &Target, fleet: &Fleet, role: &Role) -> Result<Joined, JoinError> {
    let url = format!(
        "{}/rtc?access_token={}&auto_subscribe={}&protocol={PROTOCOL}&sdk=rust&version=0.1.0",
        target.url.trim_end_matches('/'),
        token(target, role),
        u8::from(role.subscribe),
    );
    let (socket, _) = connect_async_with_config(&url, None, NO_DELAY)
        .await
        .map_err(|source| JoinError::Connect {
            url: target.url.clone(),
            source: Box::new(source),
        })?;
    let (sink, mut stream) = socket.split();
    match next(&mut stream).await? {
        Response::Join(_) => {}
        Response::Leave(leave) => return Err(JoinError::Refused(format!("{:?}", leave.reason()))),
        _ => {
            return Err(JoinError::Refused(
                "the first message was not a join".into(),
            ));
        }
    }
    let subscriber = media(fleet.add(Way::Receives).await)?;
    let mut session = Session {
        fleet: fleet.clone(),
        sink,
        subscriber,
        publisher: None,
    };
    if !role.publish.is_empty() {
        session.publish(&role.publish).await?;
        while session.publisher.as_ref().is_some_and(|p| !p.answered) {
            let response = next(&mut stream).await?;
            session.handle(response).await?;
        }
    }
    let receives = role.subscribe.then_some(subscriber);
    let task = tokio::spawn(async move {
        if let Err(error) = session.run(stream).await {
            eprintln!("a client's connection ended: {error}");
        }
    });
    Ok(Joined {
        receives,
        connection: Connection(task),
    })
}

struct Session {
    fleet: Fleet,
    sink: SplitSink<Socket, Message>,
    subscriber: EndpointId,
    publisher: Option<Publisher>,
}

struct Publisher {
    endpoint: EndpointId,
    answered: bool,
}

impl Session {
    async fn publish(&mut self, sources: &[Source]) -> Result<(), JoinError> {
        let endpoint = media(self.fleet.add(Way::Sends).await)?;
        let mut tracks = Vec::new();
        for (at, source) in sources.iter().enumerate() {
            let cid = format!("bench-{at}");
            self.send(Request::AddTrack(add_track(*source, &cid)))
                .await?;
            tracks.push((*source, cid));
        }
        let sdp = media(self.fleet.publish(endpoint, tracks).await)?;
        self.send(Request::Offer(description("offer", sdp, 1)))
            .await?;
        self.publisher = Some(Publisher {
            endpoint,
            answered: false,
        });
        Ok(())
    }

    async fn run(&mut self, mut stream: SplitStream<Socket>) -> Result<(), JoinError> {
        let mut ping = interval(PING_EVERY);
        loop {
            tokio::select! {
                response = next(&mut stream) => self.handle(response?).await?,
                _ = ping.tick() => {
                    let timestamp = OsClock.unix_ms() as i64;
                    self.send(Request::PingReq(proto::Ping { timestamp, rtt: 0 })).await?;
                }
            }
        }
    }

    async fn handle(&mut self, response: Response) -> Result<(), JoinError> {
        match response {
            Response::Offer(offer) => {
                let sdp = media(self.fleet.offer(self.subscriber, offer.sdp).await)?;
                self.send(Request::Answer(description("answer", sdp, offer.id)))
                    .await
            }
            Response::Answer(answer) => match &mut self.publisher {
                Some(publisher) => {
                    publisher.answered = true;
                    media(self.fleet.answer(publisher.endpoint, answer.sdp).await)
                }
                None => Ok(()),
            },
            Response::Leave(leave) => Err(JoinError::Refused(format!("{:?}", leave.reason()))),
            _ => Ok(()),
        }
    }

    async fn send(&mut self, request: Request) -> Result<(), JoinError> {
        let bytes = proto::SignalRequest {
            message: Some(request),
        }
        .encode_to_vec();
        let sent = self.sink.send(Message::Binary(bytes.into())).await;
        sent.map_err(|error| JoinError::Ended(error.to_string()))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.fleet.remove(self.subscriber);
        if let Some(publisher) = &self.publisher {
            self.fleet.remove(publisher.endpoint);
        }
    }
}

fn media<T>(result: Result<T, String>) -> Result<T, JoinError> {
    result.map_err(JoinError::Media)
}

async fn next(stream: &mut SplitStream<Socket>) -> Result<Response, JoinError> {
    loop {
        let message = stream
            .next()
            .await
            .ok_or_else(|| JoinError::Ended("closed".into()))?;
        let message = message.map_err(|error| JoinError::Ended(error.to_string()))?;
        let Message::Binary(bytes) = message else {
            continue;
        };
        let response = proto::SignalResponse::decode(&bytes[..])
            .map_err(|error| JoinError::Ended(error.to_string()))?;
        if let Some(message) = response.message {
            return Ok(message);
        }
    }
}

fn description(kind: &str, sdp: String, id: u32) -> proto::SessionDescription {
    proto::SessionDescription {
        r#type: kind.into(),
        sdp,
        id,
        ..Default::default()
    }
}

fn add_track(source: Source, cid: &str) -> proto::AddTrackRequest {
    let mut request = proto::AddTrackRequest {
        cid: cid.into(),
        ..Default::default()
    };
    match source {
        Source::Audio(_) => {
            request.set_type(proto::TrackType::Audio);
            request.set_source(proto::TrackSource::Microphone);
        }
        Source::Video(video) => {
            request.set_type(proto::TrackType::Video);
            request.set_source(proto::TrackSource::Camera);
            request.width = video.width.into();
            request.height = video.height.into();
            request.layers = (0..video.layers)
                .map(|layer| layer_info(video, layer))
                .collect();
        }
    }
    request
}

fn layer_info(video: Video, layer: u8) -> proto::VideoLayer {
    let scale = u32::from(video.layers - 1 - layer);
    let mut info = proto::VideoLayer {
        width: u32::from(video.width) >> scale,
        height: u32::from(video.height) >> scale,
        bitrate: (video.kbps * 1_000) >> (2 * scale),
        ..Default::default()
    };
    info.set_quality(match scale {
        0 => proto::VideoQuality::High,
        1 => proto::VideoQuality::Medium,
        _ => proto::VideoQuality::Low,
    });
    info
}

fn token(target: &Target, role: &Role) -> String {
    let now = OsClock.unix_ms() / 1_000;
    let claims = json!({
        "iss": target.key,
        "sub": role.identity,
        "nbf": now.saturating_sub(60),
        "exp": now + TOKEN_SECONDS,
        "video": { "roomJoin": true, "room": role.room },
    });
    let key = EncodingKey::from_secret(target.secret.as_bytes());
    #[expect(clippy::expect_used, reason = "HS256 signs any JSON object")]
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).expect("claims are JSON")
}
