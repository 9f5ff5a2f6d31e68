//! API keys and their secrets.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// API key to secret. Its `Debug` shows neither.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Keys(BTreeMap<String, String>);

impl Keys {
    /// What the developers of this ecosystem expect on their own machine.
    pub(crate) fn dev() -> Self {
        Self(BTreeMap::from([("devkey".to_owned(), "secret".to_owned())]))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn secret(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    pub(crate) fn first(&self) -> Option<(&str, &str)> {
        self.iter().next()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(key, secret)| (key.as_str(), secret.as_str()))
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} keys [redacted]", self.0.len())
    }
}
