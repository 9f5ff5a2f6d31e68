use super::RoomSession;
use super::questions::AskedQuestion;
use super::record::Record;
use crate::answer::Answer;
use crate::extract::Path;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::{Api, time};
use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use store::history::AttendanceRow;
use utoipa::ToSchema;

/// Stays shown: a webinar's ten thousand, each of whom comes back once.
const MAX_STAYS: u32 = 20_000;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionDetail {
    #[serde(flatten)]
    session: RoomSession,
    /// In the order of coming; who came twice is there twice.
    attendance: Vec<Attendance>,
    /// What was said to all, as in docs/room-protocol.md, without what was deleted.
    #[schema(value_type = Vec<Object>)]
    chat: Vec<Value>,
    /// What was asked, oldest first, without what its asker took back.
    questions: Vec<AskedQuestion>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Attendance {
    identity: String,
    name: String,
    #[schema(example = "member")]
    role: String,
    #[schema(format = DateTime)]
    joined_at: String,
    #[schema(format = DateTime)]
    left_at: Option<String>,
}

/// Who was in a room, what was said and what was asked
#[utoipa::path(
    get, path = "/v1/sessions/{id}", operation_id = "read_room_session", tag = "history",
    params(("id" = String, Path, description = "RM_…")),
    responses((status = 200, description = "The session", body = SessionDetail))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Answer, Problem> {
    let tenant = caller.actor.tenant()?;
    let mut reader = api.store().reader().await?;
    let session = reader.history().session(tenant, &id).await?;
    let session = session.ok_or_else(Problem::not_found)?;
    let stays = reader.history().attendances(&id, MAX_STAYS).await?;
    let record = Record::of(&mut reader, &session).await?;
    Ok(Answer::ok(&SessionDetail {
        session: session.into(),
        attendance: stays.into_iter().map(Attendance::from).collect(),
        chat: record.chat,
        questions: record.questions.into_answer(),
    }))
}

impl From<AttendanceRow> for Attendance {
    fn from(stay: AttendanceRow) -> Self {
        Self {
            identity: stay.identity,
            name: stay.name,
            role: stay.role,
            joined_at: time::written(stay.joined_ms),
            left_at: stay.left_ms.map(time::written),
        }
    }
}
