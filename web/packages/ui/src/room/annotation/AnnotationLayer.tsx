import { withEcho } from "@stoa/models/annotation";
import type { Rect } from "@stoa/models/stage";
import type { Stroke } from "@stoa/sdk";
import { CloudAlert } from "lucide-react";
import { memo } from "react";
import { useRoomState } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useView } from "../view.tsx";
import { LaserDots } from "./LaserDots.tsx";
import { mayDrawOn } from "./mayDraw.ts";
import { Pad } from "./Pad.tsx";
import { StrokeShape } from "./StrokeShape.tsx";
import { usePen } from "./usePen.ts";
import "./annotation.css";

type Props = {
  surface: string;
  tileKey: string;
  name: string;
  /** Where the picture lies in the tile: drawings keep to it, however the tile is shaped. */
  rect: Rect;
  mirrored: boolean;
};

const NO_STROKES: readonly Stroke[] = [];

/** The drawings on one picture, and the pad that takes new ones while one draws. */
export const AnnotationLayer = memo(function AnnotationLayer({ surface, tileKey, name, rect, mirrored }: Props) {
  const { drawing } = useView();
  const strokes =
    useRoomState((state) => state.annotation?.surfaces.find((one) => one.surface === surface)?.strokes) ?? NO_STROKES;
  const mayDraw = useRoomState((state) => mayDrawOn(state, surface)) ?? false;
  const { pen, echo } = usePen(strokes);
  const text = useRoomText();
  const isUnsure = echo.some((stroke) => stroke.isUnsure);
  return (
    <div className="room-drawings" style={{ left: rect.left, top: rect.top, width: rect.width, height: rect.height }}>
      <svg aria-hidden width={rect.width} height={rect.height} viewBox={`0 0 ${rect.width} ${rect.height}`}>
        {withEcho(strokes, echo, surface).map((stroke) => (
          <StrokeShape key={stroke.id} stroke={stroke} width={rect.width} height={rect.height} mirrored={mirrored} isUnsure={"isUnsure" in stroke && stroke.isUnsure} />
        ))}
      </svg>
      <p role="status" className="room-drawings-unsure">
        {isUnsure && (
          <>
            <CloudAlert aria-hidden size={14} />
            {text("drawingUnsure")}
          </>
        )}
      </p>
      <LaserDots surface={surface} rect={rect} mirrored={mirrored} />
      {drawing && mayDraw && (
        <Pad surface={surface} tileKey={tileKey} name={name} rect={rect} mirrored={mirrored} drawing={drawing} pen={pen} />
      )}
    </div>
  );
});
