import type { Invitation } from "@stoa/sdk/api";
import { useFormat } from "@stoa/ui";
import { useMeetText } from "../text.ts";

/** What the meeting is, when, and who has invited. */
export function About({ invitation, asTitle = true }: { invitation: Invitation; asTitle?: boolean }) {
  const text = useMeetText();
  const format = useFormat();
  const { room, host_names: hosts } = invitation;
  const Title = asTitle ? "h1" : "p";
  return (
    <div className="meet-about">
      <p className="meet-kind">{text(`kind_${room.kind}`)}</p>
      <Title className="meet-title">{room.title}</Title>
      {room.starts_at && room.ends_at && (
        <p>{text("when", { day: format.day(room.starts_at), from: format.time(room.starts_at), to: format.time(room.ends_at) })}</p>
      )}
      <Elsewhere room={room} />
      {hosts.length > 0 && <p>{text("hostedBy", { names: format.list([...hosts]) })}</p>}
    </div>
  );
}

/** The time of where the meeting was planned, when that is not the reader's own. */
function Elsewhere({ room: { starts_at: startsAt, timezone } }: { room: Invitation["room"] }) {
  const text = useMeetText();
  const format = useFormat();
  if (!startsAt || !timezone) return null;
  const there = `${format.shortDay(startsAt, timezone)} ${format.time(startsAt, timezone)}`;
  if (there === `${format.shortDay(startsAt)} ${format.time(startsAt)}`) return null;
  const zone = timezone.replace(/^.*\//, "").replaceAll("_", " ");
  return <p className="meet-note">{text("elsewhere", { zone, there })}</p>;
}
