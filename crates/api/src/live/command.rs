use crate::Api;
use crate::answer::Answer;
use crate::extract::Path;
use crate::gate::Caller;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::StatusCode;
use base::{Identity, RoomId};
use room_core::kinds::Role;
use room_core::{Caller as LiveCaller, Claim, Newcomer};
use tenancy::{Actor, rooms};

/// Longest command of a room: an agenda or a stroke of two thousand points.
pub(super) const MAX_COMMAND_BYTES: usize = 64 * 1024;

/// A command to a live room
///
/// docs/room-protocol.md lists them. A server's key acts as a host may; somebody signed in as what
/// he is in the room, and its own host as host.
#[utoipa::path(
    post, path = "/v1/rooms/{id}/commands/{method}", operation_id = "command_room", tag = "live",
    params(
        ("id" = String, Path, description = "room_…"),
        ("method" = String, Path, description = "As in the room protocol: `chat.say`"),
    ),
    request_body(content = serde_json::Value, description = "The command's payload"),
    responses((status = 200, description = "The command's reply", body = serde_json::Value))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path((id, method)): Path<(RoomId, String)>,
    body: String,
) -> Result<Answer, Problem> {
    let mut reader = api.store().reader().await?;
    let room = rooms::read(&mut reader, caller.actor.tenant()?, &id).await?;
    if room.state != rooms::RoomState::Active {
        return Err(tenancy::Refusal::Conflict {
            what: "room",
            why: "it has been ended or cancelled",
        }
        .into());
    }
    let live_caller = match &caller.actor {
        Actor::Person { person, .. } => {
            let row = reader.people().find(person).await?;
            let is_host = room.host.as_ref() == Some(person);
            LiveCaller::Person(Newcomer {
                identity: Identity::from(person.as_str()),
                name: row.map_or_else(String::new, |row| row.name.expose().clone()),
                claim: Claim {
                    role: if is_host { Role::Host } else { Role::Member },
                    role_decides: true,
                    person_id: Some(person.to_string()),
                    is_guest: false,
                },
            })
        }
        Actor::Key { .. } | Actor::System { .. } => LiveCaller::Server {
            name: "Server".to_owned(),
        },
        Actor::Nobody | Actor::Guest { .. } => return Err(Problem::signed_out()),
    };
    drop(reader);
    run(&api, id.as_str(), live_caller, &method, &body).await
}

pub(super) async fn run(
    api: &Api,
    room: &str,
    caller: LiveCaller,
    method: &str,
    body: &str,
) -> Result<Answer, Problem> {
    if body.len() > MAX_COMMAND_BYTES {
        return Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            "A command is at most 64 KiB.",
        )
        .with("limit", MAX_COMMAND_BYTES));
    }
    let payload = if body.trim().is_empty() { "{}" } else { body };
    let command = api.ports().live.command(room, caller, method, payload);
    Ok(Answer::ok(&command.await?))
}
