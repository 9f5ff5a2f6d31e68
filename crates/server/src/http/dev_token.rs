//! `POST /dev/token`: tokens for the call page, from a development server only.

use crate::cli::Grant;
use crate::config::Keys;
use crate::token::{Holder, issue};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use base::rng::Rng;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// A working day: a page that is left open keeps working.
const TTL: Duration = Duration::from_secs(8 * 3_600);
/// Longer names are refused: nobody types them.
const MAX_NAME_BYTES: usize = 128;

#[derive(Debug, Deserialize)]
struct Asked {
    room: String,
    name: String,
}

#[derive(Serialize)]
struct Given {
    identity: String,
    token: String,
}

pub(crate) fn routes(keys: Keys) -> Router {
    Router::new()
        .route("/dev/token", post(give))
        .with_state(Arc::new(keys))
}

async fn give(State(keys): State<Arc<Keys>>, Json(asked): Json<Asked>) -> Response {
    let bounded = |text: &str| !text.is_empty() && text.len() <= MAX_NAME_BYTES;
    if !bounded(&asked.room) || !bounded(&asked.name) {
        let told = format!("room and name each need 1 to {MAX_NAME_BYTES} bytes");
        return (StatusCode::BAD_REQUEST, told).into_response();
    }
    // Two people of one name, or one in two tabs, are two participants.
    let identity = Rng::from_os().id("guest-", 8);
    let holder = Holder {
        room: &asked.room,
        identity: &identity,
        name: Some(&asked.name),
        grants: &[
            Grant::Publish,
            Grant::Subscribe,
            Grant::Data,
            Grant::OwnMetadata,
        ],
        ttl: TTL,
    };
    match issue(&keys, &holder) {
        Ok(token) => Json(Given { identity, token }).into_response(),
        Err(problem) => (StatusCode::INTERNAL_SERVER_ERROR, problem.to_string()).into_response(),
    }
}
