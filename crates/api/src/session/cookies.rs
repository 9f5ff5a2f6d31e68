//! The two cookies of a session, and those of the way to it.

use crate::Api;
use crate::answer::Answer;
use crate::gate::{SESSION_COOKIE, csrf};
use axum::http::{HeaderValue, header};
use tenancy::sessions::SESSION_MS;

/// Gives the browser a session. The token is for us only; the other value is for our page, which
/// repeats it in a header.
pub(crate) fn begun(api: &Api, answer: Answer, token: &str) -> Answer {
    let max_age_s = SESSION_MS / 1_000;
    let answer = set(api, answer, SESSION_COOKIE, token, max_age_s, "; HttpOnly");
    set(
        api,
        answer,
        csrf::COOKIE,
        &csrf::value(token),
        max_age_s,
        "",
    )
}

/// Holds the state of a sign-in that is under way at the identity provider.
pub(super) const ROUND_TRIP_COOKIE: &str = "stoa_oidc";

/// Ties such a sign-in to this browser; with `max_age_s` 0, ends it.
pub(super) fn round_trip(api: &Api, answer: Answer, state: &str, max_age_s: u64) -> Answer {
    set(
        api,
        answer,
        ROUND_TRIP_COOKIE,
        state,
        max_age_s,
        "; HttpOnly",
    )
}

/// Set while the next sign-in has to ask which account it is to be.
pub(super) const CHOICE_COOKIE: &str = "stoa_choice";

/// Lets this browser's next sign-in ask for an account; with `max_age_s` 0, not any more.
pub(super) fn choice(api: &Api, answer: Answer, max_age_s: u64) -> Answer {
    set(api, answer, CHOICE_COOKIE, "1", max_age_s, "; HttpOnly")
}

/// Takes both away.
pub(crate) fn ended(api: &Api, answer: Answer) -> Answer {
    let answer = set(api, answer, SESSION_COOKIE, "", 0, "; HttpOnly");
    set(api, answer, csrf::COOKIE, "", 0, "")
}

fn set(api: &Api, answer: Answer, name: &str, value: &str, max_age_s: u64, more: &str) -> Answer {
    let secure = match api.settings().public_url.starts_with("https:") {
        true => "; Secure",
        false => "",
    };
    let cookie = format!("{name}={value}; Path=/; Max-Age={max_age_s}; SameSite=Lax{secure}{more}");
    match HeaderValue::from_str(&cookie) {
        Ok(cookie) => answer.header(header::SET_COOKIE, cookie),
        Err(_) => answer,
    }
}
