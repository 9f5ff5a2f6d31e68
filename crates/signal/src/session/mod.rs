//! One WebSocket of one client, from its first message to its close.
//!
//! Between the socket and a [`room::Session`]: decodes and bounds what comes in, encodes what goes
//! out, answers pings, watches for silence, for floods and for clients that do not read. When it
//! ends without a leave, dropping the room's session tells the room that the connection broke, and
//! the participant stays for a while so that he can resume.

mod codec;
mod end;
mod flood;
mod surroundings;

use crate::State;
use crate::convert::request::{self, Incoming};
use crate::convert::response;
use crate::websocket::{Malformed, Message, WebSocket};
use base::clock::OsClock;
use bytes::Bytes;
use codec::{Codec, Undecodable};
use end::{CLOSE_TIMEOUT, End};
use flood::Flood;
use livekit_protocol as wire;
use room_core::model::{DisconnectReason, LeaveAction, RequestReason};
use room_core::{ClientCommand, ServerMessage};
use std::time::Duration;
use surroundings::SessionSurroundings;
pub(crate) use surroundings::server_info;
use tokio::time::{Instant, timeout, timeout_at};
use wire::signal_response::Message as Response;

/// Serves one client until it leaves, breaks off, or is sent away.
pub(crate) async fn run(state: State, socket: WebSocket, room: room::Session, key: String) {
    metrics::gauge!("stoa_signal_sessions").increment(1);
    let mut session = Session {
        surroundings: SessionSurroundings::new(&state, room.participant().clone(), key),
        flood: Flood::new(
            state.limits.messages_per_second,
            state.limits.messages_burst,
            OsClock.now(),
        ),
        limits: state.limits,
        codec: Codec::Binary,
        open_offer: 0,
        socket,
        room,
    };
    let end = session.serve().await;
    metrics::gauge!("stoa_signal_sessions").decrement(1);
    metrics::counter!("stoa_signal_ends_total", "why" => end.label()).increment(1);
    tracing::debug!(
        participant = session.room.participant().as_str(),
        why = end.label(),
        "signalling connection ends"
    );
    let Session { socket, room, .. } = session;
    // The room learns of it now, not when the socket has been closed politely.
    drop(room);
    end.close(socket).await;
}

/// Tells a client that its stay is over, so that it joins anew.
pub(crate) async fn send_back(mut socket: WebSocket) {
    let leave = response::leave(LeaveAction::Reconnect, DisconnectReason::StateMismatch);
    let leave = Codec::Binary.encode(&wire::SignalResponse {
        message: Some(Response::Leave(leave)),
    });
    if timeout(CLOSE_TIMEOUT, socket.send(leave)).await.is_ok() {
        End::Room.close(socket).await;
    }
}

/// How long nothing has been heard.
struct Silence {
    deadline: Instant,
    /// Whether the client has been asked for a sign of life.
    asked: bool,
}

impl Silence {
    fn new(limit: Duration) -> Self {
        Self {
            deadline: Instant::from_std(OsClock.now()) + limit / 2,
            asked: false,
        }
    }
}

struct Session {
    surroundings: SessionSurroundings,
    limits: crate::SessionLimits,
    flood: Flood,
    codec: Codec,
    /// The last offer to the client: native ones do not say which offer they answer, and there is
    /// only ever one open.
    open_offer: u32,
    socket: WebSocket,
    room: room::Session,
}

