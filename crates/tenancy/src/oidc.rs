//! Signing in at an identity provider: what is kept while it goes on, and whose identity it is.
//!
//! An identity becomes somebody's when it first comes with the e-mail address that an account has,
//! and the provider vouches for the address. Accounts are made by those who may: adding somebody to
//! the staff is inviting him.

use crate::{Context, Denied, Refusal, audit, secret, text};
use base::{PersonId, Redacted};
use serde_json::json;
use store::Tx;
use store::people::PersonRow;
use store::sessions::OidcLogin;

/// Somebody may have to find his second factor; an answer that comes later is nobody's.
pub const LOGIN_MS: u64 = 10 * 60 * 1_000;

/// Sign-ins under way at a time: a large company in the morning, and some megabytes. Whoever begins
/// more for no purpose takes the place of the oldest, which are hardly anybody's any more.
const MAX_LOGINS: u32 = 20_000;

/// A sign-in that has just begun.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Comes back with the provider's answer.
    pub state: Redacted<String>,
    pub login: OidcLogin,
}

/// Who somebody is, as the provider says.
#[derive(Clone, Debug)]
pub struct Identity {
    pub issuer: String,
    /// Never given to another by this issuer.
    pub subject: Redacted<String>,
    /// None unless the provider has verified that it is his.
    pub email: Option<Redacted<String>>,
}

/// # Errors
/// The database does not answer.
pub async fn begin(tx: &mut Tx, context: &Context, return_to: &str) -> Result<Begun, Denied> {
    let begun = Begun {
        state: secret::random(),
        login: OidcLogin {
            nonce: secret::random(),
            verifier: secret::random(),
            return_to: return_to.to_owned(),
        },
    };
    let hash = secret::hash(begun.state.expose().as_bytes());
    let expires_ms = context.now_ms + LOGIN_MS;
    tx.sessions()
        .insert_oidc_login(&hash, &begun.login, expires_ms)
        .await?;
    tx.sessions().forget_oidc_logins(MAX_LOGINS).await?;
    Ok(begun)
}

/// The sign-in that an answer belongs to; each is answered once.
///
/// # Errors
/// [`Refusal::SignInExpired`] if there is none, or none any more.
pub async fn answered(tx: &mut Tx, context: &Context, state: &str) -> Result<OidcLogin, Denied> {
    let hash = secret::hash(state.as_bytes());
    let login = tx.sessions().take_oidc_login(&hash, context.now_ms).await?;
    login.ok_or_else(|| Refusal::SignInExpired.into())
}

/// The account of an identity.
///
/// # Errors
/// [`Refusal::NotInvited`] if nobody has made one for its e-mail address; [`Refusal::Conflict`] if
/// that is the account of another identity.
pub async fn person(
    tx: &mut Tx,
    context: &mut Context,
    identity: &Identity,
) -> Result<PersonRow, Denied> {
    let subject = identity.subject.expose();
    let known = tx
        .sessions()
        .find_identity(&identity.issuer, subject)
        .await?;
    if let Some(known) = known {
        let person = tx.people().find(&known).await?;
        return person.ok_or_else(|| Refusal::NotInvited.into());
    }
    let email = identity.email.as_ref().ok_or(Refusal::NotInvited)?;
    let email = text::email("email", email.expose()).map_err(|_| Refusal::NotInvited)?;
    let person = tx.people().find_by_email(&email).await?;
    let person = person.ok_or(Refusal::NotInvited)?;
    if tx
        .sessions()
        .is_known_at(&identity.issuer, &person.id)
        .await?
    {
        // An address that has gone to somebody else takes no account with it.
        return Err(Refusal::Conflict {
            what: "account",
            why: "it belongs to another identity of this provider",
        }
        .into());
    }
    tx.sessions()
        .insert_identity(&identity.issuer, subject, &person.id)
        .await?;
    enter(tx, context, &person.id).await?;
    Ok(person)
}

/// Into the log of the first tenant that he belongs to, as with sessions.
async fn enter(tx: &mut Tx, context: &Context, person: &PersonId) -> Result<(), Denied> {
    let memberships = tx.people().memberships(person).await?;
    let first = memberships.into_iter().next();
    let log = first.map_or_else(audit::platform, |membership| membership.tenant);
    let target = person.as_str();
    audit::enter(tx, context, &log, "identity.linked", target, json!({})).await
}
