//! Signed-in browsers.

use crate::{Actor, TenantRole};
use store::{Reader, StoreError};

/// Who a session is of; None if it has ended.
///
/// # Errors
/// The database cannot be read.
pub async fn actor(
    reader: &mut Reader,
    token_hash: &[u8; 32],
    now_ms: u64,
) -> Result<Option<Actor>, StoreError> {
    let owner = reader.sessions().owner(token_hash, now_ms).await?;
    Ok(owner.map(|owner| Actor::Person {
        person: owner.person,
        tenant: owner
            .tenant
            .and_then(|(tenant, role)| Some((tenant, TenantRole::parse(&role)?))),
        is_operator: owner.platform_role.as_deref() == Some(crate::people::OPERATOR),
    }))
}
