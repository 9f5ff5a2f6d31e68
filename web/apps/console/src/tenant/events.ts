/** What the server tells webhooks of. */
export const EVENTS = [
  "room.created",
  "room.changed",
  "room.deleted",
  "room.opened",
  "room.closed",
  "person.joined",
  "person.left",
  "magic_link.requested",
] as const;
