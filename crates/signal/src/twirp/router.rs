//! From the path to the method.

use super::caller::{Caller, Services};
use super::codec::Encoding;
use super::error::{Code, TwirpError};
use super::{absent, agent_dispatch, room_service};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use prost::Message;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The largest request: metadata, attributes and the agents of a room, each at its limit, in JSON
/// that escapes every other byte. Data messages are smaller.
const MAX_BODY_BYTES: usize = 1024 * 1024;

pub fn routes(services: Services) -> Router {
    Router::new()
        .route("/twirp/{*path}", any(serve))
        .with_state(services)
}

async fn serve(
    State(services): State<Services>,
    Path(path): Path<String>,
    verb: Method,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let called = called(services, &path, &verb, &headers, body).await;
    let response = called.unwrap_or_else(IntoResponse::into_response);
    metrics::counter!("stoa_api_requests_total", "status" => response.status().as_u16().to_string())
        .increment(1);
    response
}

async fn called(
    services: Services,
    path: &str,
    verb: &Method,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, TwirpError> {
    if verb != Method::POST {
        return Err(TwirpError::new(
            Code::BadRoute,
            format!("{verb} is not how methods are called: use POST"),
        ));
    }
    let encoding = Encoding::from_headers(headers)?;
    // Before the body is read: strangers shall not make us hold their bytes.
    let caller = Caller::authenticate(services, headers)?;
    let body = axum::body::to_bytes(body, MAX_BODY_BYTES)
        .await
        .map_err(|_| {
            TwirpError::new(
                Code::Malformed,
                format!("the body cannot be read, or is larger than {MAX_BODY_BYTES} bytes"),
            )
        })?;
    let call = Call {
        caller,
        encoding,
        body,
    };
    let Some((service, method)) = path.split_once('/') else {
        return Err(no_such_path());
    };
    match service {
        "livekit.RoomService" => rooms(call, method).await,
        "livekit.AgentDispatchService" => agents(call, method).await,
        other => Err(absent::answer(other)),
    }
}

async fn rooms(call: Call, method: &str) -> Result<Response, TwirpError> {
    use room_service as m;
    match method {
        "CreateRoom" => call.answer(m::create_room::run).await,
        "ListRooms" => call.answer(m::list_rooms::run).await,
        "DeleteRoom" => call.answer(m::delete_room::run).await,
        "UpdateRoomMetadata" => call.answer(m::update_room_metadata::run).await,
        "ListParticipants" => call.answer(m::list_participants::run).await,
        "GetParticipant" => call.answer(m::get_participant::run).await,
        "RemoveParticipant" => call.answer(m::remove_participant::run).await,
        "UpdateParticipant" => call.answer(m::update_participant::run).await,
        "MutePublishedTrack" => call.answer(m::mute_published_track::run).await,
        "UpdateSubscriptions" => call.answer(m::update_subscriptions::run).await,
        "SendData" => call.answer(m::send_data::run).await,
        "PerformRpc" => call.answer(m::perform_rpc::run).await,
        "MoveParticipant" => call.answer(m::move_participant::run).await,
        "ForwardParticipant" => call.answer(m::forward_participant::run).await,
        other => Err(no_such_method(other)),
    }
}

async fn agents(call: Call, method: &str) -> Result<Response, TwirpError> {
    use agent_dispatch as m;
    match method {
        "CreateDispatch" => call.answer(m::create_dispatch::run).await,
        "DeleteDispatch" => call.answer(m::delete_dispatch::run).await,
        "ListDispatch" => call.answer(m::list_dispatch::run).await,
        other => Err(no_such_method(other)),
    }
}

/// A request to be read and answered.
struct Call {
    caller: Caller,
    encoding: Encoding,
    body: Bytes,
}

impl Call {
    async fn answer<Request, Reply, Running>(
        self,
        method: impl FnOnce(Caller, Request) -> Running,
    ) -> Result<Response, TwirpError>
    where
        Request: Message + Default + DeserializeOwned,
        Reply: Message + Serialize,
        Running: Future<Output = Result<Reply, TwirpError>>,
    {
        let request = self.encoding.read(&self.body)?;
        let reply = method(self.caller, request).await?;
        Ok(self.encoding.write(&reply))
    }
}

fn no_such_path() -> TwirpError {
    TwirpError::new(
        Code::BadRoute,
        "methods are called at /twirp/livekit.<Service>/<Method>",
    )
}

fn no_such_method(method: &str) -> TwirpError {
    TwirpError::new(
        Code::BadRoute,
        format!("the service has no method `{method}`"),
    )
}
