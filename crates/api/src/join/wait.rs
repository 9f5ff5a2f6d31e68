use super::{Origin, invitation};
use crate::Api;
use crate::answer::Answer;
use crate::extract::{Path, Query};
use crate::lobby::Standing;
use crate::problem::Problem;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};

/// Common proxies close a request that is silent for 30 s.
const MAX_WAIT_S: u64 = 25;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WaitQuery {
    /// How long the answer may take, in seconds.
    #[param(minimum = 0, maximum = 25, default = 20)]
    wait_s: Option<u64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WaitAnswer {
    state: WaitState,
}

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum WaitState {
    Waiting,
    Admitted,
    Denied,
    Closed,
}

/// Wait to be let in
///
/// Answers when it is decided, or when `wait_s` is over. Who does not ask for 45 s has gone away.
#[utoipa::path(
    get, path = "/v1/join/{code}/waiting/{ticket}", operation_id = "wait_in_lobby", tag = "join",
    params(
        ("code" = String, Path, description = "The link's code"),
        ("ticket" = String, Path, description = "Origin joining"),
        WaitQuery,
    ),
    responses((status = 200, description = "How one stands", body = WaitAnswer))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    from: Origin,
    Path((code, ticket)): Path<(String, String)>,
    Query(query): Query<WaitQuery>,
) -> Result<Answer, Problem> {
    let found = invitation(&api, from, &code).await?;
    let ticket = api.lobby().find(&ticket);
    let ticket = ticket.filter(|ticket| ticket.link == found.link.id);
    let ticket = ticket.ok_or_else(Problem::not_found)?;
    ticket.touch();
    let wait_s = query.wait_s.unwrap_or(20).min(MAX_WAIT_S);
    let state = match ticket.decided(Duration::from_secs(wait_s)).await {
        Standing::Waiting => WaitState::Waiting,
        Standing::Admitted => WaitState::Admitted,
        Standing::Denied => WaitState::Denied,
        Standing::Closed => WaitState::Closed,
    };
    Ok(Answer::ok(&WaitAnswer { state }))
}
