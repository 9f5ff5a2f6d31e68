use crate::Api;
use crate::answer::Answer;
use crate::problem::Problem;
use axum::extract::State;
use serde::Serialize;
use tenancy::sessions::MAGIC_LINK_REQUESTED;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuthMethods {
    /// Local accounts.
    password: bool,
    /// Links by e-mail: the server sends mail, or a webhook hears `magic_link.requested`.
    magic_link: bool,
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
pub(crate) async fn handle(State(api): State<Api>) -> Result<Answer, Problem> {
    let oidc = api.settings().oidc.as_ref();
    let magic_link = match api.ports().mail {
        Some(_) => true,
        None => {
            let mut reader = api.store().reader().await?;
            reader.hooks().is_heard(MAGIC_LINK_REQUESTED).await?
        }
    };
    Ok(Answer::ok(&AuthMethods {
        password: true,
        magic_link,
        oidc: oidc.map(|oidc| Provider {
            name: oidc.name.clone(),
        }),
    }))
}
