use super::shape::{AgendaDraft, Room, RoomState, Schedule, SettingsChange, agenda, with};
use crate::answer::Answer;
use crate::extract::{Json, Path, Precondition, Write};
use crate::problem::Problem;
use crate::vocabulary::nullable;
use base::{PersonId, RoomId};
use serde::Deserialize;
use tenancy::Refusal;
use tenancy::rooms::{self, RoomPatch, SchedulePatch};
use utoipa::ToSchema;

/// What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateRoom {
    #[schema(min_length = 1, max_length = 200)]
    title: Option<String>,
    /// Null: open at any time.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<Schedule>)]
    schedule: Option<Option<Schedule>>,
    #[serde(default)]
    settings: SettingsChange,
    #[schema(max_items = 50)]
    agenda: Option<Vec<AgendaDraft>>,
    #[schema(value_type = Option<String>, max_length = 64)]
    host_id: Option<PersonId>,
    /// `ended` or `cancelled`: it is over for good.
    state: Option<RoomState>,
}

/// Change a room
#[utoipa::path(
    patch, path = "/v1/rooms/{id}", operation_id = "update_room", tag = "rooms",
    params(("id" = String, Path, description = "room_…")),
    request_body = UpdateRoom,
    responses((status = 200, description = "As it is now; with ETag", body = Room))
)]
pub(crate) async fn handle(
    mut write: Write,
    Path(id): Path<RoomId>,
    precondition: Precondition,
    Json(body): Json<UpdateRoom>,
) -> Result<Answer, Problem> {
    let patch = RoomPatch {
        title: body.title,
        schedule: match body.schedule {
            None => SchedulePatch::Keep,
            Some(None) => SchedulePatch::Remove,
            Some(Some(schedule)) => SchedulePatch::Set(schedule.wanted()),
        },
        settings: body.settings.into(),
        agenda: body.agenda.map(agenda),
        host: body.host_id,
    };
    let live = write.api.ports().live.look(id.as_str()).await;
    let mut tx = write.begin().await?;
    let context = &mut write.context;
    let holds = |version| precondition.holds(version);
    let mut room = match (patch.is_empty(), body.state) {
        (true, Some(_)) => {
            let room = rooms::find(&mut tx, context, &id).await?;
            holds(room.version)?;
            room
        }
        (true, None) | (false, _) => rooms::change(&mut tx, context, &id, patch, holds).await?,
    };
    room = match body.state {
        None => room,
        Some(RoomState::Ended) => rooms::end(&mut tx, context, &id).await?,
        Some(RoomState::Cancelled) => rooms::cancel(&mut tx, context, &id).await?,
        Some(RoomState::Active) if room.state == rooms::RoomState::Active => room,
        Some(RoomState::Active) => {
            return Err(Refusal::Conflict {
                what: "room",
                why: "what has ended does not begin again; create another",
            }
            .into());
        }
    };
    let (version, is_over) = (room.version, room.state != rooms::RoomState::Active);
    let answer = Answer::ok(&with(&write.api, room, live.as_ref())).etag(version);
    let answer = write.commit(tx, answer).await?;
    if is_over {
        super::end::close(&write.api, &id).await;
    }
    Ok(answer)
}
