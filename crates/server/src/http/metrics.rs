//! `/metrics` in the Prometheus text format.

use crate::problem::Problem;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base::Redacted;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::Arc;
use std::time::Duration;

/// From a fast local join to the patience of a person, roughly doubling.
const SECONDS_BUCKETS: [f64; 12] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];
/// From a link that loses nothing to speak of to one that carries no call.
const RATIO_BUCKETS: [f64; 10] = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7];
/// Histograms collect samples until upkeep folds them; often enough that a busy minute stays small.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// Takes up all metrics of the process from here on; to be called once, inside the runtime.
pub(crate) fn begin() -> Result<PrometheusHandle, Problem> {
    let tried = |wrong: &dyn std::fmt::Display| {
        Problem::new(
            "begin measuring",
            wrong,
            "this is a fault of Stoa; please report it",
        )
    };
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS_BUCKETS)
        .and_then(|builder| {
            builder.set_buckets_for_metric(Matcher::Suffix("_ratio".to_owned()), &RATIO_BUCKETS)
        })
        .map_err(|error| tried(&error))?
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|error| tried(&error))?;
    let upkeep = handle.clone();
    tokio::spawn(async move {
        let mut every = tokio::time::interval(UPKEEP_EVERY);
        loop {
            every.tick().await;
            upkeep.run_upkeep();
        }
    });
    Ok(handle)
}

/// Reads counters that nobody pushes.
type Look = Arc<dyn Fn() + Send + Sync>;

#[derive(Clone)]
struct Page {
    handle: PrometheusHandle,
    token: Redacted<String>,
    look: Look,
}

/// With an empty `token` everybody may read. `look` is called before each answer, to measure what
/// is cheap enough to be read when somebody asks.
pub(crate) fn routes(handle: PrometheusHandle, token: &str, look: Look) -> Router {
    let page = Page {
        handle,
        token: Redacted::new(token.to_owned()),
        look,
    };
    Router::new().route("/metrics", get(show)).with_state(page)
}

async fn show(State(page): State<Page>, headers: HeaderMap) -> Response {
    let wanted = page.token.expose();
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    if !wanted.is_empty() && given != Some(wanted) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    measure_process();
    (page.look)();
    let kind = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    (kind, page.handle.render()).into_response()
}

fn measure_process() {
    if let Ok(descriptors) = net::machine::descriptors() {
        metrics::gauge!("stoa_process_open_descriptors").set(descriptors.open as f64);
        metrics::gauge!("stoa_process_max_descriptors").set(descriptors.limit as f64);
    }
}
