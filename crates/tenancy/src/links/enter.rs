//! Somebody stands at the door with a code.

use super::{MAX_NAME, code};
use crate::rooms::{Opening, Room};
use crate::{Context, Denied, Refusal, secret, text};
use base::{LinkId, PersonId};
use room_core::kinds::Role;
use store::links::LinkRow;
use store::tenants::TenantRow;
use store::{Reader, Tx};

/// A browser's own random string; shorter ones could be somebody else's too.
const DEVICE_BYTES: std::ops::RangeInclusive<usize> = 8..=128;

/// Why the door stays shut. Shown to the visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinRefusal {
    #[error("This link no longer opens the room; ask your host for a new one.")]
    Revoked,
    #[error("This link has expired; ask your host for a new one.")]
    Expired,
    #[error("This link has been used by as many people as it was meant for.")]
    UsedUp,
    #[error("This meeting has ended.")]
    Ended,
    #[error("The meeting opens later.")]
    NotYet { opens_at_ms: u64 },
    #[error("This link needs a passcode.")]
    PasscodeNeeded,
    #[error("The passcode is wrong.")]
    PasscodeWrong,
}

impl JoinRefusal {
    /// Stable; part of the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Revoked => "link_revoked",
            Self::Expired => "link_expired",
            Self::UsedUp => "link_used_up",
            Self::Ended => "room_ended",
            Self::NotYet { .. } => "not_yet",
            Self::PasscodeNeeded => "passcode_needed",
            Self::PasscodeWrong => "passcode_wrong",
        }
    }
}

/// Where a code leads.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub link: LinkRow,
    pub role: Role,
    pub room: Room,
    pub tenant: TenantRow,
}

/// Who wants to come in.
#[derive(Clone, Debug)]
pub enum Visitor {
    /// One of the tenant's people, signed in.
    Person {
        id: PersonId,
        name: String,
    },
    Guest {
        device_id: String,
    },
}

/// Who has come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entrant {
    /// The person's id, or a guest's, which stays the same on the same device.
    pub identity: PersonId,
    pub name: String,
    pub role: Role,
    pub is_guest: bool,
}

/// Finds where a code leads, whether or not it opens.
///
/// # Errors
/// [`Refusal::NotFound`] for what is no code of ours.
pub async fn invitation(reader: &mut Reader, typed: &str) -> Result<Invitation, Denied> {
    let unknown = Refusal::NotFound { what: "link" };
    let code = code::parse(typed).ok_or(unknown.clone())?;
    let link = reader.links().find_by_code(&code).await?;
    let link = link.ok_or(unknown.clone())?;
    let room = reader.rooms().find(&link.tenant, &link.room).await?;
    let tenant = reader.tenants().find(&link.tenant).await?;
    let role = Role::ALL
        .into_iter()
        .find(|role| role.as_str() == link.role);
    Ok(Invitation {
        role: role.unwrap_or_default(),
        room: Room::of_row(room.ok_or(unknown.clone())?)?,
        tenant: tenant.ok_or(unknown)?,
        link,
    })
}

impl Invitation {
    /// Whether it opens at all now, passcode and uses aside.
    ///
    /// # Errors
    /// Why not.
    pub fn opens(&self, now_ms: u64) -> Result<(), JoinRefusal> {
        if self.link.revoked_ms.is_some() {
            return Err(JoinRefusal::Revoked);
        }
        if self.link.expires_ms.is_some_and(|at| at <= now_ms) {
            return Err(JoinRefusal::Expired);
        }
        match self.room.opening(now_ms) {
            Opening::Open => Ok(()),
            Opening::Ended => Err(JoinRefusal::Ended),
            // Who looks after the room may prepare it, and stay longer than planned.
            Opening::Over | Opening::NotYet { .. } if self.role.is_hosting() => Ok(()),
            Opening::Over => Err(JoinRefusal::Ended),
            Opening::NotYet { opens_at_ms } => Err(JoinRefusal::NotYet { opens_at_ms }),
        }
    }

    /// The role of one who comes by this link: the room's own host is its host by any link.
    pub fn role_of(&self, visitor: &Visitor) -> Role {
        match visitor {
            Visitor::Person { id, .. } if self.room.host.as_ref() == Some(id) => Role::Host,
            Visitor::Person { .. } | Visitor::Guest { .. } => self.role,
        }
    }
}

/// Makes a visitor somebody: himself, or a guest who is known again.
///
/// # Errors
/// The name or the device cannot be so.
pub async fn identify(
    tx: &mut Tx,
    context: &mut Context,
    invitation: &Invitation,
    visitor: &Visitor,
    name: &str,
) -> Result<Entrant, Denied> {
    let name = text::line("name", name, MAX_NAME)?;
    let (identity, is_guest) = match visitor {
        Visitor::Person { id, .. } => (id.clone(), false),
        Visitor::Guest { device_id } => {
            let id = guest(tx, context, invitation, device_id, &name).await?;
            (id, true)
        }
    };
    Ok(Entrant {
        identity,
        name,
        role: invitation.role_of(visitor),
        is_guest,
    })
}

/// Counts the use of the link by who is about to come in; coming again is no further use.
///
/// # Errors
/// (Inner) its uses are spent; then the transaction is to be dropped.
pub async fn count_use(
    tx: &mut Tx,
    now_ms: u64,
    link: &LinkId,
    entrant: &Entrant,
) -> Result<Result<(), JoinRefusal>, Denied> {
    let identity = entrant.identity.as_str();
    let fits = tx.links().use_by(link, identity, now_ms).await?;
    Ok(if fits {
        Ok(())
    } else {
        Err(JoinRefusal::UsedUp)
    })
}

async fn guest(
    tx: &mut Tx,
    context: &mut Context,
    invitation: &Invitation,
    device_id: &str,
    name: &str,
) -> Result<PersonId, Denied> {
    if !DEVICE_BYTES.contains(&device_id.len()) {
        return Err(Refusal::Invalid {
            field: "device_id",
            why: "must be a random text of 8 to 128 bytes",
        }
        .into());
    }
    let fresh = PersonId::random(&mut context.rng);
    let device = secret::hash(device_id.as_bytes());
    let (tenant, now_ms) = (&invitation.tenant.id, context.now_ms);
    let mut links = tx.links();
    Ok(links.guest(tenant, &fresh, &device, name, now_ms).await?)
}
