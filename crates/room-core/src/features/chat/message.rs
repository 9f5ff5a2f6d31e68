//! One message, and who sees it.

use crate::features::author::Author;
use crate::features::feature::{Actor, Hearers};
use crate::features::file::File;
use crate::kinds::Right;
use base::Identity;
use serde::{Deserialize, Serialize};

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub id: String,
    pub from: Author,
    /// Milliseconds since 1970.
    pub at: u64,
    pub text: String,
    pub to: To,
    pub reply_to: Option<String>,
    pub files: Vec<File>,
    pub deleted: bool,
    /// Said by one of a large audience when many speak: it is for the stage, and in the history.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub aside: bool,
}

/// For whom it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum To {
    #[default]
    All,
    /// Those who moderate.
    Hosts,
    Person {
        identity: Identity,
    },
}

impl Message {
    /// It keeps its place and loses its content.
    pub(in crate::features) fn empty(&mut self) {
        self.text.clear();
        self.files.clear();
        self.deleted = true;
    }

    /// `is_seated`: whether the viewer is one of those who are only counted.
    pub(super) fn is_seen_by(&self, viewer: &Actor, is_seated: bool) -> bool {
        self.from.identity == viewer.identity
            || match &self.to {
                To::All => !(self.aside && is_seated),
                To::Hosts => viewer.may(Right::ModerateChat),
                To::Person { identity } => *identity == viewer.identity,
            }
    }

    pub(super) fn hearers(&self) -> Hearers {
        let from = self.from.identity.clone();
        match &self.to {
            To::All if self.aside => Hearers::Stage { also: from },
            To::All => Hearers::All,
            To::Hosts => Hearers::With {
                right: Right::ModerateChat,
                also: vec![from],
            },
            To::Person { identity } => Hearers::Only(vec![from, identity.clone()]),
        }
    }
}

/// What people say must not come into a log by accident.
impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Message")
            .field("id", &self.id)
            .field("from", &self.from)
            .field("bytes", &self.text.len())
            .field("files", &self.files.len())
            .finish_non_exhaustive()
    }
}
