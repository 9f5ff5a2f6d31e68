use crate::Api;
use crate::answer::Answer;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuthMethods {
    /// Local accounts.
    password: bool,
    /// OpenID Connect, where it is set up.
    #[schema(required)]
    oidc: Option<Provider>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Provider {
    /// For the button.
    name: String,
}

/// How one can sign in here
#[utoipa::path(
    get, path = "/v1/auth/methods", operation_id = "list_auth_methods", tag = "session",
    responses((status = 200, description = "The ways", body = AuthMethods))
)]
pub(crate) async fn handle(State(api): State<Api>) -> Answer {
    let oidc = api.settings().oidc.as_ref();
    Answer::ok(&AuthMethods {
        password: true,
        oidc: oidc.map(|oidc| Provider {
            name: oidc.name.clone(),
        }),
    })
}
