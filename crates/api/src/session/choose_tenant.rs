use super::{Me, me};
use crate::answer::Answer;
use crate::extract::{Json, Write};
use crate::gate::Caller;
use crate::problem::Problem;
use base::TenantId;
use serde::Deserialize;
use tenancy::sessions;
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChooseTenant {
    #[schema(value_type = String)]
    tenant_id: TenantId,
}

/// Work in another tenant
#[utoipa::path(
    post, path = "/v1/session/tenant", operation_id = "choose_tenant", tag = "session",
    request_body = ChooseTenant,
    responses((status = 200, description = "The session, in that tenant", body = Me))
)]
pub(crate) async fn handle(
    caller: Caller,
    write: Write,
    Json(body): Json<ChooseTenant>,
) -> Result<Answer, Problem> {
    let session = caller.session.ok_or_else(Problem::signed_out)?;
    let mut tx = write.begin().await?;
    sessions::work_in(&mut tx, &write.context, &session, &body.tenant_id).await?;
    tx.commit().await?;
    Ok(Answer::ok(&me(&write.api, &session).await?))
}
