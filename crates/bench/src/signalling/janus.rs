//! A client of Janus's VideoRoom plugin over its WebSocket API.

use super::{Connection, JOIN_TIMEOUT, JoinError, Joined, NO_DELAY, Role};
use crate::fleet::{EndpointId, Fleet, Way};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{interval, sleep, timeout};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Message, http::HeaderValue};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// Janus forgets a session after a minute of silence.
const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(25);

/// VideoRoom's error code for a feed that does not exist, or does not send yet.
const NO_SUCH_FEED: u32 = 428;
const FEED_RETRY: Duration = Duration::from_millis(50);

/// Janus names rooms and feeds by number.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) url: String,
}

/// Creates a room that limits nothing which the load needs.
///
/// # Errors
/// See [`JoinError`].
pub(crate) async fn create_room(target: &Target, room: u64) -> Result<(), JoinError> {
    let mut handle = Handle::attach(target).await?;
    let body = json!({
        "request": "create", "room": room, "publishers": 100, "bitrate": 0,
        "videocodec": "vp8", "audiocodec": "opus", "notify_joining": false,
    });
    let reply = handle.message(body, None).await?;
    plugin_error(&reply)
}

/// Joins as publisher with the feed number of the role's identity, or as subscriber of feed 1.
///
/// # Errors
/// See [`JoinError`].
pub(crate) async fn join(
    target: &Target,
    fleet: &Fleet,
    role: &Role,
    room: u64,
    feeds: &[u64],
) -> Result<Joined, JoinError> {
    let entered = async {
        let mut handle = Handle::attach(target).await?;
        let receives = if role.publish.is_empty() {
            Some(subscribe(&mut handle, fleet, room, feeds).await?)
        } else {
            publish(&mut handle, fleet, role, room).await?;
            None
        };
        let connection = Connection(tokio::spawn(handle.keep_alive()));
        Ok(Joined {
            receives,
            connection,
        })
    };
    timeout(JOIN_TIMEOUT, entered)
        .await
        .map_err(|_| JoinError::TimedOut)?
}

async fn subscribe(
    handle: &mut Handle,
    fleet: &Fleet,
    room: u64,
    feeds: &[u64],
) -> Result<EndpointId, JoinError> {
    let streams: Vec<Value> = feeds.iter().map(|feed| json!({ "feed": feed })).collect();
    let body = json!({
        "request": "join", "ptype": "subscriber", "room": room, "streams": streams,
    });
    let mut reply = handle.message(body.clone(), None).await?;
    // A feed can be subscribed to once its publisher's media is connected; the join's own limit
    // ends the wait.
    while reply["plugindata"]["data"]["error_code"] == json!(NO_SUCH_FEED) {
        sleep(FEED_RETRY).await;
        reply = handle.message(body.clone(), None).await?;
    }
    plugin_error(&reply)?;
    let offer = text(&reply["jsep"]["sdp"])?;
    let id = fleet.add(Way::Receives).await.map_err(JoinError::Media)?;
    let answer = fleet.offer(id, offer).await.map_err(JoinError::Media)?;
    let jsep = json!({ "type": "answer", "sdp": answer });
    plugin_error(
        &handle
            .message(json!({ "request": "start" }), Some(jsep))
            .await?,
    )?;
    Ok(id)
}

async fn publish(
    handle: &mut Handle,
    fleet: &Fleet,
    role: &Role,
    room: u64,
) -> Result<(), JoinError> {
    let feed: u64 = role.identity.parse().unwrap_or(1);
    let body = json!({ "request": "join", "ptype": "publisher", "room": room, "id": feed });
    plugin_error(&handle.message(body, None).await?)?;
    let id = fleet.add(Way::Sends).await.map_err(JoinError::Media)?;
    let tracks = role
        .publish
        .iter()
        .enumerate()
        .map(|(at, s)| (*s, format!("bench-{at}")));
    let sdp = fleet
        .publish(id, tracks.collect())
        .await
        .map_err(JoinError::Media)?;
    let jsep = json!({ "type": "offer", "sdp": sdp });
    let reply = handle
        .message(json!({ "request": "publish" }), Some(jsep))
        .await?;
    plugin_error(&reply)?;
    fleet
        .answer(id, text(&reply["jsep"]["sdp"])?)
        .await
        .map_err(JoinError::Media)
}

