import type { Invitation } from "@stoa/sdk/api";
import { Avatar } from "@stoa/ui";
import { useMeetText } from "../text.ts";

const FACES = 4;

/** Who is inside, so that one knows before whom one appears. */
export function Inside({ invitation }: { invitation: Invitation }) {
  const words = useWords(invitation);
  const { inside } = invitation;
  return (
    <p className="meet-inside">
      {inside.length > 0 && (
        <span className="meet-faces" aria-hidden>
          {inside.slice(0, FACES).map(({ name }, at) => (
            <Avatar key={at} name={name} size={28} />
          ))}
        </span>
      )}
      <span>{words}</span>
    </p>
  );
}

function useWords({ inside, inside_count: count }: Invitation): string {
  const text = useMeetText();
  const [first, second] = inside;
  if (!first) return text("inside_nobody");
  if (!second) return text("inside_one", { name: first.name });
  const both = { name: first.name, other: second.name };
  return count <= 2 ? text("inside_two", both) : text("inside_more", { ...both, rest: count - 2 });
}
