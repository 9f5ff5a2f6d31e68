import type { Invitation } from "@stoa/sdk/api";

/** An iCalendar file (RFC 5545) of one event, made here because a guest has no right to the room's own. */
export function calendarOf({ room, tenant }: Invitation, link: string, now: Date): string {
  const begin = new Date(room.starts_at ?? now);
  const end = new Date(room.ends_at ?? begin.getTime() + 3_600_000);
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Stoa//Meet//EN",
    "BEGIN:VEVENT",
    `UID:${escaped(room.id)}@stoa`,
    `DTSTAMP:${utc(now)}`,
    `DTSTART:${utc(begin)}`,
    `DTEND:${utc(end)}`,
    `SUMMARY:${escaped(room.title)}`,
    `ORGANIZER;CN="${tenant.name.replace(/["\r\n]/g, " ")}":${link}`,
    `LOCATION:${escaped(link)}`,
    `URL:${link}`,
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return `${lines.map(folded).join("\r\n")}\r\n`;
}

export function saveCalendar(invitation: Invitation, link: string): void {
  const url = URL.createObjectURL(new Blob([calendarOf(invitation, link, new Date())], { type: "text/calendar" }));
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = "meeting.ics";
  anchor.click();
  // Safari has not read it by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

const utc = (at: Date) => `${at.toISOString().replace(/[-:]/g, "").slice(0, 15)}Z`;

const escaped = (value: string) => value.replace(/([\\;,])/g, "\\$1").replace(/\r?\n/g, "\\n");

/** Lines of at most 75 octets (RFC 5545, section 3.1); Chinese characters have three each. */
function folded(line: string): string {
  const parts: string[] = [];
  let part = "";
  let octets = 0;
  for (const character of line) {
    const size = new TextEncoder().encode(character).length;
    if (octets + size > 74) {
      parts.push(part);
      part = "";
      octets = 0;
    }
    part += character;
    octets += size;
  }
  return [...parts, part].join("\r\n ");
}
