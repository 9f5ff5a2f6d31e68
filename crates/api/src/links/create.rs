use super::Link;
use crate::answer::Answer;
use crate::extract::{Json, Path, Write};
use crate::problem::Problem;
use crate::time;
use crate::vocabulary::RoomRole;
use base::{Redacted, RoomId};
use room_core::kinds::Role;
use serde::Deserialize;
use tenancy::links::{self, NewLink, passcode};
use tenancy::rooms;
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateLink {
    /// Left out: member.
    role: Option<RoomRole>,
    #[schema(max_length = 100)]
    label: Option<String>,
    /// For one person: his name is filled in, and it is used once unless `max_uses` says otherwise.
    #[schema(min_length = 1, max_length = 80)]
    person_name: Option<String>,
    #[schema(value_type = Option<String>, min_length = 4, max_length = 64, format = Password)]
    passcode: Option<RedactedText>,
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    #[schema(minimum = 1, maximum = 1000000)]
    max_uses: Option<u32>,
}

/// A secret in a body: it is not printed with the rest.
#[derive(Debug)]
pub(super) struct RedactedText(pub(super) Redacted<String>);

impl<'de> Deserialize<'de> for RedactedText {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self(Redacted::new(text)))
    }
}

/// Make a link into a room
#[utoipa::path(
    post, path = "/v1/rooms/{id}/links", operation_id = "create_link", tag = "links",
    params(("id" = String, Path, description = "room_…")),
    request_body = CreateLink,
    responses((status = 201, description = "The link; with ETag", body = Link))
)]
pub(crate) async fn handle(
    mut write: Write,
    Path(id): Path<RoomId>,
    Json(body): Json<CreateLink>,
) -> Result<Answer, Problem> {
    let passcode_hash = match &body.passcode {
        Some(given) => Some(passcode::hash(&given.0).await?),
        None => None,
    };
    let new = NewLink {
        role: body.role.map_or(Role::Member, Role::from),
        label: body.label.unwrap_or_default(),
        person_name: body.person_name,
        passcode_hash,
        expires_ms: time::optional("expires_at", body.expires_at.as_deref())?,
        max_uses: body.max_uses,
    };
    let mut tx = write.begin().await?;
    let room = rooms::find(&mut tx, &write.context, &id).await?;
    let link = links::create(&mut tx, &mut write.context, &room, new, false).await?;
    let version = link.version;
    let answer = Answer::created(&Link::of(&write.api, link)).etag(version);
    write.commit(tx, answer).await
}
