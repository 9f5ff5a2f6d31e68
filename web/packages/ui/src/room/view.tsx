import type { Tool } from "@stoa/sdk";
import { createContext, type Dispatch, type ReactNode, type SetStateAction, useContext, useMemo, useState } from "react";

export type PanelName = "people" | "chat" | "questions" | "files" | "agenda" | "statistics";
export type DrawingTool = Tool | "laser";

export const COLOURS = {
  red: "#e5484d",
  orange: "#f76b15",
  yellow: "#ffd60a",
  green: "#30a46c",
  blue: "#0090ff",
  white: "#ffffff",
  black: "#16181d",
} as const;
export type Colour = keyof typeof COLOURS;

export interface Drawing {
  tool: DrawingTool;
  colour: Colour;
  /** Strokes go away by themselves, or stay until they are cleared. */
  fades: boolean;
}

/** What one looks at and what is open: mine alone, unlike the room's state. */
export interface MeetingView {
  mode: "grid" | "speaker";
  setMode: (mode: "grid" | "speaker") => void;
  /** A tile's key, see `tileKey` of the models. */
  pinned: string | null;
  setPinned: (key: string | null) => void;
  panel: PanelName | null;
  setPanel: Dispatch<SetStateAction<PanelName | null>>;
  /** Null while one does not draw. */
  drawing: Drawing | null;
  setDrawing: Dispatch<SetStateAction<Drawing | null>>;
  /** The tile on which one drew last: undo and clear count for it. */
  surface: string | null;
  setSurface: (surface: string | null) => void;
  showsOwnScreen: boolean;
  setShowsOwnScreen: (shows: boolean) => void;
}

const ViewContext = createContext<MeetingView | null>(null);

export function ViewProvider({ children }: { children: ReactNode }) {
  const [mode, setMode] = useState<"grid" | "speaker">("grid");
  const [pinned, setPinned] = useState<string | null>(null);
  const [panel, setPanel] = useState<PanelName | null>(null);
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  const [surface, setSurface] = useState<string | null>(null);
  const [showsOwnScreen, setShowsOwnScreen] = useState(false);
  const view = useMemo(
    () => ({
      mode, setMode, pinned, setPinned, panel, setPanel, drawing, setDrawing, surface, setSurface, showsOwnScreen, setShowsOwnScreen,
    }),
    [mode, pinned, panel, drawing, surface, showsOwnScreen],
  );
  return <ViewContext value={view}>{children}</ViewContext>;
}

export function useView(): MeetingView {
  const view = useContext(ViewContext);
  if (!view) throw new Error("a component of the meeting stands outside a ViewProvider");
  return view;
}

/** Red is seen on most pictures; fading keeps a picture clean without anybody tidying up. */
export const FIRST_DRAWING: Drawing = { tool: "pen", colour: "red", fades: false };
