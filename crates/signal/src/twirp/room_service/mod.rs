//! `livekit.RoomService`: rooms and the people in them, looked after by other servers.

pub(super) mod create_room;
pub(super) mod delete_room;
pub(super) mod forward_participant;
pub(super) mod get_participant;
pub(super) mod list_participants;
pub(super) mod list_rooms;
pub(super) mod move_participant;
pub(super) mod mute_published_track;
pub(super) mod perform_rpc;
pub(super) mod remove_participant;
pub(super) mod send_data;
pub(super) mod update_participant;
pub(super) mod update_room_metadata;
pub(super) mod update_subscriptions;
