use super::RoomSession;
use crate::answer::Answer;
use crate::extract::Path;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::{Api, time};
use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use store::Reader;
use store::history::{AttendanceRow, SessionRow};
use store::room_journal::JournalEntry;
use utoipa::ToSchema;

/// Stays shown: a webinar's ten thousand, each of whom comes back once.
const MAX_STAYS: u32 = 20_000;
/// Messages shown, the first ones; a day of lively talk.
const MAX_MESSAGES: usize = 2_000;
/// Journal entries read at a time.
const BATCH: u32 = 500;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionDetail {
    #[serde(flatten)]
    session: RoomSession,
    /// In the order of coming; who came twice is there twice.
    attendance: Vec<Attendance>,
    /// What was said to all, as in docs/room-protocol.md, without what was deleted.
    #[schema(value_type = Vec<Object>)]
    chat: Vec<Value>,
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

/// Who was in a room, and what was said
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
    let chat = said(&mut reader, &session).await?;
    Ok(Answer::ok(&SessionDetail {
        session: session.into(),
        attendance: stays.into_iter().map(Attendance::from).collect(),
        chat,
    }))
}

/// The public messages between the session's first event and its last.
async fn said(reader: &mut Reader, session: &SessionRow) -> Result<Vec<Value>, Problem> {
    let mut messages: Vec<Value> = Vec::new();
    let mut seq = session.first_seq;
    let last = session.last_seq.unwrap_or(u64::MAX);
    loop {
        let mut journal = reader.room_journal();
        let entries = journal.read(session.room.as_str(), seq, BATCH).await?;
        let Some(newest) = entries.last() else {
            return Ok(messages);
        };
        seq = newest.seq;
        for entry in entries.iter().take_while(|entry| entry.seq <= last) {
            apply(&mut messages, entry);
        }
        if seq >= last || messages.len() >= MAX_MESSAGES {
            messages.truncate(MAX_MESSAGES);
            return Ok(messages);
        }
    }
}

fn apply(messages: &mut Vec<Value>, entry: &JournalEntry) {
    let Ok(event) = serde_json::from_str::<Value>(entry.payload.expose()) else {
        return;
    };
    if event["feature"] != "chat" {
        return;
    }
    let message = &event["message"];
    if event["type"] == "said" && message["to"]["kind"] == "all" && message["deleted"] == false {
        messages.push(message.clone());
    } else if event["type"] == "deleted" {
        messages.retain(|said| said["id"] != *message);
    }
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
