//! Who may do what, as one table.

use crate::TenantRole;
use serde::{Deserialize, Serialize};

/// What somebody may do in a tenant. An API key has some of them as its scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Right {
    #[serde(rename = "tenant.read")]
    TenantRead,
    #[serde(rename = "tenant.write")]
    TenantWrite,
    #[serde(rename = "people.read")]
    PeopleRead,
    #[serde(rename = "people.write")]
    PeopleWrite,
    #[serde(rename = "keys.read")]
    KeysRead,
    #[serde(rename = "keys.write")]
    KeysWrite,
    #[serde(rename = "audit.read")]
    AuditRead,
    #[serde(rename = "rooms.read")]
    RoomsRead,
    #[serde(rename = "rooms.write")]
    RoomsWrite,
    /// Enter a room, and act in a live one.
    #[serde(rename = "rooms.join")]
    RoomsJoin,
    #[serde(rename = "history.read")]
    HistoryRead,
    #[serde(rename = "files.read")]
    FilesRead,
    #[serde(rename = "files.write")]
    FilesWrite,
    #[serde(rename = "webhooks.read")]
    WebhooksRead,
    #[serde(rename = "webhooks.write")]
    WebhooksWrite,
    /// Make tenants and look after them: people of the platform only, never a scope.
    #[serde(rename = "platform.tenants")]
    PlatformTenants,
}

impl Right {
    pub const ALL: [Self; 16] = [
        Self::TenantRead,
        Self::TenantWrite,
        Self::PeopleRead,
        Self::PeopleWrite,
        Self::KeysRead,
        Self::KeysWrite,
        Self::AuditRead,
        Self::RoomsRead,
        Self::RoomsWrite,
        Self::RoomsJoin,
        Self::HistoryRead,
        Self::FilesRead,
        Self::FilesWrite,
        Self::WebhooksRead,
        Self::WebhooksWrite,
        Self::PlatformTenants,
    ];

    /// As it is written in scopes and refusals.
    pub fn code(self) -> &'static str {
        match self {
            Self::TenantRead => "tenant.read",
            Self::TenantWrite => "tenant.write",
            Self::PeopleRead => "people.read",
            Self::PeopleWrite => "people.write",
            Self::KeysRead => "keys.read",
            Self::KeysWrite => "keys.write",
            Self::AuditRead => "audit.read",
            Self::RoomsRead => "rooms.read",
            Self::RoomsWrite => "rooms.write",
            Self::RoomsJoin => "rooms.join",
            Self::HistoryRead => "history.read",
            Self::FilesRead => "files.read",
            Self::FilesWrite => "files.write",
            Self::WebhooksRead => "webhooks.read",
            Self::WebhooksWrite => "webhooks.write",
            Self::PlatformTenants => "platform.tenants",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|right| right.code() == code)
    }

    /// Whether an API key may have it.
    pub fn is_scope(self) -> bool {
        self != Self::PlatformTenants
    }
}

/// The table: what a role of the staff may do.
pub fn of_role(role: TenantRole) -> &'static [Right] {
    match role {
        TenantRole::Owner | TenantRole::Admin => &[
            Right::TenantRead,
            Right::TenantWrite,
            Right::PeopleRead,
            Right::PeopleWrite,
            Right::KeysRead,
            Right::KeysWrite,
            Right::AuditRead,
            Right::RoomsRead,
            Right::RoomsWrite,
            Right::RoomsJoin,
            Right::HistoryRead,
            Right::FilesRead,
            Right::FilesWrite,
            Right::WebhooksRead,
            Right::WebhooksWrite,
        ],
        TenantRole::Staff => &[
            Right::TenantRead,
            Right::PeopleRead,
            Right::RoomsRead,
            Right::RoomsWrite,
            Right::RoomsJoin,
            Right::HistoryRead,
            Right::FilesRead,
            Right::FilesWrite,
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_rights() {
        let mut table = format!("{:<18}owner  admin  staff  key\n", "");
        for right in Right::ALL {
            let has = |role| {
                if of_role(role).contains(&right) {
                    "yes"
                } else {
                    "–"
                }
            };
            table.push_str(&format!(
                "{:<18}{:<7}{:<7}{:<7}{}\n",
                right.code(),
                has(TenantRole::Owner),
                has(TenantRole::Admin),
                has(TenantRole::Staff),
                if right.is_scope() { "yes" } else { "–" },
            ));
        }
        assert_eq!(table, include_str!("rights.snapshot.txt"));
    }

    #[test]
    fn a_code_finds_its_right() {
        for right in Right::ALL {
            assert_eq!(Right::parse(right.code()), Some(right));
            let written = serde_json::to_string(&right).unwrap();
            assert_eq!(written, format!("\"{}\"", right.code()));
        }
        assert_eq!(Right::parse("rooms"), None);
    }
}
