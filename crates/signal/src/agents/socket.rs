//! One worker's WebSocket.

use super::dispatch::ToWorker;
use super::task::{Agents, Connected};
use super::wire::{Encoding, read, write};
use crate::convert::grants::claims;
use crate::token::{ApiKeys, Claims, Right, TokenError};
use axum::Router;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base::clock::OsClock;
use futures_util::{SinkExt, StreamExt};
use livekit_protocol::ServerInfo;
use prost::Message as _;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// As the signalling connections of participants: a job carries a room, a participant and metadata.
const MAX_MESSAGE_BYTES: usize = 2 * 1024 * 1024;

/// Of each connection; the library's 128 KiB would be most of what one costs.
const READ_BUFFER_BYTES: usize = 2 * 1024;

/// Workers that are alive answer pings and report their load every few seconds. After three pings
/// without a sign the machine at the other end is gone.
const PING_INTERVAL: Duration = Duration::from_secs(10);
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// A worker that does not read blocks the socket; its queue overflows meanwhile.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// As upstream servers: an hour to join with the token of an assignment.
const TOKEN_LIFE_S: u64 = 3_600;

/// What a worker's connection needs of the server.
#[derive(Clone, Debug)]
pub struct WorkerDoor {
    pub agents: Agents,
    pub keys: Arc<ApiKeys>,
    /// How the server describes itself to workers.
    pub server: ServerInfo,
}

impl WorkerDoor {
    pub fn new(state: &crate::State, agents: Agents) -> Self {
        Self {
            agents,
            keys: state.keys.clone(),
            server: crate::session::server_info(state),
        }
    }
}

pub fn routes(door: WorkerDoor) -> Router {
    Router::new().route("/agent", get(upgrade)).with_state(door)
}

#[derive(Deserialize)]
struct Parameters {
    access_token: Option<String>,
}

async fn upgrade(
    State(door): State<WorkerDoor>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let key = match worker_key(&door, &headers, parameters.access_token) {
        Ok(key) => key,
        Err(error) => {
            let status = if error.is_about_rights() {
                StatusCode::FORBIDDEN
            } else {
                StatusCode::UNAUTHORIZED
            };
            return (status, error.to_string()).into_response();
        }
    };
    let connected = match door.agents.connect().await {
        Ok(Ok(connected)) => connected,
        Ok(Err(refusal)) => {
            return (StatusCode::SERVICE_UNAVAILABLE, refusal.to_string()).into_response();
        }
        Err(gone) => return (StatusCode::SERVICE_UNAVAILABLE, gone.to_string()).into_response(),
    };
    let agents = door.agents.clone();
    let id = connected.id.clone();
    upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .max_message_size(MAX_MESSAGE_BYTES)
        .on_failed_upgrade(move |_| {
            tokio::spawn(async move { agents.gone(id).await });
        })
        .on_upgrade(move |socket| serve(socket, door, key, connected))
}

/// The API key in whose name the worker speaks; its agents' tokens are signed with it.
fn worker_key(
    door: &WorkerDoor,
    headers: &HeaderMap,
    parameter: Option<String>,
) -> Result<String, TokenError> {
    let header = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| {
            value
                .strip_prefix("Bearer ")
                .or(value.strip_prefix("bearer "))
        });
    let token = header.or(parameter.as_deref()).ok_or(TokenError::Missing)?;
    let claims = door.keys.verify(token.trim(), OsClock.unix_ms() / 1_000)?;
    claims.require(Right::Agent)?;
    Ok(claims.iss)
}

async fn serve(mut socket: WebSocket, door: WorkerDoor, key: String, connected: Connected) {
    let Connected { id, mut messages } = connected;
    let mut encoding = Encoding::default();
    let mut heard = Instant::now();
    let mut pings = tokio::time::interval_at(heard + PING_INTERVAL, PING_INTERVAL);
    loop {
        let outgoing = tokio::select! {
            frame = socket.next() => {
                heard = Instant::now();
                let bytes = match frame {
                    Some(Ok(Message::Binary(bytes))) => {
                        encoding = Encoding::Protobuf;
                        bytes
                    }
                    Some(Ok(Message::Text(text))) => {
                        encoding = Encoding::Json;
                        text.into()
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                };
                match read(encoding, &bytes) {
                    Ok(Some(message)) => {
                        if door.agents.say(&id, message).await.is_err() {
                            break;
                        }
                        continue;
                    }
                    Ok(None) => continue,
                    Err(error) => {
                        tracing::info!(worker = %id, %error, "an agent worker is disconnected");
                        break;
                    }
                }
            }
            message = messages.recv() => match message {
                Some(message) => match encode(message, &id, &door, &key, encoding) {
                    Some(frame) => frame,
                    None => continue,
                },
                None => break,
            },
            _ = pings.tick() => {
                if heard.elapsed() > SILENCE_MAX {
                    break;
                }
                Message::Ping(bytes::Bytes::new())
            }
        };
        let written = tokio::time::timeout(WRITE_TIMEOUT, socket.send(outgoing)).await;
        if !matches!(written, Ok(Ok(()))) {
            break;
        }
    }
    door.agents.gone(id).await;
    // The other end may be gone already.
    tokio::time::timeout(WRITE_TIMEOUT, socket.close())
        .await
        .ok();
}

fn encode(
    message: ToWorker,
    id: &super::dispatch::WorkerId,
    door: &WorkerDoor,
    key: &str,
    encoding: Encoding,
) -> Option<Message> {
    let mint = |grants: &room_core::TokenGrants| {
        let now_s = OsClock.unix_ms() / 1_000;
        let signed = door.keys.sign(&Claims {
            iss: key.to_owned(),
            nbf: now_s,
            exp: now_s + TOKEN_LIFE_S,
            ..claims(grants)
        });
        signed.unwrap_or_else(|error| {
            tracing::error!(%error, "an agent's token could not be signed");
            String::new()
        })
    };
    let message = write(message, id, &door.server, mint);
    match encoding {
        Encoding::Protobuf => Some(Message::Binary(message.encode_to_vec().into())),
        Encoding::Json => match serde_json::to_string(&message) {
            Ok(text) => Some(Message::Text(Utf8Bytes::from(text))),
            Err(error) => {
                tracing::error!(%error, "a message to an agent worker cannot be written as JSON");
                None
            }
        },
    }
}
