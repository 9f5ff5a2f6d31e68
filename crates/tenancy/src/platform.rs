//! Those who run the whole platform.

use crate::people::{MAX_NAME_CHARACTERS, OPERATOR};
use crate::{Context, Denied, Right, audit, text};
use base::{PersonId, Redacted};
use serde_json::json;
use store::Tx;
use store::people::PersonRow;

/// Makes somebody an operator; an account is made for an address that has none.
///
/// # Errors
/// The actor is neither an operator nor the server itself.
pub async fn make_operator(
    tx: &mut Tx,
    context: &mut Context,
    email: &str,
    name: &str,
    password_hash: Redacted<String>,
) -> Result<PersonId, Denied> {
    context.actor.need(Right::PlatformTenants)?;
    let email = text::email("email", email)?;
    let id = match tx.people().find_by_email(&email).await? {
        Some(mut person) => {
            person.platform_role = Some(OPERATOR.to_owned());
            tx.people().update(&person).await?;
            person.id
        }
        None => {
            let person = PersonRow {
                id: PersonId::random(&mut context.rng),
                email: Redacted::new(email),
                name: Redacted::new(text::line("name", name, MAX_NAME_CHARACTERS)?),
                locale: "en".to_owned(),
                password_hash: Some(password_hash),
                platform_role: Some(OPERATOR.to_owned()),
                created_ms: context.now_ms,
                version: 1,
            };
            tx.people().insert(&person).await?;
            person.id
        }
    };
    let log = audit::platform();
    audit::enter(tx, context, &log, "operator.made", id.as_str(), json!({})).await?;
    Ok(id)
}
