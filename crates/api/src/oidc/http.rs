//! How the provider is asked: not for long, without redirects, and for a bounded answer.

use openidconnect::{HttpRequest, HttpResponse};
use std::time::Duration;

/// Somebody waits in front of an empty page.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Descriptions and key sets are some tens of kilobytes.
const MAX_BYTES: usize = 1024 * 1024;

#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpFailure {
    #[error("no answer")]
    Failed(#[from] reqwest::Error),
    #[error("the answer is too long")]
    TooLong,
    #[error("the answer cannot be read")]
    Unreadable(#[from] openidconnect::http::Error),
}

pub(super) fn client() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .timeout(TIMEOUT)
        // A redirect could lead to where only this server may go.
        .redirect(reqwest::redirect::Policy::none())
        .build()
}

pub(super) async fn send(
    client: reqwest::Client,
    request: HttpRequest,
) -> Result<HttpResponse, HttpFailure> {
    let mut answer = client.execute(request.try_into()?).await?;
    let mut response = openidconnect::http::Response::builder().status(answer.status());
    if let Some(headers) = response.headers_mut() {
        headers.clone_from(answer.headers());
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if body.len() + chunk.len() > MAX_BYTES {
            return Err(HttpFailure::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(response.body(body)?)
}
