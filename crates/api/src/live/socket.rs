use super::command::MAX_COMMAND_BYTES;
use super::{grant, newcomer};
use crate::Api;
use crate::extract::Query;
use crate::problem::Problem;
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use futures_util::SinkExt;
use room::Listener;
use room_core::features::Refused;
use room_core::{Caller as LiveCaller, JoinRefusal, Newcomer};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use utoipa::IntoParams;

/// Before the 30 s after which common proxies close a silent connection.
const PING_EVERY: Duration = Duration::from_secs(20);
/// A client that has answered no ping for so long is gone.
const SILENCE: Duration = Duration::from_secs(60);

/// Texts in one write; a listener for whom more than this waits is behind anyway.
const MAX_TOGETHER: usize = 256;

/// Most commands are some hundred bytes. The buffer is allocated for each connection, and the
/// library's 128 KiB times an audience of ten thousand would be more than a gigabyte.
const READ_BUFFER_BYTES: usize = 4 * 1024;

/// The room has ended.
const ENDED: u16 = 4000;
/// The person was removed, or may not come in.
const REMOVED: u16 = 4001;
/// The token is not good.
const BAD_TOKEN: u16 = 4003;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SocketQuery {
    /// A token of the room.
    access_token: Option<String>,
}

/// A command as it comes over the socket.
#[derive(Debug, Deserialize)]
struct Call {
    id: u64,
    method: String,
    params: Option<Value>,
}

/// The room as a WebSocket, for an audience without media
///
/// docs/room-protocol.md says what is spoken on it and with which codes it closes.
#[utoipa::path(
    get, path = "/room/ws", operation_id = "room_socket", tag = "live",
    params(SocketQuery),
    responses((status = 101, description = "The room's socket"))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    Query(query): Query<SocketQuery>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let upgrade = upgrade.map_err(|rejection| {
        Problem::new(rejection.status(), "malformed", rejection.body_text())
            .with("where", "headers")
    })?;
    let grant = grant(&api, query.access_token.as_deref().unwrap_or_default());
    let upgrade = upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .max_message_size(MAX_COMMAND_BYTES)
        .max_frame_size(MAX_COMMAND_BYTES);
    Ok(upgrade.on_upgrade(async move |socket| match grant {
        // A browser cannot read the status of a refused upgrade; it can read a close code.
        Err(_) => close(socket, BAD_TOKEN, "the token is not good").await,
        Ok(grant) => serve(&api, socket, &grant.room, newcomer(&grant)).await,
    }))
}

async fn serve(api: &Api, mut socket: WebSocket, room: &str, newcomer: Newcomer) {
    let listener = api.ports().live.listen(room, newcomer.clone()).await;
    match listener {
        Ok(listener) => talk(api, socket, room, newcomer, listener).await,
        Err(refusal) => {
            let code = match refusal {
                JoinRefusal::Ended => ENDED,
                JoinRefusal::TokenRevoked => BAD_TOKEN,
                JoinRefusal::Banned | JoinRefusal::Locked => REMOVED,
                _ => close_code::AGAIN,
            };
            let refused = serde_json::json!({ "refusal": {
                "code": refusal.code(), "message": refusal.to_string() } });
            socket.send(Message::text(refused.to_string())).await.ok();
            close(socket, code, refusal.code()).await;
        }
    }
}

/// Until one of both ends it. Commands are run one after another, and while one runs the client is
/// not read from: that is what holds a hasty client back.
async fn talk(
    api: &Api,
    mut socket: WebSocket,
    room: &str,
    newcomer: Newcomer,
    mut listener: Listener,
) {
    let mut ping = tokio::time::interval(PING_EVERY);
    let mut heard = tokio::time::Instant::now();
    let mut rested = heard;
    loop {
        let (first, last) = tokio::select! {
            told = hear(&mut listener, rested) => match told {
                Some(text) => (Some(message(&text)), None),
                None => {
                    // The room does not say whether it ended or put him out; whether it is still
                    // there does.
                    let code = match api.ports().live.look(room).await {
                        Some(_) => REMOVED,
                        None => ENDED,
                    };
                    return close(socket, code, "it is over").await;
                }
            },
            came = socket.recv() => {
                let Some(Ok(message)) = came else { return };
                heard = tokio::time::Instant::now();
                match message {
                    Message::Text(text) => {
                        let answer = answer(api, room, &newcomer, text.as_str()).await;
                        (None, answer.map(Message::text))
                    }
                    Message::Close(_) => return,
                    Message::Binary(_) => {
                        return close(socket, close_code::UNSUPPORTED, "text only").await;
                    }
                    Message::Ping(_) | Message::Pong(_) => continue,
                }
            }
            _ = ping.tick() => {
                if heard.elapsed() > SILENCE {
                    return;
                }
                (None, Some(Message::Ping(Default::default())))
            }
        };
        let written = write(&mut socket, &mut listener, first, last);
        // Who takes nothing for so long is gone as well, and his connection with him.
        if !matches!(tokio::time::timeout(SILENCE, written).await, Ok(Ok(()))) {
            return;
        }
        rested = tokio::time::Instant::now() + listener.rest();
    }
}

/// The next text, not before `rested`: what comes until then goes out with it. Cancel-safe.
async fn hear(listener: &mut Listener, rested: tokio::time::Instant) -> Option<Arc<str>> {
    tokio::time::sleep_until(rested).await;
    listener.recv().await
}

/// All that was told until now, in one write; an answer comes after what it caused.
async fn write(
    socket: &mut WebSocket,
    listener: &mut Listener,
    first: Option<Message>,
    last: Option<Message>,
) -> Result<(), axum::Error> {
    if let Some(message) = first {
        socket.feed(message).await?;
    }
    for _ in 0..MAX_TOGETHER {
        let Some(text) = listener.recv_now() else {
            break;
        };
        socket.feed(message(&text)).await?;
    }
    if let Some(message) = last {
        socket.feed(message).await?;
    }
    socket.flush().await
}

fn message(text: &str) -> Message {
    Message::text(text.to_owned())
}

async fn answer(api: &Api, room: &str, newcomer: &Newcomer, text: &str) -> Option<String> {
    let call: Call = match serde_json::from_str(text) {
        Ok(call) => call,
        Err(error) => {
            let refusal = serde_json::json!({ "id": null, "refusal": {
                "code": "malformed", "where": "", "message": error.to_string() } });
            return Some(refusal.to_string());
        }
    };
    let caller = LiveCaller::Person(newcomer.clone());
    let params = call
        .params
        .map_or_else(|| "{}".to_owned(), |params| params.to_string());
    let result = api
        .ports()
        .live
        .command(room, caller, &call.method, &params)
        .await;
    Some(match result {
        Ok(reply) => serde_json::json!({ "id": call.id, "reply": reply }).to_string(),
        Err(refused) => refusal(call.id, &refused),
    })
}

fn refusal(id: u64, refused: &Refused) -> String {
    format!("{{\"id\":{id},\"refusal\":{}}}", refused.to_json())
}

async fn close(mut socket: WebSocket, code: u16, reason: &str) {
    let frame = CloseFrame {
        code,
        reason: reason.into(),
    };
    socket.send(Message::Close(Some(frame))).await.ok();
}
