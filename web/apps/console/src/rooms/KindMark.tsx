import { KIND_ICONS, type Kind } from "./kinds.ts";
import "./KindMark.css";

/** The kind's sign. Decorative: the kind's name or the room's title stands beside it. */
export function KindMark({ kind, isLive = false }: { kind: Kind; isLive?: boolean }) {
  const Icon = KIND_ICONS[kind];
  return (
    <span aria-hidden className={isLive ? "kind-mark kind-mark-live" : "kind-mark"}>
      <Icon size={18} />
    </span>
  );
}
