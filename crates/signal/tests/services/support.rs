//! A server without media, an API caller, and a worker that does as it is told.

use base::clock::OsClock;
use base::media::{Command, Event, PcMode};
use base::rng::Rng;
use base::{Identity, RoomKey, RoomName};
use futures_util::{SinkExt, StreamExt};
use livekit_protocol as wire;
use prost::Message as _;
use room::{Media, Rooms, Session};
use room_core::{Join, Settings};
use serde_json::Value;
use signal::LivekitDataWire;
use signal::agents::{Agents, WorkerDoor, dispatch};
use signal::token::{ApiKeys, Claims, VideoGrant};
use signal::twirp::Services;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use wire::server_message::Message as FromServer;
use wire::worker_message::Message as FromWorker;

/// Longer than anything here takes; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct World {
    addr: SocketAddr,
    pub(crate) rooms: Rooms,
    keys: ApiKeys,
}

impl World {
    pub(crate) async fn start() -> Self {
        let rooms = Rooms::new(
            Arc::new(NoMedia),
            Arc::new(LivekitDataWire),
            Settings::default(),
            Rng::from_seed(1),
        );
        let keys = ApiKeys::new([("devkey".to_owned(), "secret".to_owned())]);
        let limits = dispatch::Limits::default();
        let (agents, _) = Agents::start(Rng::from_seed(2), limits, rooms.events());
        let door = WorkerDoor {
            agents: agents.clone(),
            keys: Arc::new(keys.clone()),
            server: wire::ServerInfo {
                protocol: 17,
                ..wire::ServerInfo::default()
            },
        };
        let services = Services {
            rooms: rooms.clone(),
            agents,
            keys: Arc::new(keys.clone()),
        };
        let router = signal::twirp::routes(services).merge(signal::agents::routes(door));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { addr, rooms, keys }
    }

    pub(crate) fn sign(&self, video: VideoGrant) -> String {
        let now_unix_s = OsClock.unix_ms() / 1_000;
        let claims = Claims {
            iss: "devkey".into(),
            nbf: now_unix_s,
            exp: now_unix_s + 600,
            video,
            ..Claims::default()
        };
        self.keys.sign(&claims).unwrap()
    }

    pub(crate) fn verify(&self, token: &str) -> Claims {
        let now_unix_s = OsClock.unix_ms() / 1_000;
        self.keys.verify(token, now_unix_s).unwrap()
    }

    /// Somebody comes into a room; he stays as long as the session lives.
    pub(crate) async fn join(&self, room: &str, identity: &str) -> Session {
        let join = Join::new(Identity::from(identity), PcMode::Single);
        self.rooms.join(&RoomName::from(room), join).await.unwrap()
    }

    /// Calls a method of the room service or the dispatch service, with every right.
    pub(crate) async fn call(&self, method: &str, body: &str) -> (u16, Value) {
        let token = self.sign(everything());
        self.call_as(&token, method, body).await
    }

    pub(crate) async fn call_as(&self, token: &str, method: &str, body: &str) -> (u16, Value) {
        let service = match method.ends_with("Dispatch") {
            true => "AgentDispatchService",
            false => "RoomService",
        };
        let path = format!("/twirp/livekit.{service}/{method}");
        let json = "application/json";
        let (status, body) = self.http("POST", &path, token, json, body.as_bytes()).await;
        (status, serde_json::from_slice(&body).unwrap())
    }

    /// Status and body. Without a token if it is empty.
    pub(crate) async fn http(
        &self,
        method: &str,
        path: &str,
        token: &str,
        content_type: &str,
        body: &[u8],
    ) -> (u16, Vec<u8>) {
        let authorization = match token {
            "" => String::new(),
            token => format!("authorization: Bearer {token}\r\n"),
        };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{authorization}\
             content-type: {content_type}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(self.addr).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        // A server that has read enough may answer and close before it has all.
        stream.write_all(body).await.ok();
        let mut response = Vec::new();
        stream.read_to_end(&mut response).await.ok();
        let end = response
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let head = String::from_utf8_lossy(&response[..end]);
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, response[end + 4..].to_vec())
    }

    /// A worker that has registered for room jobs.
    pub(crate) async fn worker(&self, agent_name: &str) -> Worker {
        let grant = VideoGrant {
            agent: true,
            ..VideoGrant::default()
        };
        let mut worker = self.connect_worker(&self.sign(grant)).await.unwrap();
        worker
            .say(FromWorker::Register(wire::RegisterWorkerRequest {
                agent_name: agent_name.into(),
                ..wire::RegisterWorkerRequest::default()
            }))
            .await;
        match worker.next().await {
            Some(FromServer::Register(registered)) => {
                assert!(registered.worker_id.starts_with("AW_"));
                assert_eq!(registered.server_info.unwrap().protocol, 17);
            }
            other => panic!("not registered: {other:?}"),
        }
        worker
    }

    pub(crate) async fn connect_worker(&self, token: &str) -> Result<Worker, tungstenite::Error> {
        let mut request = format!("ws://{}/agent", self.addr)
            .into_client_request()
            .unwrap();
        let value = format!("Bearer {token}").parse().unwrap();
        request.headers_mut().insert("authorization", value);
        let (socket, _) = connect_async(request).await?;
        Ok(Worker { socket })
    }
}

/// Every right that the API asks for, over the room `stage`.
pub(crate) fn everything() -> VideoGrant {
    VideoGrant {
        room_create: true,
        room_list: true,
        room_admin: true,
        room: "stage".into(),
        destination_room: "backstage".into(),
        ..VideoGrant::default()
    }
}

pub(crate) struct Worker {
    pub(crate) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Worker {
    pub(crate) async fn say(&mut self, message: FromWorker) {
        let message = wire::WorkerMessage {
            message: Some(message),
        };
        let bytes = message.encode_to_vec();
        self.socket
            .send(Message::Binary(bytes.into()))
            .await
            .unwrap();
    }

    /// The next message; `None` when the connection has been closed.
    pub(crate) async fn next(&mut self) -> Option<FromServer> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.socket.next());
            return match next.await.expect("a frame within patience")?.ok()? {
                Message::Binary(bytes) => wire::ServerMessage::decode(bytes).unwrap().message,
                Message::Text(text) => {
                    serde_json::from_str::<wire::ServerMessage>(&text)
                        .unwrap()
                        .message
                }
                Message::Close(_) => None,
                _ => continue,
            };
        }
    }

    /// Is offered a job, takes it, and gets it with a token.
    pub(crate) async fn work(&mut self, identity: &str) -> (wire::Job, String) {
        let Some(FromServer::Availability(offer)) = self.next().await else {
            panic!("no job was offered");
        };
        let job = offer.job.unwrap();
        self.say(FromWorker::Availability(wire::AvailabilityResponse {
            job_id: job.id.clone(),
            available: true,
            participant_identity: identity.into(),
            ..wire::AvailabilityResponse::default()
        }))
        .await;
        match self.next().await {
            Some(FromServer::Assignment(assignment)) => (assignment.job.unwrap(), assignment.token),
            other => panic!("not assigned: {other:?}"),
        }
    }
}

/// Carries nothing.
#[derive(Debug)]
struct NoMedia;

impl Media for NoMedia {
    fn attach(&self, _: RoomKey) -> mpsc::Receiver<Event> {
        mpsc::channel(1).1
    }

    fn detach(&self, _: RoomKey) {}

    fn send(&self, _: Command) {}
}
