use super::cookies::{ROUND_TRIP_COOKIE, begun, choice, round_trip};
use crate::Api;
use crate::answer::Answer;
use crate::extract::{Query, Write};
use crate::gate::caller::cookie;
use crate::oidc::OidcFailure;
use crate::problem::Problem;
use axum::http::{HeaderMap, HeaderValue};
use serde::Deserialize;
use store::sessions::OidcLogin;
use tenancy::oidc::LOGIN_MS;
use tenancy::{Denied, Refusal, oidc, secret, sessions};
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CallbackQuery {
    #[param(max_length = 4000)]
    code: Option<String>,
    #[param(max_length = 100)]
    state: Option<String>,
    /// What the provider says instead of a code.
    #[param(max_length = 100)]
    error: Option<String>,
}

/// Why the sign-in page is shown again; it has a text for each code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The provider cannot be reached, or is not what is configured.
    Unavailable,
    /// Its answer does not hold.
    Failed,
    /// It, or the person there, has said no.
    Denied,
    /// The sign-in itself does not hold.
    Refused(&'static str),
    /// The account has no place here; another of the same person may have one.
    WrongAccount(&'static str),
}

impl Trouble {
    /// Logged here, once.
    pub(super) fn of(failure: &OidcFailure) -> Self {
        let reason = std::error::Error::source(failure).map(ToString::to_string);
        tracing::warn!(error = %failure, reason, "a sign-in by OpenID Connect failed");
        match failure {
            OidcFailure::Configured(_) | OidcFailure::Unreachable(_) => Self::Unavailable,
            OidcFailure::Wrong(_) => Self::Failed,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::Unavailable => "oidc_unavailable",
            Self::Failed => "oidc_failed",
            Self::Denied => "oidc_denied",
            Self::Refused(code) | Self::WrongAccount(code) => code,
        }
    }
}

/// The page says it in the reader's language.
pub(super) fn to_sign_in_page(trouble: Trouble) -> Answer {
    let path = format!("/console/sign-in?problem={}", trouble.code());
    // Codes are letters and underscores.
    let path = HeaderValue::from_str(&path);
    Answer::see_other(path.unwrap_or(HeaderValue::from_static("/console/sign-in")))
}

/// Come back from the identity provider
///
/// For browsers that `/v1/auth/oidc/start` has sent there.
#[utoipa::path(
    get, path = "/v1/auth/oidc/callback", operation_id = "finish_oidc", tag = "session",
    params(CallbackQuery),
    responses((status = 303, description = "Signed in, to where one wanted; or to the sign-in page, which says what is wrong"))
)]
pub(crate) async fn handle(
    mut write: Write,
    headers: HeaderMap,
    Query(query): Query<CallbackQuery>,
) -> Result<Answer, Problem> {
    let api = write.api.clone();
    if api.oidc().is_none() {
        return Err(Problem::not_found());
    }
    let answer = match signed_in(&mut write, &headers, query).await {
        Ok((token, return_to)) => begun(&api, Answer::see_other(return_to), &token),
        Err(Ended::Trouble(trouble @ Trouble::WrongAccount(_))) => {
            choice(&api, to_sign_in_page(trouble), LOGIN_MS / 1_000)
        }
        Err(Ended::Trouble(trouble)) => to_sign_in_page(trouble),
        Err(Ended::Problem(problem)) => return Err(problem),
    };
    Ok(round_trip(&api, answer, "", 0))
}

enum Ended {
    Trouble(Trouble),
    Problem(Problem),
}

impl From<Denied> for Ended {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Refusal(refusal) => Self::Trouble(Trouble::Refused(refusal.code())),
            Denied::Failure(failure) => Self::Problem(failure.into()),
        }
    }
}

impl From<Problem> for Ended {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// The token of a new session, and where its browser goes.
async fn signed_in(
    write: &mut Write,
    headers: &HeaderMap,
    query: CallbackQuery,
) -> Result<(String, HeaderValue), Ended> {
    let api = write.api.clone();
    let login = login(write, headers, &query).await?;
    let code = match (&query.error, &query.code) {
        (None, Some(code)) => code,
        (Some(_), _) | (None, None) => return Err(Ended::Trouble(Trouble::Denied)),
    };
    let identity = asked(&api, &login, code).await?;
    let mut tx = write.begin().await?;
    let person = oidc::person(&mut tx, &mut write.context, &identity)
        .await
        .map_err(of_account)?;
    let token = sessions::begin(&mut tx, &mut write.context, &person, "oidc").await?;
    tx.commit().await.map_err(Problem::from)?;
    let return_to =
        HeaderValue::from_str(&login.return_to).unwrap_or(HeaderValue::from_static("/console/"));
    Ok((token.expose().clone(), return_to))
}

fn of_account(denied: Denied) -> Ended {
    match denied {
        Denied::Refusal(refusal) => Ended::Trouble(Trouble::WrongAccount(refusal.code())),
        Denied::Failure(failure) => Ended::Problem(failure.into()),
    }
}

/// The sign-in that this browser has begun; whatever comes of it, it is answered now.
async fn login(
    write: &Write,
    headers: &HeaderMap,
    query: &CallbackQuery,
) -> Result<OidcLogin, Ended> {
    let state = query.state.as_deref().unwrap_or_default();
    let cookie = cookie(headers, ROUND_TRIP_COOKIE).unwrap_or_default();
    // Somebody else's answer must not sign this browser in.
    if state.is_empty() || !secret::same(state.as_bytes(), cookie.as_bytes()) {
        return Err(Denied::from(Refusal::SignInExpired).into());
    }
    let mut tx = write.begin().await?;
    let login = oidc::answered(&mut tx, &write.context, state).await?;
    tx.commit().await.map_err(Problem::from)?;
    Ok(login)
}

/// Outside of a transaction, for which others would wait.
async fn asked(api: &Api, login: &OidcLogin, code: &str) -> Result<oidc::Identity, Ended> {
    let Some(provider) = api.oidc() else {
        return Err(Ended::Trouble(Trouble::Unavailable));
    };
    provider
        .identity(login, code, api.now_ms())
        .await
        .map_err(|failure| Ended::Trouble(Trouble::of(&failure)))
}
