//! The identity provider, as OpenID Connect sees it (code flow with PKCE: OpenID Connect Core 1.0,
//! RFC 7636). What is kept of a sign-in, and whose it is, is decided in `tenancy::oidc`.

mod http;

use crate::OidcProvider;
use http::{HttpFailure, send};
use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreErrorResponseType,
    CoreProviderMetadata, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, ConfigurationError,
    CsrfToken, DiscoveryError, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest,
    IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RequestTokenError, Scope, StandardErrorResponse, TokenResponse as _, UserInfoError,
};
use std::sync::{Mutex, OnceLock, PoisonError};
use store::sessions::OidcLogin;
use tenancy::oidc::{Begun, Identity};

/// Where the provider sends people back to, below the public URL.
pub(crate) const CALLBACK: &str = "/v1/auth/oidc/callback";

/// How long the provider's description of itself is taken as it was, for sending people there.
/// Their coming back is checked with a fresh one, so that a new key of the provider is known.
const METADATA_MS: u64 = 10 * 60 * 1_000;

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

#[derive(Debug)]
pub(crate) struct Provider {
    known_as: OidcProvider,
    callback: String,
    client: OnceLock<reqwest::Client>,
    /// With the time when it was fetched.
    metadata: Mutex<Option<(u64, CoreProviderMetadata)>>,
}

/// Why nobody could be signed in by the provider.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OidcFailure {
    #[error("the identity provider cannot be used as it is configured")]
    Configured(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the identity provider cannot be reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the identity provider's answer does not hold")]
    Wrong(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Provider {
    pub(crate) fn new(known_as: OidcProvider, callback: String) -> Self {
        Self {
            known_as,
            callback,
            client: OnceLock::new(),
            metadata: Mutex::default(),
        }
    }

    /// Where a browser is sent to sign in; `asks_account`: and to be asked as whom.
    pub(crate) async fn sign_in_url(
        &self,
        begun: &Begun,
        asks_account: bool,
        now_ms: u64,
    ) -> Result<String, OidcFailure> {
        let known = self
            .metadata
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let metadata = match known {
            Some((at_ms, metadata)) if now_ms < at_ms + METADATA_MS => metadata,
            Some(_) | None => self.discovered(now_ms).await?,
        };
        let verifier = PkceCodeVerifier::new(begun.login.verifier.expose().clone());
        let (state, nonce) = (
            begun.state.expose().clone(),
            begun.login.nonce.expose().clone(),
        );
        let client = self.knowing(metadata)?;
        let mut asked = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                || CsrfToken::new(state),
                || Nonce::new(nonce),
            )
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        if asks_account {
            asked = asked.add_prompt(CoreAuthPrompt::SelectAccount);
        }
        let (url, ..) = asked.url();
        Ok(url.into())
    }

    /// Who came back with `code`.
    pub(crate) async fn identity(
        &self,
        login: &OidcLogin,
        code: &str,
        now_ms: u64,
    ) -> Result<Identity, OidcFailure> {
        let http = self.http()?;
        let call = |request: HttpRequest| send(http.clone(), request);
        let client = self.knowing(self.discovered(now_ms).await?)?;
        let answer: CoreTokenResponse = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(configured)?
            .set_pkce_verifier(PkceCodeVerifier::new(login.verifier.expose().clone()))
            .request_async(&call)
            .await
            .map_err(of_token)?;
        let token = answer
            .id_token()
            .ok_or_else(|| OidcFailure::Wrong("it has no ID token".into()))?;
        let nonce = Nonce::new(login.nonce.expose().clone());
        let claims = token
            .claims(&client.id_token_verifier(), &nonce)
            .map_err(|error: ClaimsVerificationError| OidcFailure::Wrong(Box::new(error)))?;
        let mut email = claims.email().cloned();
        let mut is_verified = claims.email_verified();
        if email.is_none() {
            // Providers may tell it at the UserInfo endpoint only (Core 1.0, section 5.4).
            let subject = Some(claims.subject().clone());
            if let Ok(asked) = client.user_info(answer.access_token().clone(), subject) {
                let told: CoreUserInfoClaims =
                    asked.request_async(&call).await.map_err(of_user_info)?;
                email = told.email().cloned();
                is_verified = told.email_verified();
            }
        }
        Ok(Identity {
            issuer: claims.issuer().to_string(),
            subject: base::Redacted::new(claims.subject().to_string()),
            email: email
                .filter(|_| is_verified == Some(true))
                .map(|email| base::Redacted::new(email.to_string())),
        })
    }

    fn knowing(&self, metadata: CoreProviderMetadata) -> Result<Client, OidcFailure> {
        let id = ClientId::new(self.known_as.client_id.clone());
        let secret = self.known_as.client_secret.expose();
        // A public client has none; PKCE protects it.
        let secret = (!secret.is_empty()).then(|| ClientSecret::new(secret.clone()));
        let callback = RedirectUrl::new(self.callback.clone())
            .map_err(|error| OidcFailure::Configured(Box::new(error)))?;
        Ok(CoreClient::from_provider_metadata(metadata, id, secret).set_redirect_uri(callback))
    }

    /// The provider's description of itself, with its keys.
    async fn discovered(&self, now_ms: u64) -> Result<CoreProviderMetadata, OidcFailure> {
        let issuer = IssuerUrl::new(self.known_as.issuer.clone())
            .map_err(|error| OidcFailure::Configured(Box::new(error)))?;
        let http = self.http()?;
        let call = |request: HttpRequest| send(http.clone(), request);
        let metadata = CoreProviderMetadata::discover_async(issuer, &call)
            .await
            .map_err(of_discovery)?;
        *self.metadata.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((now_ms, metadata.clone()));
        Ok(metadata)
    }

    fn http(&self) -> Result<&reqwest::Client, OidcFailure> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = http::client().map_err(|error| OidcFailure::Configured(Box::new(error)))?;
        Ok(self.client.get_or_init(|| client))
    }
}

fn configured(error: ConfigurationError) -> OidcFailure {
    OidcFailure::Configured(Box::new(error))
}

fn of_discovery(error: DiscoveryError<HttpFailure>) -> OidcFailure {
    match error {
        DiscoveryError::Request(error) => OidcFailure::Unreachable(Box::new(error)),
        // An answer that is no description of a provider: there is another server at this address.
        error => OidcFailure::Unreachable(error.to_string().into()),
    }
}

fn of_token(
    error: RequestTokenError<HttpFailure, StandardErrorResponse<CoreErrorResponseType>>,
) -> OidcFailure {
    match error {
        RequestTokenError::Request(error) => OidcFailure::Unreachable(Box::new(error)),
        // Without its texts: they may repeat what was sent.
        RequestTokenError::ServerResponse(refused) => {
            OidcFailure::Wrong(format!("the code was refused: {}", refused.error().as_ref()).into())
        }
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            OidcFailure::Wrong("the token cannot be read".into())
        }
    }
}

fn of_user_info(error: UserInfoError<HttpFailure>) -> OidcFailure {
    match error {
        UserInfoError::Request(error) => OidcFailure::Unreachable(Box::new(error)),
        error => OidcFailure::Wrong(error.to_string().into()),
    }
}
