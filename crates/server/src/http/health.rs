//! `/healthz`: the process answers. `/readyz`: it takes new calls.

use crate::stopping::Stopping;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

pub(crate) fn routes(stopping: Stopping) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .with_state(stopping)
}

async fn ready(State(stopping): State<Stopping>) -> (StatusCode, &'static str) {
    if stopping.is_draining() {
        (StatusCode::SERVICE_UNAVAILABLE, "draining\n")
    } else {
        (StatusCode::OK, "ready\n")
    }
}
