//! The paths that clients request.

use crate::State;
use crate::connect::{self, Connect, Endpoint, Purpose, Refused};
use crate::session;
use crate::token::{Claims, TokenError};
use crate::websocket::Upgrade;
use axum::Router;
use axum::extract::{RawQuery, State as Shared};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    AUTHORIZATION,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base::clock::OsClock;
use room_core::JoinRefusal;

/// The doors for participants: `/`, `/rtc`, `/rtc/v1` and their `validate`.
pub fn routes(state: State) -> Router {
    Router::new()
        .route("/", get(health).options(preflight))
        .merge(doors(Endpoint::V0, "/rtc", "/rtc/validate"))
        .merge(doors(Endpoint::V1, "/rtc/v1", "/rtc/v1/validate"))
        .with_state(state)
}

fn doors(endpoint: Endpoint, socket: &str, reason: &str) -> Router<State> {
    let enter = move |Shared(state): Shared<State>,
                      RawQuery(query): RawQuery,
                      headers: HeaderMap,
                      upgrade: Result<Upgrade, StatusCode>| async move {
        enter(endpoint, state, query.unwrap_or_default(), headers, upgrade).await
    };
    let validate = move |Shared(state): Shared<State>,
                         RawQuery(query): RawQuery,
                         headers: HeaderMap| async move {
        validate(endpoint, state, query.unwrap_or_default(), headers).await
    };
    Router::new()
        .route(socket, get(enter))
        .route(reason, get(validate).options(preflight))
}

/// Web clients ask for this when the browser believes to be online again.
async fn health() -> Response {
    ([(ACCESS_CONTROL_ALLOW_ORIGIN, "*")], "OK").into_response()
}

async fn preflight() -> Response {
    let headers = [
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "*, Authorization"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// A browser does not tell its page why a WebSocket failed; the client asks here, with the same
/// parameters, for the reason.
async fn validate(endpoint: Endpoint, state: State, query: String, headers: HeaderMap) -> Response {
    let refused = match authorize(endpoint, &state, &query, &headers) {
        Ok((connect, _)) if is_full(&state, &connect).await => JoinRefusal::RoomFull.into(),
        Ok(_) => return ([(ACCESS_CONTROL_ALLOW_ORIGIN, "*")], "success").into_response(),
        Err(refused) => refused,
    };
    refused.into_response()
}

async fn enter(
    endpoint: Endpoint,
    state: State,
    query: String,
    headers: HeaderMap,
    upgrade: Result<Upgrade, StatusCode>,
) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(status) => return status.into_response(),
    };
    let (connect, claims) = match authorize(endpoint, &state, &query, &headers) {
        Ok(authorized) => authorized,
        Err(refused) => return counted(refused),
    };
    match connect.purpose {
        Purpose::Join(join) => match state.rooms.join(&connect.room, *join).await {
            Ok(session) => serve(state, upgrade, session, claims),
            Err(refusal) => counted(refusal.into()),
        },
        Purpose::Resume(resume) => match state.rooms.resume(&connect.room, *resume).await {
            Ok(session) => serve(state, upgrade, session, claims),
            // Clients expect this answer inside the connection, and then join anew.
            Err(gone) => {
                tracing::debug!(%gone, "nothing to resume");
                upgrade.agree(state.limits.message_bytes, session::send_back)
            }
        },
    }
}

fn serve(state: State, upgrade: Upgrade, session: room::Session, claims: Claims) -> Response {
    let most_bytes = state.limits.message_bytes;
    upgrade.agree(most_bytes, move |socket| {
        session::run(state, socket, session, claims.iss)
    })
}

fn counted(refused: Refused) -> Response {
    metrics::counter!("stoa_signal_refused_total").increment(1);
    refused.into_response()
}

fn authorize(
    endpoint: Endpoint,
    state: &State,
    query: &str,
    headers: &HeaderMap,
) -> Result<(Connect, Claims), Refused> {
    let token = bearer(headers)
        .or_else(|| connect::query_token(query))
        .ok_or(TokenError::Missing)?;
    let claims = state.keys.verify(&token, OsClock.unix_ms() / 1_000)?;
    let connect = connect::read(endpoint, query, &claims)?;
    // Known before a room is asked, so that `validate` gives the same reason.
    if matches!(connect.purpose, Purpose::Join(_)) && state.rooms.is_draining() {
        return Err(JoinRefusal::Draining.into());
    }
    Ok((connect, claims))
}

/// The room decides when somebody joins; this only explains it afterwards.
async fn is_full(state: &State, connect: &Connect) -> bool {
    let Purpose::Join(join) = &connect.purpose else {
        return false;
    };
    if join.kind.is_dependent() {
        return false;
    }
    let rooms = state.rooms.list(std::slice::from_ref(&connect.room)).await;
    rooms.first().is_some_and(|room| {
        room.max_participants > 0 && room.num_participants >= room.max_participants
    })
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().to_owned())
}
