use super::MAX_BYTES;
use crate::answer::Answer;
use crate::problem::Problem;
use axum::body::Body;
use axum::http::StatusCode;
use futures_util::StreamExt as _;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Measured {
    bytes: usize,
}

/// Bytes to be measured by, upwards
///
/// They are counted and forgotten.
#[utoipa::path(
    post, path = "/v1/probe/up", operation_id = "probe_up", tag = "probe",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "How many came", body = Measured))
)]
pub(crate) async fn handle(body: Body) -> Result<Answer, Problem> {
    let mut bytes = 0;
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "incomplete",
                "The bytes did not come to their end.",
            )
        })?;
        bytes += chunk.len();
        if bytes > MAX_BYTES {
            return Err(Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                "4 MiB are enough to measure by.",
            )
            .with("limit", MAX_BYTES));
        }
    }
    Ok(Answer::ok(&Measured { bytes }))
}
