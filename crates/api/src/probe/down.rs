use super::MAX_BYTES;
use crate::Api;
use crate::extract::Query;
use crate::problem::Problem;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use serde::Deserialize;
use std::convert::Infallible;
use utoipa::IntoParams;

const CHUNK_BYTES: usize = 16 * 1024;
const DEFAULT_BYTES: usize = 256 * 1024;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DownQuery {
    #[param(minimum = 0, maximum = 4194304, default = 262144)]
    bytes: Option<usize>,
}

/// Bytes to be measured by
///
/// Random, so that nothing on the way makes them fewer.
#[utoipa::path(
    get, path = "/v1/probe/down", operation_id = "probe_down", tag = "probe",
    params(DownQuery),
    responses((status = 200, description = "As many as asked for, 4 MiB at most", body = Vec<u8>, content_type = "application/octet-stream"))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    Query(query): Query<DownQuery>,
) -> Result<Response, Problem> {
    let length = query.bytes.unwrap_or(DEFAULT_BYTES).min(MAX_BYTES);
    let mut rng = api.rng();
    let chunk: Vec<u8> = (0..CHUNK_BYTES / 8)
        .flat_map(|_| rng.next_u64().to_le_bytes())
        .collect();
    // The same chunk again and again: no compressor looks back over 16 KiB in passing through.
    let chunk = Bytes::from(chunk);
    let chunks = stream::unfold(length, move |left| {
        let next = chunk.slice(..left.min(CHUNK_BYTES));
        async move {
            let rest = left - next.len();
            (!next.is_empty()).then_some((Ok::<_, Infallible>(next), rest))
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CACHE_CONTROL, "no-store, no-transform"),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)));
    let length = [(header::CONTENT_LENGTH, HeaderValue::from(length))];
    Ok((StatusCode::OK, headers, length, Body::from_stream(chunks)).into_response())
}
