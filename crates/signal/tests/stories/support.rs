//! A server with real rooms behind the real router on loopback, a media plane that only
//! pretends, and a client that speaks the wire protocol.

use base::clock::OsClock;
use base::media::{Command, Event};
use base::rng::Rng;
use base::{ParticipantSid, Redacted, RoomKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use futures_util::{SinkExt, StreamExt};
use livekit_protocol as wire;
use prost::Message as _;
use room::{Media, Rooms};
use room_core::Settings;
use signal::token::{ApiKeys, Claims, VideoGrant};
use signal::{IceServer, IceServers, LivekitDataWire, Node, SessionLimits, State};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use wire::signal_request::Message as Request;
use wire::signal_response::Message as Response;

/// Longer than anything here takes; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct World {
    pub(crate) addr: SocketAddr,
    pub(crate) rooms: Rooms,
    pub(crate) media: Arc<PretendedMedia>,
    keys: ApiKeys,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(SessionLimits::default(), Settings::default()).await
    }

    pub(crate) async fn with(limits: SessionLimits, settings: Settings) -> Self {
        let media = Arc::new(PretendedMedia::default());
        let rooms = Rooms::new(
            media.clone(),
            Arc::new(LivekitDataWire),
            settings,
            Rng::from_seed(1),
        );
        let keys = ApiKeys::new([("devkey".to_owned(), "secret".to_owned())]);
        let state = State {
            keys: Arc::new(keys.clone()),
            rooms: rooms.clone(),
            ice: Arc::new(OneRelay),
            node: Arc::new(Node {
                id: "ND_test".into(),
                region: "here".into(),
            }),
            limits,
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let router = signal::routes(state);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            addr,
            rooms,
            media,
            keys,
        }
    }

    /// A token for room `stage`.
    pub(crate) fn token(&self, identity: &str) -> String {
        self.sign(&claims(identity))
    }

    pub(crate) fn sign(&self, claims: &Claims) -> String {
        self.keys.sign(claims).unwrap()
    }

    pub(crate) fn verify(&self, token: &str) -> Claims {
        self.keys.verify(token, now_unix_s()).unwrap()
    }

    /// Joins with two peer connections, as older clients do.
    pub(crate) async fn join(&self, identity: &str) -> (Client, wire::JoinResponse) {
        let query = format!("access_token={}&protocol=16&sdk=js", self.token(identity));
        self.enter(&format!("/rtc?{query}")).await
    }

    /// Joins with one peer connection, as current clients do.
    pub(crate) async fn join_v1(
        &self,
        identity: &str,
        request: &wire::JoinRequest,
    ) -> (Client, wire::JoinResponse) {
        self.enter(&self.v1_path(identity, request)).await
    }

    pub(crate) fn v1_path(&self, identity: &str, request: &wire::JoinRequest) -> String {
        let wrapped = wire::WrappedJoinRequest {
            compression: 0,
            join_request: request.encode_to_vec(),
        };
        format!(
            "/rtc/v1?access_token={}&join_request={}",
            self.token(identity),
            URL_SAFE.encode(wrapped.encode_to_vec())
        )
    }

    pub(crate) async fn enter(&self, path: &str) -> (Client, wire::JoinResponse) {
        let mut client = self.connect(path).await.unwrap();
        match client.next().await {
            Some(Response::Join(join)) => (client, join),
            other => panic!("the first message was {other:?}"),
        }
    }

    pub(crate) async fn connect(&self, path: &str) -> Result<Client, tungstenite::Error> {
        let (socket, _) = connect_async(format!("ws://{}{path}", self.addr)).await?;
        Ok(Client { socket })
    }

    /// Returns when nobody of that name is in the room any more.
    pub(crate) async fn until_gone(&self, identity: &str) {
        let room = "stage".into();
        let identity = identity.into();
        let gone = async {
            while self.rooms.participant(&room, &identity).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, gone)
            .await
            .expect("gone within patience");
    }

    /// Status, headers and body of a plain HTTP request.
    pub(crate) async fn http(&self, method: &str, path: &str) -> (u16, String, String) {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let mut stream = TcpStream::connect(self.addr).await.unwrap();
        let request =
            format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).await.unwrap();
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head.to_ascii_lowercase(), body.to_owned())
    }
}

pub(crate) fn claims(identity: &str) -> Claims {
    Claims {
        iss: "devkey".into(),
        sub: identity.into(),
        nbf: now_unix_s() - 1,
        exp: now_unix_s() + 600,
        video: VideoGrant {
            room_join: true,
            room: "stage".into(),
            can_update_own_metadata: Some(true),
            ..VideoGrant::default()
        },
        ..Claims::default()
    }
}

