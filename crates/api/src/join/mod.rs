//! The door: what a visitor sees of a room, and how he comes in.

mod calendar;
mod enter;
mod look;
mod wait;

use crate::Api;
use crate::gate::Caller;
use crate::gate::caller::address;
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use std::convert::Infallible;
use std::net::IpAddr;
use store::Reader;
use tenancy::links::{self, Invitation, JoinRefusal, Visitor};
use tenancy::{Actor, Denied, Refusal};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(look::handle, enter::handle))
        .routes(routes!(wait::handle))
        .routes(routes!(calendar::handle))
}

/// Where a visitor comes from: failed guesses are counted by it.
#[derive(Clone, Copy, Debug)]
struct Origin(IpAddr);

impl FromRequestParts<Api> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Infallible> {
        Ok(Self(address(api, &parts.extensions, &parts.headers)))
    }
}

/// Where a code leads.
///
/// # Errors
/// 404 for an unknown code; 429 for who has guessed too often.
async fn invitation(api: &Api, from: Origin, code: &str) -> Result<Invitation, Problem> {
    let account = format!("codes from {}", from.0);
    api.rates().may_sign_in(&account, api.now_ms())?;
    let mut reader = api.store().reader().await?;
    let found = links::invitation(&mut reader, code).await;
    if let Err(Denied::Refusal(Refusal::NotFound { .. })) = &found {
        api.rates().sign_in_failed(&account, api.now_ms());
    }
    Ok(found?)
}

/// One of the tenant's own people, if he is signed in; else a guest.
async fn signed_in(
    reader: &mut Reader,
    caller: &Caller,
    invitation: &Invitation,
) -> Result<Option<Visitor>, Problem> {
    let Actor::Person { person, .. } = &caller.actor else {
        return Ok(None);
    };
    let member = reader
        .people()
        .member(&invitation.tenant.id, person)
        .await?;
    Ok(member.map(|member| Visitor::Person {
        id: person.clone(),
        name: member.person.name.expose().clone(),
    }))
}

impl From<JoinRefusal> for Problem {
    fn from(refusal: JoinRefusal) -> Self {
        let status = match refusal {
            JoinRefusal::Revoked | JoinRefusal::Expired | JoinRefusal::Ended => StatusCode::GONE,
            JoinRefusal::UsedUp | JoinRefusal::NotYet { .. } => StatusCode::CONFLICT,
            JoinRefusal::PasscodeNeeded | JoinRefusal::PasscodeWrong => StatusCode::FORBIDDEN,
        };
        let problem = Self::new(status, refusal.code(), refusal.to_string());
        match refusal {
            JoinRefusal::NotYet { opens_at_ms } => {
                problem.with("opens_at", crate::time::written(opens_at_ms))
            }
            JoinRefusal::Revoked
            | JoinRefusal::Expired
            | JoinRefusal::Ended
            | JoinRefusal::UsedUp
            | JoinRefusal::PasscodeNeeded
            | JoinRefusal::PasscodeWrong => problem,
        }
    }
}
