use crate::Api;
use crate::extract::Path;
use crate::gate::Caller;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::RoomId;
use tenancy::Refusal;
use tenancy::rooms::{Room, RoomState};
use tenancy::schedule::{CalendarEntry, calendar_file};

/// A room for one's own calendar
///
/// An iCalendar file (RFC 5545). It stays the same entry when the room changes.
#[utoipa::path(
    get, path = "/v1/rooms/{id}/calendar.ics", operation_id = "room_calendar", tag = "rooms",
    params(("id" = String, Path, description = "room_…")),
    responses((status = 200, description = "The file", body = String, content_type = "text/calendar"))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<RoomId>,
) -> Result<Response, Problem> {
    let room = super::read::of(&api, &caller, &id).await?;
    calendar_of(&api, &room)
}

/// # Errors
/// The room has no time.
pub(crate) fn calendar_of(api: &Api, room: &Room) -> Result<Response, Problem> {
    let Some(schedule) = &room.schedule else {
        return Err(Refusal::Conflict {
            what: "room",
            why: "it is not scheduled",
        }
        .into());
    };
    let host = api.settings().public_url.as_str();
    let host = host.split_once("://").map_or(host, |(_, host)| host);
    let url = room
        .link_code
        .as_ref()
        .map(|code| api.join_url(code.expose()));
    let signed = |ms| i64::try_from(ms).unwrap_or(i64::MAX);
    let agenda: Vec<&str> = room.agenda.iter().map(|item| item.text.as_str()).collect();
    let file = calendar_file(
        &CalendarEntry {
            uid: &format!("{}@{host}", room.id),
            title: &room.title,
            description: &agenda.join("\n"),
            url: url.as_deref().unwrap_or(&api.settings().public_url),
            organizer_name: room.host_name.as_deref().unwrap_or_default(),
            created_at_ms: signed(room.created_ms),
            changed_at_ms: signed(room.changed_ms),
            sequence: room.version - 1,
            cancelled: room.state == RoomState::Cancelled,
        },
        schedule,
    );
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"meeting.ics\"",
        ),
        (header::CACHE_CONTROL, "private, no-cache"),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)));
    Ok((StatusCode::OK, headers, file).into_response())
}
