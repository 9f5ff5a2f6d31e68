use super::shape::{AgendaDraft, Room, Schedule, SettingsChange, agenda, with};
use crate::answer::Answer;
use crate::extract::{Json, Language, Write};
use crate::problem::Problem;
use crate::vocabulary::RoomKind;
use base::PersonId;
use serde::Deserialize;
use tenancy::rooms::{self, NewRoom};
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateRoom {
    kind: RoomKind,
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    #[schema(max_length = 64)]
    template_id: Option<String>,
    /// Left out or null, it is open at any time.
    schedule: Option<Schedule>,
    #[serde(default)]
    settings: SettingsChange,
    /// Left out, it is the template's.
    #[schema(max_items = 50)]
    agenda: Option<Vec<AgendaDraft>>,
    /// One of the tenant's people; left out, whoever asks.
    #[schema(value_type = Option<String>, max_length = 64)]
    host_id: Option<PersonId>,
}

/// Create a room, now or scheduled
///
/// With it comes a link for everybody.
#[utoipa::path(
    post, path = "/v1/rooms", operation_id = "create_room", tag = "rooms",
    request_body = CreateRoom,
    responses((status = 201, description = "The room; with ETag", body = Room))
)]
pub(crate) async fn handle(
    mut write: Write,
    Language(language): Language,
    Json(body): Json<CreateRoom>,
) -> Result<Answer, Problem> {
    let new = NewRoom {
        kind: body.kind.into(),
        title: body.title,
        template: body.template_id,
        schedule: body.schedule.map(Schedule::wanted),
        settings: body.settings.into(),
        agenda: body.agenda.map(agenda),
        host: body.host_id,
        language,
    };
    let mut tx = write.begin().await?;
    let room = rooms::create(&mut tx, &mut write.context, new).await?;
    let (version, path) = (room.version, format!("/v1/rooms/{}", room.id));
    let answer = Answer::created(&with(&write.api, room, None));
    write.commit(tx, answer.etag(version).location(&path)).await
}
