import { Ellipsis, Maximize, Pin, PinOff } from "lucide-react";
import type { Person } from "@stoa/sdk";
import { IconButton } from "../../components/Button.tsx";
import { Menu, MenuItem, MenuSeparator } from "../../components/Menu.tsx";
import { PersonActions, usePersonActions } from "../panels/PersonActions.tsx";
import { useRoomState, useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";
import { useView } from "../view.tsx";
import type { Tile } from "./tiles.ts";

/** What one may do with a tile. */
export function TileMenu({ tile }: { tile: Tile }) {
  const text = useRoomText();
  const { pinned, setPinned } = useView();
  const { identity, name } = tile.presence;
  const person = useRoomState((state) => state.people.people.find((one) => one.identity === identity) ?? null);
  const isPinned = pinned === tile.key;
  return (
    <div className="room-tile-menu">
      <Menu trigger={<IconButton icon={Ellipsis} size="sm" label={text("tileMenu", { name })} />}>
        <MenuItem icon={isPinned ? PinOff : Pin} onSelect={() => setPinned(isPinned ? null : tile.key)}>
          {text(isPinned ? "unpin" : "pin")}
        </MenuItem>
        {document.fullscreenEnabled && (
          <MenuItem icon={Maximize} onSelect={() => void showFullScreen(tile)}>
            {text("fullScreenThis")}
          </MenuItem>
        )}
        {person && <Rights tile={tile} person={person} />}
      </Menu>
    </div>
  );
}

function Rights({ tile, person }: { tile: Tile; person: Person }) {
  const { commands } = useSession();
  const act = useAct();
  const all = usePersonActions(person, tile.presence, {});
  const shown = all.filter(({ key }) => (tile.source === "camera" ? ON_CAMERA : ON_SCREEN).includes(key));
  const spotlit = useRoomState(({ layout }) => layout?.spotlight);
  if (shown.length === 0) return null;
  const adjusted = shown.map((action) =>
    action.key === "spotlight" && tile.source === "screen_share"
      ? {
          ...action,
          run: () =>
            void act(
              commands.layout.spotlight(spotlit?.identity === person.identity ? null : person.identity, "screen_share"),
            ),
        }
      : action,
  );
  return (
    <>
      <MenuSeparator />
      <PersonActions actions={adjusted} />
    </>
  );
}

const ON_CAMERA = ["spotlight", "close_up", "mute", "ask", "video", "lower"];
const ON_SCREEN = ["spotlight", "share"];

function showFullScreen(tile: Tile): Promise<void> | undefined {
  const node = document.querySelector(
    `.room-tile[data-identity="${CSS.escape(tile.presence.identity)}"][data-source="${tile.source}"]`,
  );
  return node?.requestFullscreen();
}
