//! The paths that clients request.

use crate::State;
use crate::connect::{self, Connect, Endpoint, Purpose, Refused};
use crate::session;
use crate::token::{Claims, TokenError};
use axum::Router;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
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
    let validate_v0 = get(validate_v0).options(preflight);
    let validate_v1 = get(validate_v1).options(preflight);
    Router::new()
        .route("/", get(health).options(preflight))
        .route("/rtc", get(connect_v0))
        .route("/rtc/v1", get(connect_v1))
        .route("/rtc/validate", validate_v0)
        .route("/rtc/v1/validate", validate_v1)
        .with_state(state)
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

async fn validate_v0(state: Shared<State>, query: RawQuery, headers: HeaderMap) -> Response {
    validate(Endpoint::V0, &state, query, &headers)
}

async fn validate_v1(state: Shared<State>, query: RawQuery, headers: HeaderMap) -> Response {
    validate(Endpoint::V1, &state, query, &headers)
}

type Upgrade = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;

async fn connect_v0(
    state: Shared<State>,
    query: RawQuery,
    headers: HeaderMap,
    upgrade: Upgrade,
) -> Response {
    connect(Endpoint::V0, &state, query, &headers, upgrade).await
}

async fn connect_v1(
    state: Shared<State>,
    query: RawQuery,
    headers: HeaderMap,
    upgrade: Upgrade,
) -> Response {
    connect(Endpoint::V1, &state, query, &headers, upgrade).await
}

/// A browser does not tell its page why a WebSocket failed; the client asks here, with the same
/// parameters, for the reason.
fn validate(
    endpoint: Endpoint,
    state: &State,
    RawQuery(query): RawQuery,
    headers: &HeaderMap,
) -> Response {
    match authorize(endpoint, state, &query.unwrap_or_default(), headers) {
        Ok(_) => ([(ACCESS_CONTROL_ALLOW_ORIGIN, "*")], "success").into_response(),
        Err(refused) => refused.into_response(),
    }
}

async fn connect(
    endpoint: Endpoint,
    state: &State,
    RawQuery(query): RawQuery,
    headers: &HeaderMap,
    upgrade: Upgrade,
) -> Response {
    let Ok(upgrade) = upgrade else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let upgrade = upgrade
        .max_message_size(state.limits.message_bytes)
        .max_frame_size(state.limits.message_bytes);
    let (connect, claims) = match authorize(endpoint, state, &query.unwrap_or_default(), headers) {
        Ok(authorized) => authorized,
        Err(refused) => {
            metrics::counter!("stoa_signal_refused_total").increment(1);
            return refused.into_response();
        }
    };
    match connect.purpose {
        Purpose::Join(join) => match state.rooms.join(&connect.room, *join).await {
            Ok(session) => serve(state, upgrade, session, claims),
            Err(refusal) => {
                metrics::counter!("stoa_signal_refused_total").increment(1);
                Refused::from(refusal).into_response()
            }
        },
        Purpose::Resume(resume) => match state.rooms.resume(&connect.room, *resume).await {
            Ok(session) => serve(state, upgrade, session, claims),
            // Clients expect this answer inside the connection, and then join anew.
            Err(gone) => {
                tracing::debug!(%gone, "nothing to resume");
                upgrade.on_upgrade(session::send_back)
            }
        },
    }
}

fn serve(
    state: &State,
    upgrade: WebSocketUpgrade,
    session: room::Session,
    claims: Claims,
) -> Response {
    let state = state.clone();
    upgrade.on_upgrade(move |socket: WebSocket| session::run(state, socket, session, claims.iss))
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

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().to_owned())
}
