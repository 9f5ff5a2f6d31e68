use crate::answer::Answer;
use crate::problem::Problem;
use serde::Serialize;
use tenancy::events;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventNames {
    items: Vec<EventName>,
}

#[derive(Debug, Serialize, ToSchema)]
struct EventName {
    #[schema(example = "room.created")]
    name: &'static str,
    about: &'static str,
}

/// Events that a webhook can ask for
#[utoipa::path(
    get, path = "/v1/webhook-events", operation_id = "list_webhook_events", tag = "webhooks",
    responses((status = 200, description = "All of them", body = EventNames))
)]
pub(crate) async fn handle() -> Result<Answer, Problem> {
    let names = events::NAMES.iter();
    Ok(Answer::ok(&EventNames {
        items: names
            .map(|(name, about)| EventName { name, about })
            .collect(),
    }))
}
