//! What handlers ask for. Each says no in problem details.

mod input;
mod language;
mod precondition;
mod write;

pub(crate) use input::{Json, Path, Query};
pub(crate) use language::Language;
pub(crate) use precondition::Precondition;
pub(crate) use write::Write;