impl Session {
    async fn serve(&mut self) -> End {
        let mut silence = Silence::new(self.limits.silence);
        loop {
            let step = tokio::select! {
                message = self.room.recv() => match message {
                    // What a message takes to be handled is many times what waiting for it takes.
                    Some(message) => Box::pin(self.tell(message)).await,
                    None => Err(End::Room),
                },
                frame = timeout_at(silence.deadline, self.socket.recv()) => match frame {
                    Ok(frame) => {
                        silence = Silence::new(self.limits.silence);
                        Box::pin(self.hear(frame)).await
                    }
                    Err(_) => self.bear(&mut silence).await,
                },
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    /// Asks once before giving up: the oldest clients send no pings of their own.
    async fn bear(&mut self, silence: &mut Silence) -> Result<(), End> {
        if silence.asked {
            return Err(End::Silent);
        }
        silence.asked = true;
        silence.deadline += self.limits.silence / 2;
        self.write(Message::Ping(Bytes::new())).await
    }

    async fn tell(&mut self, message: ServerMessage) -> Result<(), End> {
        if let ServerMessage::Offer { id, .. } = message {
            self.open_offer = id;
        }
        match response::to_wire(&message, &self.surroundings) {
            Some(response) => self.send(&response).await,
            None => Ok(()),
        }
    }

    async fn hear(&mut self, message: Option<Result<Message, Malformed>>) -> Result<(), End> {
        let message = match message {
            Some(Ok(message)) => message,
            Some(Err(malformed)) => return Err(End::of(malformed)),
            None => return Err(End::Client),
        };
        let bytes = match &message {
            Message::Binary(bytes) => bytes.len(),
            Message::Text(text) => text.len(),
            Message::Ping(_) | Message::Pong(_) => 0,
            Message::Close(_) => {
                self.write(message).await?;
                return Err(End::Client);
            }
        };
        if !self.flood.allows(OsClock.now(), bytes) {
            return self.refuse_flood().await;
        }
        if let Message::Ping(bytes) = message {
            return self.write(Message::Pong(bytes)).await;
        }
        match Codec::decode(message) {
            Ok(Some((codec, request))) => {
                // The client is answered in the language that it speaks.
                self.codec = codec;
                self.obey(request).await
            }
            Ok(None) => Ok(()),
            Err(Undecodable) => self.complain("not a signal request").await,
        }
    }

    async fn obey(&mut self, request: wire::SignalRequest) -> Result<(), End> {
        match request::from_wire(request) {
            Ok(Incoming::Command(ClientCommand::Answer { id: 0, sdp })) => {
                let id = self.open_offer;
                self.command(ClientCommand::Answer { id, sdp }).await
            }
            Ok(Incoming::Command(command)) => self.command(command).await,
            Ok(Incoming::Ping(_)) => self.reply(Response::Pong(unix_ms())).await,
            Ok(Incoming::PingReq { timestamp }) => {
                let pong = wire::Pong {
                    last_ping_timestamp: timestamp,
                    timestamp: unix_ms(),
                };
                self.reply(Response::PongResp(pong)).await
            }
            Ok(Incoming::Unsupported { request_id }) => {
                self.answer(
                    request_id,
                    RequestReason::UnsupportedType,
                    "this server keeps no data blobs",
                )
                .await
            }
            Ok(Incoming::Unknown) => Ok(()),
            Err(out_of_bounds) => self.complain(&out_of_bounds.to_string()).await,
        }
    }

    async fn command(&mut self, command: ClientCommand) -> Result<(), End> {
        self.room.send(command).await.map_err(|_| End::Room)
    }

    /// A message that cannot be obeyed is dropped and counted; the client hears of it.
    async fn complain(&mut self, why: &str) -> Result<(), End> {
        metrics::counter!("stoa_signal_bad_messages_total").increment(1);
        if !self.flood.allows_fault(OsClock.now()) {
            return self.refuse_flood().await;
        }
        self.answer(0, RequestReason::InvalidRequest, why).await
    }

    async fn answer(
        &mut self,
        request_id: u32,
        reason: RequestReason,
        message: &str,
    ) -> Result<(), End> {
        use crate::convert::enums::Numbered;
        self.reply(Response::RequestResponse(wire::RequestResponse {
            request_id,
            reason: reason.to_wire(),
            message: message.to_owned(),
            request: None,
        }))
        .await
    }

    /// The offender is told to go and not to come back by itself.
    async fn refuse_flood(&mut self) -> Result<(), End> {
        let leave = response::leave(
            LeaveAction::Disconnect,
            DisconnectReason::ParticipantRemoved,
        );
        self.reply(Response::Leave(leave)).await?;
        // For the room he has left: nothing is kept for a resume.
        let gone = ClientCommand::Leave {
            reason: DisconnectReason::ParticipantRemoved,
            action: LeaveAction::Disconnect,
        };
        let _ = timeout(self.limits.write_timeout, self.room.send(gone)).await;
        Err(End::Flood)
    }

    async fn reply(&mut self, message: Response) -> Result<(), End> {
        self.send(&wire::SignalResponse {
            message: Some(message),
        })
        .await
    }

    async fn send(&mut self, response: &wire::SignalResponse) -> Result<(), End> {
        self.write(self.codec.encode(response)).await
    }

    async fn write(&mut self, frame: Message) -> Result<(), End> {
        match timeout(self.limits.write_timeout, self.socket.send(frame)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Client),
            Err(_) => Err(End::SlowReader),
        }
    }
}

fn unix_ms() -> i64 {
    i64::try_from(OsClock.unix_ms()).unwrap_or(i64::MAX)
}
