use crate::answer::Answer;
use crate::extract::Path;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::vocabulary::RoomRole;
use crate::{Api, time};
use axum::extract::State;
use base::RoomId;
use room_core::features;
use serde::Serialize;
use tenancy::rooms;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LiveRoom {
    open: bool,
    #[schema(format = DateTime)]
    started_at: Option<String>,
    #[schema(format = DateTime)]
    ends_at: Option<String>,
    locked: bool,
    people: Vec<LivePerson>,
    /// Those who are only counted.
    audience: usize,
    /// In the lobby.
    waiting: Vec<LiveVisitor>,
}

#[derive(Debug, Serialize, ToSchema)]
struct LivePerson {
    identity: String,
    name: String,
    role: RoomRole,
    /// Milliseconds since 1970, as in the room.
    joined_at: u64,
    person_id: Option<String>,
    #[schema(value_type = String)]
    door: features::Door,
    is_guest: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct LiveVisitor {
    ticket: String,
    name: String,
    since_at: u64,
    is_guest: bool,
}

/// What goes on in a room now
#[utoipa::path(
    get, path = "/v1/rooms/{id}/live", operation_id = "look_into_room", tag = "live",
    params(("id" = String, Path, description = "room_…")),
    responses((status = 200, description = "How it stands", body = LiveRoom))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<RoomId>,
) -> Result<Answer, Problem> {
    let mut reader = api.store().reader().await?;
    rooms::read(&mut reader, caller.actor.tenant()?, &id).await?;
    drop(reader);
    let live = api.ports().live.look(id.as_str()).await;
    let Some(live) = live else {
        return Ok(Answer::ok(&LiveRoom {
            open: false,
            started_at: None,
            ends_at: None,
            locked: false,
            people: Vec::new(),
            audience: 0,
            waiting: Vec::new(),
        }));
    };
    Ok(Answer::ok(&LiveRoom {
        open: true,
        started_at: Some(time::written(live.started_at)),
        ends_at: live.ends_at.map(time::written),
        locked: live.locked,
        people: live.people.into_iter().map(LivePerson::from).collect(),
        audience: live.audience,
        waiting: live
            .waiting
            .into_iter()
            .map(|visitor| LiveVisitor {
                ticket: visitor.ticket,
                name: visitor.name,
                since_at: visitor.since_at,
                is_guest: visitor.is_guest,
            })
            .collect(),
    }))
}

impl From<features::Person> for LivePerson {
    fn from(person: features::Person) -> Self {
        Self {
            identity: person.identity.as_str().to_owned(),
            name: person.name,
            role: person.role.into(),
            joined_at: person.joined_at,
            person_id: person.person_id,
            door: person.door,
            is_guest: person.is_guest,
        }
    }
}