/// A session with one plugin handle on a connection of its own.
struct Handle {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    session: u64,
    handle: u64,
    transaction: u64,
}

impl Handle {
    async fn attach(target: &Target) -> Result<Self, JoinError> {
        let failed = |source| JoinError::Connect {
            url: target.url.clone(),
            source: Box::new(source),
        };
        let mut request = target.url.as_str().into_client_request().map_err(failed)?;
        let protocol = HeaderValue::from_static("janus-protocol");
        request
            .headers_mut()
            .insert("Sec-WebSocket-Protocol", protocol);
        let (socket, _) = connect_async_with_config(request, None, NO_DELAY)
            .await
            .map_err(failed)?;
        let mut new = Self {
            socket,
            session: 0,
            handle: 0,
            transaction: 0,
        };
        new.session = number(&new.ask(json!({ "janus": "create" })).await?["data"]["id"])?;
        let attach = json!({ "janus": "attach", "plugin": "janus.plugin.videoroom" });
        new.handle = number(&new.ask(attach).await?["data"]["id"])?;
        Ok(new)
    }

    async fn message(&mut self, body: Value, jsep: Option<Value>) -> Result<Value, JoinError> {
        let mut request = json!({ "janus": "message", "body": body });
        if let Some(jsep) = jsep {
            request["jsep"] = jsep;
        }
        self.ask(request).await
    }

    /// Sends and waits for the answer; an `ack` only announces one.
    async fn ask(&mut self, mut request: Value) -> Result<Value, JoinError> {
        self.transaction += 1;
        let transaction = self.transaction.to_string();
        request["transaction"] = json!(transaction);
        if self.session != 0 {
            request["session_id"] = json!(self.session);
        }
        if self.handle != 0 {
            request["handle_id"] = json!(self.handle);
        }
        self.send(&request).await?;
        loop {
            let reply = self.receive().await?;
            if reply["transaction"] != json!(transaction) || reply["janus"] == "ack" {
                continue;
            }
            if reply["janus"] == "error" {
                return Err(JoinError::Refused(reply["error"].to_string()));
            }
            return Ok(reply);
        }
    }

    async fn send(&mut self, request: &Value) -> Result<(), JoinError> {
        let sent = self
            .socket
            .send(Message::Text(request.to_string().into()))
            .await;
        sent.map_err(|error| JoinError::Ended(error.to_string()))
    }

    async fn receive(&mut self) -> Result<Value, JoinError> {
        loop {
            let message = self.socket.next().await;
            let message = message.ok_or_else(|| JoinError::Ended("closed".into()))?;
            let message = message.map_err(|error| JoinError::Ended(error.to_string()))?;
            if let Message::Text(text) = message {
                return serde_json::from_str(&text).map_err(|e| JoinError::Ended(e.to_string()));
            }
        }
    }

    async fn keep_alive(mut self) {
        let mut clock = interval(KEEP_ALIVE_EVERY);
        loop {
            let alive = tokio::select! {
                received = self.receive() => received.map(drop),
                _ = clock.tick() => {
                    let session = self.session;
                    let request = json!({
                        "janus": "keepalive", "session_id": session, "transaction": "alive",
                    });
                    self.send(&request).await
                }
            };
            if alive.is_err() {
                return;
            }
        }
    }
}

fn plugin_error(reply: &Value) -> Result<(), JoinError> {
    match &reply["plugindata"]["data"]["error"] {
        Value::Null => Ok(()),
        error => Err(JoinError::Refused(error.to_string())),
    }
}

fn number(value: &Value) -> Result<u64, JoinError> {
    value
        .as_u64()
        .ok_or_else(|| JoinError::Refused("an id is missing".into()))
}

fn text(value: &Value) -> Result<String, JoinError> {
    let text = value
        .as_str()
        .ok_or_else(|| JoinError::Refused("no SDP in the reply".into()))?;
    Ok(text.to_owned())
}
