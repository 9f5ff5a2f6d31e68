use super::{Origin, invitation};
use crate::Api;
use crate::extract::Path;
use crate::problem::Problem;
use crate::rooms::calendar_file;
use axum::extract::State;
use axum::response::Response;
use base::Redacted;

/// A meeting for one's own calendar, by its link
#[utoipa::path(
    get, path = "/v1/join/{code}/calendar.ics", operation_id = "link_calendar", tag = "join",
    params(("code" = String, Path, description = "The link's code")),
    responses((status = 200, description = "An iCalendar file", body = String, content_type = "text/calendar"))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    from: Origin,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    let mut found = invitation(&api, from, &code).await?;
    // His own link, not the one for everybody; and what the hosts plan is for those who come.
    found.room.link_code = Some(Redacted::new(found.link.code.expose().clone()));
    found.room.agenda.clear();
    calendar_file(&api, &found.room)
}
