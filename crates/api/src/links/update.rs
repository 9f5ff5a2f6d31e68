use super::Link;
use super::create::RedactedText;
use crate::answer::Answer;
use crate::extract::{Json, Path, Precondition, Write};
use crate::problem::Problem;
use crate::time;
use crate::vocabulary::{RoomRole, nullable};
use base::LinkId;
use serde::Deserialize;
use tenancy::links::{self, LinkPatch, passcode};
use utoipa::ToSchema;

/// What is left out stays; null takes away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateLink {
    role: Option<RoomRole>,
    #[schema(max_length = 100)]
    label: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 80)]
    person_name: Option<Option<String>>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, min_length = 4, max_length = 64, format = Password)]
    passcode: Option<Option<RedactedText>>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Option<String>>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 1000000)]
    max_uses: Option<Option<u32>>,
}

/// Change a link
#[utoipa::path(
    patch, path = "/v1/links/{id}", operation_id = "update_link", tag = "links",
    params(("id" = String, Path, description = "lnk_…")),
    request_body = UpdateLink,
    responses((status = 200, description = "As it is now; with ETag", body = Link))
)]
pub(crate) async fn handle(
    mut write: Write,
    Path(id): Path<LinkId>,
    precondition: Precondition,
    Json(body): Json<UpdateLink>,
) -> Result<Answer, Problem> {
    let passcode_hash = match &body.passcode {
        None => None,
        Some(None) => Some(None),
        Some(Some(given)) => Some(Some(passcode::hash(&given.0).await?)),
    };
    let expires_ms = match &body.expires_at {
        None => None,
        Some(at) => Some(time::optional("expires_at", at.as_deref())?),
    };
    let patch = LinkPatch {
        role: body.role.map(Into::into),
        label: body.label,
        person_name: body.person_name,
        passcode_hash,
        expires_ms,
        max_uses: body.max_uses,
    };
    let mut tx = write.begin().await?;
    let holds = |version| precondition.holds(version);
    let link = links::change(&mut tx, &mut write.context, &id, patch, holds).await?;
    let version = link.version;
    let answer = Answer::ok(&Link::of(&write.api, link)).etag(version);
    write.commit(tx, answer).await
}
