use super::ApiKey;
use crate::answer::Answer;
use crate::extract::{Json, Write};
use crate::problem::Problem;
use crate::time;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tenancy::api_keys::{self, NewApiKey};
use tenancy::{Refusal, Right};
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateApiKey {
    /// What it is for.
    #[schema(min_length = 1, max_length = 100)]
    label: String,
    /// Rights that it is to have; each one its maker must have himself.
    #[schema(min_items = 1, max_items = 50)]
    scopes: Vec<String>,
    /// Left out, it works until it is revoked.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CreatedApiKey {
    #[serde(flatten)]
    key: ApiKey,
    /// What the server shows as a bearer. It cannot be had again: a repetition of the request
    /// under the same Idempotency-Key gets null.
    #[schema(required)]
    secret: Option<String>,
}

/// Make an API key
#[utoipa::path(
    post, path = "/v1/api-keys", operation_id = "create_api_key", tag = "api_keys",
    request_body = CreateApiKey,
    responses((status = 201, description = "The key with its secret", body = CreatedApiKey))
)]
pub(crate) async fn handle(
    mut write: Write,
    Json(body): Json<CreateApiKey>,
) -> Result<Answer, Problem> {
    let new = body.parsed()?;
    let mut tx = write.begin().await?;
    let (key, secret) = api_keys::create(&mut tx, &mut write.context, new).await?;
    let mut body = CreatedApiKey {
        key: key.into(),
        secret: None,
    };
    let kept = serde_json::to_value(&body).unwrap_or_default();
    body.secret = Some(secret.expose().clone());
    write
        .commit(tx, Answer::created(&body).keeping(&kept))
        .await
}

impl CreateApiKey {
    fn parsed(self) -> Result<NewApiKey, Problem> {
        let scopes = self.scopes.iter().map(|code| {
            Right::parse(code).ok_or_else(|| {
                Problem::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "invalid",
                    "scopes: there is no such right",
                )
                .with("field", "scopes")
                .with("known", Right::ALL.map(Right::code).to_vec())
            })
        });
        let scopes = scopes.collect::<Result<Vec<_>, _>>()?;
        let expires_ms = match &self.expires_at {
            None => None,
            Some(text) => Some(time::parsed(text).ok_or(Refusal::Invalid {
                field: "expires_at",
                why: "is not a time in the form of RFC 3339",
            })?),
        };
        Ok(NewApiKey {
            label: self.label,
            scopes,
            expires_ms,
        })
    }
}
