//! Who asks: a person by his session, a server by its key, a guest by his room token, or nobody.

use super::access::Need;
use super::csrf;
use crate::Api;
use crate::problem::Problem;
use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap, Method, StatusCode, header};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use tenancy::Actor;

pub(crate) const SESSION_COOKIE: &str = "stoa_session";

#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) actor: Actor,
    /// The hash of his session's token, where he has one.
    pub(crate) session: Option<[u8; 32]>,
}

impl Caller {
    const NOBODY: Self = Self {
        actor: Actor::Nobody,
        session: None,
    };

    /// As the gate has found him.
    pub(crate) fn of(extensions: &Extensions) -> Result<Self, Problem> {
        // Without the gate nobody is anybody.
        Ok(extensions.get::<Self>().cloned().unwrap_or(Self::NOBODY))
    }
}

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        _: &S,
    ) -> Result<Self, Problem> {
        Self::of(&parts.extensions)
    }
}

/// # Errors
/// A key or token was shown that is not valid, or a cookie without the sign that our own page sent
/// it. A session that has ended is nobody's, which is not an error on public pages.
pub(crate) async fn identify(
    api: &Api,
    need: Need,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Caller, Problem> {
    if let Some(bearer) = bearer(headers) {
        return by_bearer(api, need, bearer).await;
    }
    let Some(token) = cookie(headers, SESSION_COOKIE) else {
        return Ok(Caller::NOBODY);
    };
    let hash = tenancy::secret::hash(token.as_bytes());
    let mut reader = api.store().reader().await?;
    let Some(actor) = tenancy::sessions::actor(&mut reader, &hash, api.now_ms()).await? else {
        return Ok(Caller::NOBODY);
    };
    let is_write = !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    if is_write && need.is_private() && !csrf::is_ours(headers, token) {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "csrf",
            "Send the value of the cookie stoa_csrf in the header X-Stoa-CSRF.",
        ));
    }
    Ok(Caller {
        actor,
        session: Some(hash),
    })
}

async fn by_bearer(api: &Api, need: Need, bearer: &str) -> Result<Caller, Problem> {
    let wrong = || {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "wrong_token",
            "This key or token is not valid, or is not for this.",
        )
    };
    let now_ms = api.now_ms();
    let actor = if need.is_room() {
        let tokens = &api.ports().tokens;
        let grant = tokens.verify(bearer, now_ms / 1_000).ok_or_else(wrong)?;
        Actor::Guest {
            room: grant.room,
            identity: grant.identity,
        }
    } else {
        tenancy::api_keys::actor(api.store(), bearer, now_ms)
            .await?
            .ok_or_else(wrong)?
    };
    Ok(Caller {
        actor,
        session: None,
    })
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

/// Where he comes from: the connection's other end, or what our own proxy says.
pub(crate) fn address(api: &Api, extensions: &Extensions, headers: &HeaderMap) -> IpAddr {
    let connected = extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(Ipv4Addr::UNSPECIFIED.into(), |info| info.0.ip());
    if !api.settings().trust_forwarded_for {
        return connected;
    }
    // The last entry is the proxy's own; those before it are what the client claims.
    headers
        .get_all("x-forwarded-for")
        .into_iter()
        .next_back()
        .and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok())
        .unwrap_or(connected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            "a=1; stoa_session=xyz; b=2".parse().unwrap(),
        );
        assert_eq!(cookie(&headers, SESSION_COOKIE), Some("xyz"));
        assert_eq!(cookie(&headers, "session"), None);
    }

    #[test]
    fn a_bearer_is_read_whatever_its_case() {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, "bearer sk_1".parse().unwrap());
        assert_eq!(bearer(&headers), Some("sk_1"));
        headers.insert(header::AUTHORIZATION, "Basic abc".parse().unwrap());
        assert_eq!(bearer(&headers), None);
    }
}
