use super::cookies::{CHOICE_COOKIE, choice, round_trip};
use super::oidc_callback::{Trouble, to_sign_in_page};
use crate::answer::Answer;
use crate::extract::{Query, Write};
use crate::gate::caller::cookie;
use crate::problem::Problem;
use axum::http::{HeaderMap, HeaderValue};
use serde::Deserialize;
use tenancy::oidc::{self, LOGIN_MS};
use utoipa::IntoParams;

/// Where people go who have not said where they want to.
const HOME: &str = "/console/";
/// Longer paths than any of our pages has.
const MAX_PATH_BYTES: usize = 1_000;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct StartQuery {
    /// A path of this server, as `/console/rooms`.
    #[param(max_length = 1000)]
    return_to: Option<String>,
}

/// Sign in at the identity provider
///
/// Sends the browser there (OpenID Connect, code with PKCE). It comes back to
/// `/v1/auth/oidc/callback`. After an account that has no place here the provider is told to ask
/// which one it is to be (`prompt=select_account`): it would choose the same again by itself.
#[utoipa::path(
    get, path = "/v1/auth/oidc/start", operation_id = "start_oidc", tag = "session",
    params(StartQuery),
    responses((status = 303, description = "To the provider; or to the sign-in page, which says what is wrong"))
)]
pub(crate) async fn handle(
    write: Write,
    headers: HeaderMap,
    Query(query): Query<StartQuery>,
) -> Result<Answer, Problem> {
    let api = write.api.clone();
    let provider = api.oidc().ok_or_else(Problem::not_found)?;
    let return_to = query.return_to.filter(|path| is_ours(path));
    let return_to = return_to.as_deref().unwrap_or(HOME);
    let mut tx = write.begin().await?;
    let begun = oidc::begin(&mut tx, &write.context, return_to).await?;
    tx.commit().await?;
    let asks_account = cookie(&headers, CHOICE_COOKIE).is_some();
    let asked = provider.sign_in_url(&begun, asks_account, api.now_ms());
    let url = match asked.await {
        Ok(url) => url,
        Err(failure) => return Ok(to_sign_in_page(Trouble::of(&failure))),
    };
    let url = HeaderValue::from_str(&url).map_err(|error| Problem::internal(&error))?;
    let answer = Answer::see_other(url);
    let max_age_s = LOGIN_MS / 1_000;
    let answer = round_trip(&api, answer, begun.state.expose(), max_age_s);
    Ok(match asks_account {
        // A provider that does not know the question is not asked it for ever.
        true => choice(&api, answer, 0),
        false => answer,
    })
}

/// Only a path of this server: another address would let a link send people elsewhere.
fn is_ours(path: &str) -> bool {
    let elsewhere = path.starts_with("//") || path.contains('\\');
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic());
    path.starts_with('/') && !elsewhere && plain && path.len() <= MAX_PATH_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_sent_to_our_own_pages_only() {
        for ours in ["/console/", "/console/rooms?day=1", "/j/abc#x"] {
            assert!(is_ours(ours), "{ours}");
        }
        for elsewhere in [
            "",
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example",
            "/a\r\nset-cookie: x",
            "javascript:alert(1)",
        ] {
            assert!(!is_ours(elsewhere), "{elsewhere}");
        }
    }
}
