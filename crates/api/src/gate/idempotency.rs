//! `Idempotency-Key`: a write that is sent again is answered again, not done again
//! (draft-ietf-httpapi-idempotency-key-header-07).
//!
//! The answer is kept in the transaction of the write itself ([`crate::extract::Write::commit`]), so
//! that there is no moment at which one exists without the other. Refusals are not kept: what is
//! refused has changed nothing, and may be right the next time.

use super::MAX_BODY_BYTES;
use crate::Api;
use crate::answer::Answer;
use crate::problem::Problem;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base::Redacted;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::collections::BTreeMap;
use store::Tx;
use store::idempotency::KeptAnswer;
use tenancy::secret;

const KEY: &str = "idempotency-key";
const REPEATED: HeaderName = HeaderName::from_static("idempotency-replayed");
const MAX_KEY_BYTES: usize = 255;
/// How long an answer is kept: whoever has not got it by then has given up.
pub const KEPT_MS: u64 = 24 * 3_600 * 1_000;

/// The key that a request came with.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    /// Whose key it is: two callers may choose the same.
    scope: String,
    key: String,
    fingerprint: String,
}

/// The kept answer to the same request, or else what `next` answers.
pub(super) async fn answer(
    api: &Api,
    scope: &str,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let is_write = [Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    let given = request.headers().get(KEY).cloned();
    let Some(given) = given.filter(|_| is_write.contains(request.method())) else {
        return Ok(next.run(request).await);
    };
    let key = parsed(&given)?;
    let (mut parts, body) = request.into_parts();
    let bytes = to_bytes(body, MAX_BODY_BYTES).await.map_err(|_| {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            "A request with an Idempotency-Key has a body of at most 256 KiB.",
        )
        .with("limit", MAX_BODY_BYTES)
    })?;
    let written = [
        parts.method.as_str().as_bytes(),
        parts.uri.to_string().as_bytes(),
        &bytes,
    ]
    .join(&0);
    let claim = Claim {
        scope: scope.to_owned(),
        key,
        fingerprint: URL_SAFE_NO_PAD.encode(secret::hash(&written)),
    };
    if let Some(answer) = repeated(api, &claim).await? {
        return Ok(answer.into_response());
    }
    parts.extensions.insert(claim);
    Ok(next
        .run(Request::from_parts(parts, Body::from(bytes)))
        .await)
}

/// The answer kept for this request.
///
/// # Errors
/// The key was used for another request.
pub(crate) async fn repeated(api: &Api, claim: &Claim) -> Result<Option<Answer>, Problem> {
    let mut reader = api.store().reader().await?;
    let kept = reader
        .idempotency_keys()
        .find(&claim.scope, &claim.key)
        .await?;
    let Some(kept) = kept else { return Ok(None) };
    if kept.fingerprint != claim.fingerprint {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "key_reused",
            "This Idempotency-Key was used for another request; use a new one.",
        ));
    }
    let named: BTreeMap<String, String> = serde_json::from_str(&kept.headers).unwrap_or_default();
    let mut headers = HeaderMap::new();
    for (name, value) in named {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
            headers.insert(name, value);
        }
    }
    headers.insert(REPEATED, HeaderValue::from_static("true"));
    Ok(Some(Answer {
        status: StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK),
        headers,
        body: kept.body.expose().clone(),
        kept_body: None,
    }))
}

/// Keeps an answer in the transaction of its write; false if another has been quicker.
pub(crate) async fn keep(
    tx: &mut Tx,
    now_ms: u64,
    claim: &Claim,
    answer: &Answer,
) -> Result<bool, Problem> {
    let headers: BTreeMap<&str, &str> = answer
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .collect();
    let body = answer.kept_body.as_ref().unwrap_or(&answer.body);
    let kept = KeptAnswer {
        fingerprint: claim.fingerprint.clone(),
        status: answer.status.as_u16(),
        headers: serde_json::to_string(&headers).unwrap_or_default(),
        body: Redacted::new(body.clone()),
    };
    Ok(tx
        .idempotency_keys()
        .keep(now_ms, &claim.scope, &claim.key, &kept)
        .await?)
}

/// For the moment between another's commit and our reading of it.
pub(crate) fn in_progress() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "in_progress",
        "A request with this Idempotency-Key is being answered; try again.",
    )
    .retry_after_s(1)
}

/// The draft has the key in quotes; many clients send it without.
fn parsed(value: &HeaderValue) -> Result<String, Problem> {
    let key = value.to_str().unwrap_or_default().trim_matches('"');
    if key.is_empty() || key.len() > MAX_KEY_BYTES {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "malformed",
            "An Idempotency-Key has 1 to 255 visible ASCII characters.",
        )
        .with("where", "Idempotency-Key"));
    }
    Ok(key.to_owned())
}
