use super::{Me, begun, me};
use crate::answer::Answer;
use crate::extract::{Json, Write};
use crate::problem::Problem;
use base::Redacted;
use serde::Deserialize;
use tenancy::{Denied, Refusal, secret, sessions};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    #[schema(max_length = 320)]
    email: String,
    #[schema(max_length = 256, format = Password)]
    password: String,
}

/// Sign in with a password
///
/// Sets the cookies `stoa_session` and `stoa_csrf`. Tries are limited for each address and for each
/// account.
#[utoipa::path(
    post, path = "/v1/session", operation_id = "sign_in", tag = "session",
    request_body = SignIn,
    responses((status = 200, description = "Signed in", body = Me))
)]
pub(crate) async fn handle(mut write: Write, Json(body): Json<SignIn>) -> Result<Answer, Problem> {
    let api = write.api.clone();
    let account = body.email.trim().to_lowercase();
    api.rates().may_sign_in(&account, write.context.now_ms)?;
    let password = Redacted::new(body.password);
    let checked = sessions::check_password(api.store(), &body.email, password).await;
    let person = match checked {
        Ok(person) => person,
        Err(denied) => {
            if matches!(denied, Denied::Refusal(Refusal::WrongCredentials)) {
                api.rates().sign_in_failed(&account, write.context.now_ms);
            }
            return Err(denied.into());
        }
    };
    let mut tx = write.begin().await?;
    let token = sessions::begin(&mut tx, &mut write.context, &person, "password").await?;
    tx.commit().await?;
    let token = token.expose();
    let body = me(&api, &secret::hash(token.as_bytes())).await?;
    Ok(begun(&api, Answer::ok(&body), token))
}
