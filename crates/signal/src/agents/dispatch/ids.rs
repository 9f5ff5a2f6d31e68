//! Names of workers, jobs and dispatches, with the prefixes that clients of this ecosystem know.

use base::rng::Rng;
use std::fmt;
use std::sync::Arc;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            pub fn random(rng: &mut Rng) -> Self {
                Self(rng.id($prefix, 12).into())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// One connection of an agent worker.
    WorkerId,
    "AW_"
);
id!(
    /// One agent in one room; keeps its id when another worker takes it over.
    JobId,
    "AJ_"
);
id!(
    /// The wish to have an agent in a room.
    DispatchId,
    "AD_"
);
