/** What the server tells webhooks of (crates/tenancy/src/events.rs). */
export const EVENTS = [
  "room.created",
  "room.changed",
  "room.cancelled",
  "room.ended",
  "room.opened",
  "room.closed",
  "participant.joined",
  "participant.left",
  "link.created",
  "link.changed",
  "link.revoked",
  "file.uploaded",
  "file.deleted",
  "magic_link.requested",
] as const;
