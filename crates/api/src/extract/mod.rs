//! What handlers ask for. Each says no in problem details.

mod input;
mod precondition;
mod write;

pub(crate) use input::{Json, Path, Query};
pub(crate) use precondition::Precondition;
pub(crate) use write::Write;
