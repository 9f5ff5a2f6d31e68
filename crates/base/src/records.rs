//! Ids of what is kept: tenants, people, rooms, links and the rest. Each begins with its kind, so
//! that one in a log or an address explains itself, and one cannot be taken for another.

use crate::rng::Rng;
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use std::sync::Arc;

/// Letters after the prefix. 56^20 makes a clash unthinkable for the life of a database.
const LETTERS: usize = 20;
/// Longer ones are nobody's: prefix and letters are far below it, ids imported from elsewhere too.
const MAX_BYTES: usize = 64;

macro_rules! record {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub struct $name(Arc<str>);

        impl $name {
            pub const PREFIX: &'static str = $prefix;

            pub fn random(rng: &mut Rng) -> Self {
                Self(rng.id(Self::PREFIX, LETTERS).into())
            }

            /// None unless `text` has the prefix, a tolerable length, and only letters, digits and
            /// underscores.
            pub fn parse(text: &str) -> Option<Self> {
                let rest = text.strip_prefix(Self::PREFIX)?;
                let plain = rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
                (!rest.is_empty() && text.len() <= MAX_BYTES && plain).then(|| Self(text.into()))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                Self::parse(&text).ok_or_else(|| {
                    serde::de::Error::custom(concat!("not an id that begins with ", $prefix))
                })
            }
        }
    };
}

record!(
    /// A merchant, with his staff and all that is theirs.
    TenantId,
    "ten_"
);
record!(
    /// Somebody with an account, or a guest who is known again.
    PersonId,
    "per_"
);
record!(
    /// A key by which a tenant's server signs in; not the secret itself.
    ApiKeyId,
    "key_"
);
record!(
    /// A room as it is planned and kept; live, its name is this id.
    RoomId,
    "room_"
);
record!(
    /// A way into a room for whoever has it.
    LinkId,
    "lnk_"
);
record!(FileId, "file_");
record!(
    /// An address of a tenant that is told of events.
    WebhookId,
    "hook_"
);
record!(
    /// One thing that has happened; the same for everybody who is told of it.
    EventId,
    "evt_"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_text_and_no_other_kind_takes_it() {
        let id = PersonId::random(&mut Rng::from_seed(1));
        assert_eq!(PersonId::parse(id.as_str()), Some(id.clone()));
        assert_eq!(TenantId::parse(id.as_str()), None);
    }

    #[test]
    fn what_could_not_be_an_id_is_none() {
        for wrong in [
            "",
            "per_",
            "per_a b",
            "per_a/../b",
            "per_é",
            &"per_a".repeat(20),
        ] {
            assert_eq!(PersonId::parse(wrong), None, "{wrong}");
        }
    }
}
