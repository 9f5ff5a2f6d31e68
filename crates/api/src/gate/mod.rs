//! What every request passes, in this order: who asks, whether he may, how often, and whether the
//! same request has been answered before.

pub(crate) mod access;
pub(crate) mod caller;
pub(crate) mod csrf;
pub(crate) mod idempotency;
pub(crate) mod rate;

pub(crate) use caller::{Caller, SESSION_COOKIE};

use crate::Api;
use crate::problem::Problem;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// A room with a full agenda is some tens of kilobytes; files come by endpoints of their own.
pub(crate) const MAX_BODY_BYTES: usize = 256 * 1024;

pub(crate) async fn pass(State(api): State<Api>, request: Request, next: Next) -> Response {
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let is_read = request.method() == Method::GET || request.method() == Method::HEAD;
    let mut response = passed(api, request, next)
        .await
        .unwrap_or_else(IntoResponse::into_response);
    if is_read && is_known(&response, known.as_ref()) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = axum::body::Body::empty();
        response.headers_mut().remove(header::CONTENT_LENGTH);
    }
    let nosniff = HeaderValue::from_static("nosniff");
    response
        .headers_mut()
        .insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    response
}

async fn passed(api: Api, mut request: Request, next: Next) -> Result<Response, Problem> {
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned())
        .ok_or_else(Problem::not_found)?;
    let need = access::needed(request.method(), &path).ok_or_else(Problem::not_found)?;
    let caller = caller::identify(&api, need, request.method(), request.headers()).await;
    let address = caller::address(&api, request.extensions(), request.headers());
    let tally = api
        .rates()
        .take(need, caller.as_ref().ok(), address, api.now_ms());
    let admitted = match (tally.is_over(), caller) {
        (true, _) => Err(tally.too_many()),
        (false, Err(problem)) => Err(problem),
        (false, Ok(caller)) => need.admits(&caller.actor).map(|()| caller),
    };
    let answered = match admitted {
        Err(problem) => problem.into_response(),
        Ok(caller) => {
            let scope = caller.actor.audit_name();
            request.extensions_mut().insert(caller);
            let limit = match need.is_upload() {
                true => DefaultBodyLimit::disable(),
                false => DefaultBodyLimit::max(MAX_BODY_BYTES),
            };
            limit.apply(&mut request);
            idempotency::answer(&api, &scope, request, next)
                .await
                .unwrap_or_else(IntoResponse::into_response)
        }
    };
    Ok(tally.told(answered))
}

/// Whether the asker has this version already (RFC 9110, section 13.1.2).
fn is_known(response: &Response, known: Option<&HeaderValue>) -> bool {
    let (Some(known), Some(present)) = (known, response.headers().get(header::ETAG)) else {
        return false;
    };
    let (Ok(known), Ok(present)) = (known.to_str(), present.to_str()) else {
        return false;
    };
    response.status() == StatusCode::OK
        && known
            .split(',')
            .any(|tag| tag.trim().trim_start_matches("W/") == present)
}
