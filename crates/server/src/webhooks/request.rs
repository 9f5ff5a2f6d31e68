//! One HTTP request to a receiver.

use super::Endpoints;
use crate::problem::Problem;
use base::clock::OsClock;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use signal::token::ApiKeys;
use signal::webhook::delivery::Answer;
use signal::webhook::sign;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use store::webhooks::Claimed;

/// A receiver should take the event down and answer; what it does about it is its own time.
const TIMEOUT: Duration = Duration::from_secs(10);

pub(super) struct Sender {
    client: reqwest::Client,
    keys: Arc<ApiKeys>,
    api_key: String,
}

impl Sender {
    pub(super) fn new(keys: Arc<ApiKeys>, endpoints: Endpoints) -> Result<Self, Problem> {
        for url in &endpoints.urls {
            let web = reqwest::Url::parse(url)
                .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            if !web {
                return Err(Problem::new(
                    "use an address of webhooks.urls",
                    "it is not an http or https URL",
                    "write it like https://example.org/stoa",
                ));
            }
        }
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            // A redirect would carry the signature to somebody else.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("stoa/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| {
                Problem::new(
                    "set up the webhook client",
                    error,
                    "check the machine's root certificates",
                )
            })?;
        Ok(Self {
            client,
            keys,
            api_key: endpoints.api_key,
        })
    }

    pub(super) async fn send(&self, claimed: &Claimed) -> Answer {
        let body = claimed.body.expose();
        let now_unix_s = OsClock.unix_ms() / 1_000;
        let token = match sign(&self.keys, &self.api_key, now_unix_s, body) {
            Ok(token) => token,
            Err(error) => return Answer::Unreachable(format!("it cannot be signed: {error}")),
        };
        let sent = self
            .client
            .post(&claimed.endpoint)
            .header(AUTHORIZATION, token)
            .header(CONTENT_TYPE, signal::webhook::CONTENT_TYPE)
            .body(body.clone())
            .send()
            .await;
        match sent {
            Ok(response) => Answer::Status(response.status().as_u16()),
            Err(error) => Answer::Unreachable(why(&error)),
        }
    }
}

/// The innermost cause, which is the one that tells: "connection refused". Without the address,
/// which may hold a secret.
fn why(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("no answer within {} s", TIMEOUT.as_secs());
    }
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
