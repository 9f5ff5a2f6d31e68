use super::shape::Occurrence;
use crate::answer::Answer;
use crate::extract::{Path, Query};
use crate::gate::Caller;
use crate::problem::Problem;
use crate::{Api, time};
use axum::extract::State;
use base::RoomId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A daily meeting for two years; a calendar shows a few months.
const MAX_OCCURRENCES: usize = 750;
/// What is shown without `to`.
const DEFAULT_SPAN_MS: u64 = 90 * 24 * 3_600_000;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Window {
    /// Left out: now.
    #[param(format = DateTime)]
    from: Option<String>,
    /// Left out: 90 days later.
    #[param(format = DateTime)]
    to: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Occurrences {
    /// At most 750.
    items: Vec<Occurrence>,
}

/// When a room takes place
///
/// Those that end after `from` and begin before `to`, in order.
#[utoipa::path(
    get, path = "/v1/rooms/{id}/occurrences", operation_id = "list_occurrences", tag = "rooms",
    params(("id" = String, Path, description = "room_…"), Window),
    responses((status = 200, description = "Its times", body = Occurrences))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<RoomId>,
    Query(window): Query<Window>,
) -> Result<Answer, Problem> {
    let from_ms = time::optional("from", window.from.as_deref())?.unwrap_or(api.now_ms());
    let to_ms = time::optional("to", window.to.as_deref())?;
    let to_ms = to_ms.unwrap_or(from_ms.saturating_add(DEFAULT_SPAN_MS));
    let room = super::read::of(&api, &caller, &id).await?;
    let signed = |ms| i64::try_from(ms).unwrap_or(i64::MAX);
    let items = room.schedule.map_or_else(Vec::new, |schedule| {
        schedule.occurrences(signed(from_ms), signed(to_ms), MAX_OCCURRENCES)
    });
    Ok(Answer::ok(&Occurrences {
        items: items.into_iter().map(Occurrence::from).collect(),
    }))
}
