import { ChevronLeft, ChevronRight, UserPlus } from "lucide-react";
import type { Arrangement } from "@stoa/models/stage";
import { useRef, useState } from "react";
import { classes } from "../../classes.ts";
import { IconButton } from "../../components/Button.tsx";
import { CopyButton } from "../../components/Copy.tsx";
import { useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useSize } from "./useSize.ts";
import { useStage } from "./useStage.ts";
import { VideoTile } from "./VideoTile.tsx";
import "./stage.css";

/** Everybody's pictures. A tile keeps its place in the document, so that its video never restarts. */
export function Stage() {
  const text = useRoomText();
  const node = useRef<HTMLElement>(null);
  const size = useSize(node);
  const [page, setPage] = useState(0);
  const { tiles, view } = useStage(size, page);
  const main = view.focus?.key ?? null;
  const alone = tiles.length === 1 && tiles[0]?.presence.isLocal === true;
  return (
    <section ref={node} className={classes("room-stage", main && "focused")} aria-label={text("stage")}>
      {size.width > 0 &&
        tiles.map((tile) => {
          const rect = view.rects.get(tile.key);
          return rect && <VideoTile key={tile.key} tile={tile} rect={rect} isMain={tile.key === main} />;
        })}
      {alone && <Alone />}
      {view.pages > 1 && <Pages arrangement={view} onPage={setPage} />}
    </section>
  );
}

function Alone() {
  const text = useRoomText();
  const { inviteUrl } = useSession();
  return (
    <div className="room-alone">
      <UserPlus aria-hidden size={20} />
      <div>
        <p>{text("alone")}</p>
        {inviteUrl && <p className="room-alone-hint">{text("aloneHint")}</p>}
      </div>
      {inviteUrl && <CopyButton text={inviteUrl} label={text("copyLink")} tone="primary" />}
    </div>
  );
}

function Pages({ arrangement: { page, pages }, onPage }: { arrangement: Arrangement; onPage: (page: number) => void }) {
  const text = useRoomText();
  return (
    <nav className="room-pages" aria-label={text("page", { page: page + 1, pages })}>
      <IconButton icon={ChevronLeft} size="sm" label={text("previousPage")} disabled={page === 0} onClick={() => onPage(page - 1)} />
      <span>
        {page + 1}/{pages}
      </span>
      <IconButton icon={ChevronRight} size="sm" label={text("nextPage")} disabled={page === pages - 1} onClick={() => onPage(page + 1)} />
    </nav>
  );
}
