import type { Drawers } from "@stoa/sdk";
import {
  Check,
  Circle,
  Eraser,
  Highlighter,
  Hourglass,
  type LucideIcon,
  Minus,
  MoveUpRight,
  Pencil,
  Pointer,
  RectangleHorizontal,
  Trash2,
  Type,
  Undo2,
  Users,
} from "lucide-react";
import { Menu, MenuChoices, MenuItem } from "../../components/Menu.tsx";
import { Tooltip } from "../../components/Tooltip.tsx";
import { usePresence } from "../media/usePresence.ts";
import { useMay, useMyIdentity, useRoomState, useSession } from "../session.tsx";
import { tilesOf, type Tile } from "../stage/tiles.ts";
import { type RoomText, useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";
import { COLOURS, type Colour, type Drawing, type DrawingTool, useView } from "../view.tsx";
import { mayDrawOn } from "./mayDraw.ts";

const TOOLS: readonly [DrawingTool, LucideIcon][] = [
  ["pen", Pencil],
  ["highlighter", Highlighter],
  ["arrow", MoveUpRight],
  ["line", Minus],
  ["rectangle", RectangleHorizontal],
  ["ellipse", Circle],
  ["text", Type],
  ["laser", Pointer],
];
const COLOUR_NAMES = Object.keys(COLOURS) as Colour[];

/** The tools of drawing, shown while one draws. */
export function DrawingToolbar() {
  const { drawing, setDrawing } = useView();
  const text = useRoomText();
  const surface = useSurface();
  if (!drawing) return null;
  const set = (change: Partial<Drawing>) => setDrawing((before) => before && { ...before, ...change });
  return (
    <div className="room-tools" role="toolbar" aria-label={text("annotationTools")}>
      <div className="room-tools-group" role="group" aria-label={text("annotationTools")}>
        {TOOLS.map(([tool, icon]) => (
          <Tool key={tool} icon={icon} label={text(`tool_${tool}`)} pressed={drawing.tool === tool} onClick={() => set({ tool })} />
        ))}
      </div>
      <div className="room-tools-group" role="radiogroup" aria-label={text("colour")}>
        {COLOUR_NAMES.map((colour) => (
          <Swatch key={colour} colour={colour} chosen={drawing.colour === colour} label={text(`colour_${colour}`)} onChoose={() => set({ colour })} />
        ))}
      </div>
      <div className="room-tools-group">
        <Tool icon={Hourglass} label={text(drawing.fades ? "keepIt" : "fade")} pressed={drawing.fades} onClick={() => set({ fades: !drawing.fades })} />
        {surface && <Undoing surface={surface} />}
        {surface && <Allowing surface={surface} text={text} />}
        <span className="room-tools-done">
          <Tool icon={Check} label={text("doneDrawing")} onClick={() => setDrawing(null)} />
        </span>
      </div>
      {!surface && <p className="room-tools-note">{text("nothingToDraw")}</p>}
      {surface && <Forbidden surface={surface} />}
    </div>
  );
}

/** The picture that undo, clear and permission are about: the one drawn on last, else the large one, else one with drawings on it. */
function useSurface(): Tile | null {
  const { surface } = useView();
  const tiles = tilesOf(usePresence()).filter((tile) => tile.publication?.isOn && tile.publication.sid !== "");
  const main = document.querySelector<HTMLElement>(".room-tile[data-main]");
  const isMain = (tile: Tile) => tile.identity === main?.dataset["identity"] && tile.source === main.dataset["source"];
  const surfaces = useRoomState((state) => state.annotation?.surfaces) ?? [];
  const isDrawnOn = (tile: Tile) => surfaces.some((one) => one.surface === tile.publication?.sid && one.strokes.length > 0);
  const order = [(tile: Tile) => tile.key === surface, isMain, isDrawnOn, (tile: Tile) => !tile.is_local, () => true];
  return order.map((fits) => tiles.find(fits)).find((tile) => tile !== undefined) ?? null;
}

function Undoing({ surface }: { surface: Tile }) {
  const text = useRoomText();
  const { commands } = useSession();
  const act = useAct();
  const me = useMyIdentity();
  const mayClearAll = useMay("allow_annotation") || surface.is_local;
  const id = surface.publication?.sid ?? "";
  const strokes = useRoomState((state) => state.annotation?.surfaces.find((one) => one.surface === id)?.strokes) ?? [];
  const hasMine = strokes.some((stroke) => stroke.by.identity === me);
  const clear = (whose: "mine" | "all") => void act(commands.annotation.clear(id, whose));
  return (
    <>
      <Tool icon={Undo2} label={text("undo")} disabled={!hasMine} onClick={() => void act(commands.annotation.undo(id))} />
      {mayClearAll ? (
        <Menu align="center" trigger={<Tool icon={Eraser} label={text("clearMine")} disabled={strokes.length === 0} />}>
          <MenuItem icon={Eraser} disabled={!hasMine} onSelect={() => clear("mine")}>
            {text("clearMine")}
          </MenuItem>
          <MenuItem icon={Trash2} tone="danger" onSelect={() => clear("all")}>
            {text("clearAll")}
          </MenuItem>
        </Menu>
      ) : (
        <Tool icon={Eraser} label={text("clearMine")} disabled={!hasMine} onClick={() => clear("mine")} />
      )}
    </>
  );
}

/** The publisher of the picture, and hosts, say who may draw on it. */
function Allowing({ surface, text }: { surface: Tile; text: RoomText }) {
  const { commands } = useSession();
  const act = useAct();
  const may = useMay("allow_annotation") || surface.is_local;
  const id = surface.publication?.sid ?? "";
  const who = useRoomState((state) => state.annotation?.surfaces.find((one) => one.surface === id)?.who) ?? "everyone";
  if (!may) return null;
  const choices: Drawers[] = ["everyone", "hosts", "nobody"];
  return (
    <Menu align="center" trigger={<Tool icon={Users} label={text("whoDraws")} />}>
      <MenuChoices
        label={text("whoDraws")}
        value={who}
        options={choices.map((value) => ({ value, label: text(`who_${value}`) }))}
        onChange={(next) => void act(commands.annotation.allow(id, next))}
      />
    </Menu>
  );
}

function Forbidden({ surface }: { surface: Tile }) {
  const text = useRoomText();
  const may = useRoomState((state) => mayDrawOn(state, surface.publication?.sid ?? "")) ?? true;
  return may ? null : <p className="room-tools-note">{text("drawingNotAllowed")}</p>;
}

type ToolProps = React.ComponentProps<"button"> & { icon: LucideIcon; label: string; pressed?: boolean };

function Tool({ icon: Icon, label, pressed, ...rest }: ToolProps) {
  return (
    <Tooltip text={label}>
      <button type="button" aria-label={label} aria-pressed={pressed} {...rest} className="room-tool">
        <Icon aria-hidden size={18} />
      </button>
    </Tooltip>
  );
}

function Swatch({ colour, chosen, label, onChoose }: { colour: Colour; chosen: boolean; label: string; onChoose: () => void }) {
  return (
    <Tooltip text={label}>
      <button
        type="button"
        role="radio"
        aria-checked={chosen}
        aria-label={label}
        className="room-swatch"
        style={{ "--swatch": COLOURS[colour] } as React.CSSProperties}
        onClick={onChoose}
      />
    </Tooltip>
  );
}
