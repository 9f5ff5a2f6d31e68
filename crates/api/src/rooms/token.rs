use crate::Api;
use crate::answer::Answer;
use crate::extract::{Json, Path, Write};
use crate::ports::RoomGrant;
use crate::problem::Problem;
use crate::vocabulary::RoomRole;
use base::{PersonId, RoomId};
use room_core::kinds::Role;
use serde::{Deserialize, Serialize};
use store::Tx;
use tenancy::rooms::{Opening, Room};
use tenancy::{Actor, Refusal, Right, audit, rooms, text};
use utoipa::ToSchema;

/// Long enough for a day's meeting; who comes later asks again.
const TOKEN_LASTS_S: u64 = 6 * 3_600;
const MAX_NAME: usize = 80;
const MAX_IDENTITY: usize = 128;

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RequestToken {
    /// Left out: host for the room's host, member for others of the staff.
    role: Option<RoomRole>,
    /// For servers: whom the token is for, as others see him.
    #[schema(min_length = 1, max_length = 80)]
    name: Option<String>,
    /// For servers: who he is in the room. One identity is there once.
    #[schema(min_length = 1, max_length = 128)]
    identity: Option<String>,
}

/// What one enters a room with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Entry {
    /// For a LiveKit SDK.
    #[schema(example = "wss://meet.example.com")]
    url: String,
    token: String,
    identity: String,
    role: RoomRole,
}

/// A token for a room
///
/// People of the tenant get one for themselves; a server's key gets one for anybody.
#[utoipa::path(
    post, path = "/v1/rooms/{id}/token", operation_id = "create_room_token", tag = "rooms",
    params(("id" = String, Path, description = "room_…")),
    request_body = RequestToken,
    responses((status = 201, description = "A way in", body = Entry))
)]
pub(crate) async fn handle(
    mut write: Write,
    Path(id): Path<RoomId>,
    Json(body): Json<RequestToken>,
) -> Result<Answer, Problem> {
    let mut tx = write.begin().await?;
    let context = &mut write.context;
    context.actor.need(Right::RoomsJoin)?;
    let room = rooms::find(&mut tx, context, &id).await?;
    if room.opening(context.now_ms) == Opening::Ended {
        return Err(Refusal::Conflict {
            what: "room",
            why: "it has been ended or cancelled",
        }
        .into());
    }
    let who = match context.actor.clone() {
        Actor::Person { person, .. } => {
            let row = tx.people().find(&person).await?;
            let name = row.map_or_else(String::new, |row| row.name.expose().clone());
            staff(&room, person, name, &body)
        }
        Actor::Key { .. } | Actor::System { .. } => {
            let mut holder = server(context.rng.id("srv_", 20), &body)?;
            holder.person = member(&mut tx, &room, &holder.identity).await?;
            holder
        }
        Actor::Nobody | Actor::Guest { .. } => return Err(Problem::signed_out()),
    };
    let detail = serde_json::json!({ "identity": who.identity, "role": who.role });
    let tenant = room.tenant.clone();
    audit::enter(
        &mut tx,
        &write.context,
        &tenant,
        "room.token",
        id.as_str(),
        detail,
    )
    .await?;
    let entry = entry(&write.api, &room.id, who);
    let kept = serde_json::json!({ "identity": entry.identity, "role": entry.role });
    write
        .commit(tx, Answer::created(&entry).keeping(&kept))
        .await
}

/// Who gets a token.
#[derive(Clone, Debug)]
pub(crate) struct Holder {
    pub(crate) identity: String,
    pub(crate) name: String,
    pub(crate) role: Role,
    /// None without an account.
    pub(crate) person: Option<PersonId>,
}

pub(crate) fn entry(api: &Api, room: &RoomId, holder: Holder) -> Entry {
    let grant = RoomGrant {
        room: room.to_string(),
        identity: holder.identity.clone(),
        name: holder.name,
        role: holder.role.as_str().to_owned(),
        person: holder.person,
    };
    let now_s = api.now_ms() / 1_000;
    Entry {
        url: api.socket_url(),
        token: api
            .ports()
            .tokens
            .mint(&grant, now_s, now_s + TOKEN_LASTS_S),
        identity: holder.identity,
        role: holder.role.into(),
    }
}

/// Who works for the tenant may be what he likes in its rooms: he could make himself the host.
fn staff(room: &Room, person: PersonId, name: String, body: &RequestToken) -> Holder {
    let own = if room.host.as_ref() == Some(&person) {
        Role::Host
    } else {
        Role::Member
    };
    Holder {
        identity: person.to_string(),
        name,
        role: body.role.map_or(own, Role::from),
        person: Some(person),
    }
}

/// The account that an identity names, if it is one of the tenant's.
async fn member(tx: &mut Tx, room: &Room, identity: &str) -> Result<Option<PersonId>, Problem> {
    let Some(person) = PersonId::parse(identity) else {
        return Ok(None);
    };
    let member = tx.people().member(&room.tenant, &person).await?;
    Ok(member.map(|_| person))
}

fn server(fresh: String, body: &RequestToken) -> Result<Holder, Refusal> {
    let identity = body.identity.as_deref().unwrap_or(&fresh);
    let name = body.name.as_deref().unwrap_or("Guest");
    let identity = text::line("identity", identity, MAX_IDENTITY)?;
    Ok(Holder {
        person: None,
        identity,
        name: text::line("name", name, MAX_NAME)?,
        role: body.role.map_or(Role::Member, Role::from),
    })
}