pub(crate) fn now_unix_s() -> u64 {
    OsClock.unix_ms() / 1_000
}

pub(crate) struct Client {
    pub(crate) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Client {
    pub(crate) async fn say(&mut self, message: Request) {
        let request = wire::SignalRequest {
            message: Some(message),
        };
        let bytes = request.encode_to_vec();
        self.socket
            .send(Message::Binary(bytes.into()))
            .await
            .unwrap();
    }

    /// The next message; `None` when the connection has been closed.
    pub(crate) async fn next(&mut self) -> Option<Response> {
        loop {
            return match self.frame().await? {
                Message::Binary(bytes) => wire::SignalResponse::decode(bytes).unwrap().message,
                Message::Text(text) => {
                    serde_json::from_str::<wire::SignalResponse>(&text)
                        .unwrap()
                        .message
                }
                Message::Close(_) => None,
                _ => continue,
            };
        }
    }

    pub(crate) async fn frame(&mut self) -> Option<Message> {
        let next = tokio::time::timeout(PATIENCE, self.socket.next());
        next.await.expect("a frame within patience")?.ok()
    }

    /// Passes over messages until one is what is looked for.
    pub(crate) async fn until<T>(&mut self, mut wanted: impl FnMut(Response) -> Option<T>) -> T {
        loop {
            let message = self.next().await.expect("the connection is still open");
            if let Some(found) = wanted(message) {
                return found;
            }
        }
    }

    /// The code of the closing frame, after whatever comes before it.
    pub(crate) async fn closed(&mut self) -> Option<u16> {
        loop {
            match self.frame().await {
                Some(Message::Close(frame)) => return frame.map(|frame| frame.code.into()),
                Some(_) => {}
                None => return None,
            }
        }
    }
}

/// Takes commands, answers offers, and lets tests look at what came.
#[derive(Debug, Default)]
pub(crate) struct PretendedMedia {
    rooms: Mutex<HashMap<RoomKey, mpsc::Sender<Event>>>,
    peers: Mutex<HashMap<base::PeerId, RoomKey>>,
    pub(crate) commands: Mutex<Vec<Command>>,
}

impl Media for PretendedMedia {
    fn attach(&self, room: RoomKey) -> mpsc::Receiver<Event> {
        let (sender, receiver) = mpsc::channel(1_024);
        self.rooms.lock().unwrap().insert(room, sender);
        receiver
    }

    fn detach(&self, room: RoomKey) {
        self.rooms.lock().unwrap().remove(&room);
    }

    fn send(&self, command: Command) {
        match &command {
            Command::Open(open) => {
                self.peers.lock().unwrap().insert(open.peer, open.room);
            }
            Command::Offer { peer, id, .. } => self.tell(
                *peer,
                Event::Answer {
                    peer: *peer,
                    id: *id,
                    sdp: format!("answer to {id}"),
                    mids: vec![("3".into(), "TR_VCpretend".into())],
                },
            ),
            _ => {}
        }
        self.commands.lock().unwrap().push(command);
    }
}

impl PretendedMedia {
    pub(crate) fn tell(&self, peer: base::PeerId, event: Event) {
        let room = self.peers.lock().unwrap()[&peer];
        let rooms = self.rooms.lock().unwrap();
        rooms[&room].try_send(event).unwrap();
    }

    /// Waits until a command is what is looked for.
    pub(crate) async fn until<T>(&self, wanted: impl Fn(&Command) -> Option<T>) -> T {
        let found = async {
            loop {
                if let Some(found) = self.commands.lock().unwrap().iter().find_map(&wanted) {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, found)
            .await
            .expect("a command within patience")
    }

    /// The media session that was opened last.
    pub(crate) fn last_peer(&self) -> base::PeerId {
        let commands = self.commands.lock().unwrap();
        let opened = commands.iter().rev().find_map(|command| match command {
            Command::Open(open) => Some(open.peer),
            _ => None,
        });
        opened.expect("somebody has joined")
    }
}

#[derive(Debug)]
struct OneRelay;

impl IceServers for OneRelay {
    fn ice_servers(&self, participant: &ParticipantSid) -> Vec<IceServer> {
        vec![IceServer {
            urls: vec!["turn:relay.example:3478".into()],
            username: participant.as_str().to_owned(),
            credential: Redacted::new("short-lived".into()),
        }]
    }
}
