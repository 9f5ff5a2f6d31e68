//! `livekit.AgentDispatchService`: agents called into rooms.

pub(super) mod create_dispatch;
pub(super) mod delete_dispatch;
pub(super) mod list_dispatch;
