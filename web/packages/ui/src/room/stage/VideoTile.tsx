import { fitOf, pictureRect } from "@stoa/models/annotation";
import type { Rect, Size } from "@stoa/models/stage";
import { Focus, Hand, MicOff, Pin, Sparkle } from "lucide-react";
import { memo, useCallback, useState } from "react";
import { classes } from "../../classes.ts";
import { Avatar } from "../../components/Avatar.tsx";
import { AnnotationLayer } from "../annotation/AnnotationLayer.tsx";
import { useRoomState } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useView } from "../view.tsx";
import { NetworkSign } from "./NetworkSign.tsx";
import { OwnScreen } from "./OwnScreen.tsx";
import { TileMenu } from "./TileMenu.tsx";
import type { Tile } from "./tiles.ts";
import { VideoPicture } from "./VideoPicture.tsx";

const NO_PICTURE: Size = { width: 0, height: 0 };
/** Smaller tiles have no room for a button beside the name. */
const MENU_FROM_PX = 110;

/** One camera or one shared screen, with its name, signs, menu and drawings. */
export const VideoTile = memo(function VideoTile({ tile, rect, isMain }: { tile: Tile; rect: Rect; isMain: boolean }) {
  const text = useRoomText();
  const { pinned, drawing, showsOwnScreen } = useView();
  const { presence, publication, source } = tile;
  const [picture, setPicture] = useState(NO_PICTURE);
  const measured = useCallback((size: Size) => setPicture(size), []);
  const isCloseUp = useRoomState((state) => state.layout?.close_up.includes(presence.identity)) ?? false;
  const isScreen = source === "screen_share";
  const isShown = publication?.isOn === true && publication.track !== null;
  const hidesOwn = isScreen && presence.isLocal && !showsOwnScreen;
  const mirrored = !isScreen && presence.isLocal && !isCloseUp && !facesAway(tile);
  const fit = fitOf(picture, rect, isScreen || (isCloseUp && isMain));
  const name = presence.isLocal ? text("youSuffix", { name: presence.name }) : presence.name;
  const label = isScreen ? text("tileScreen", { name }) : name;
  return (
    <div
      role="group"
      aria-label={label}
      className={classes(
        "room-tile",
        isScreen && "screen",
        presence.isSpeaking && !isScreen && "speaking",
        drawing && "drawing",
      )}
      style={{ left: rect.left, top: rect.top, width: rect.width, height: rect.height }}
      data-identity={presence.identity}
      data-source={source}
      data-main={isMain || undefined}
    >
      {hidesOwn ? (
        <OwnScreen />
      ) : isShown && publication?.track ? (
        <VideoPicture track={publication.track} fit={fit} mirrored={mirrored} onPicture={measured} />
      ) : (
        <div className="room-tile-nobody">
          <Avatar name={presence.name} seed={presence.identity} size={avatarSize(rect)} />
        </div>
      )}
      {isShown && !hidesOwn && publication && publication.sid !== "" && (
        <AnnotationLayer
          surface={publication.sid}
          tileKey={tile.key}
          name={label}
          rect={pictureRect({ picture, element: rect, fit })}
          mirrored={mirrored}
        />
      )}
      {publication?.isPaused && <p className="room-tile-paused">{text("paused")}</p>}
      <Signs tile={tile} isPinned={pinned === tile.key} isCloseUp={isCloseUp && !isScreen} />
      <Label tile={tile} label={label} />
      {rect.width >= MENU_FROM_PX && <TileMenu tile={tile} />}
    </div>
  );
});

/** A camera that looks away from its owner is not mirrored. */
const facesAway = ({ publication }: Tile) =>
  publication?.track?.mediaStreamTrack.getSettings().facingMode === "environment";

const avatarSize = ({ width, height }: Rect) => Math.round(Math.max(32, Math.min(112, Math.min(width, height) * 0.36)));

function Label({ tile, label }: { tile: Tile; label: string }) {
  const text = useRoomText();
  const { presence, source } = tile;
  const isScreen = source === "screen_share";
  const isMuted = !isScreen && !presence.microphone?.isOn;
  return (
    <p className="room-tile-label">
      {isMuted && <MicOff role="img" aria-label={text("isMuted")} size={14} />}
      <span>{label}</span>
      {!isScreen && <NetworkSign quality={presence.quality} />}
    </p>
  );
}

function Signs({ tile, isPinned, isCloseUp }: { tile: Tile; isPinned: boolean; isCloseUp: boolean }) {
  const text = useRoomText();
  const { identity } = tile.presence;
  const hasHand = useRoomState((state) => state.hands?.queue.some((hand) => hand.identity === identity)) ?? false;
  const isSpotlit =
    useRoomState(
      ({ layout }) => layout?.spotlight?.identity === identity && layout.spotlight.source === tile.source,
    ) ?? false;
  const showsHand = hasHand && tile.source === "camera";
  if (!showsHand && !isPinned && !isSpotlit && !isCloseUp) return null;
  return (
    <div className="room-tile-signs">
      {showsHand && (
        <span className="hand">
          <Hand role="img" aria-label={text("handRaised")} size={16} />
        </span>
      )}
      {isSpotlit && (
        <span>
          <Focus aria-hidden size={14} /> {text("spotlit")}
        </span>
      )}
      {isCloseUp && (
        <span>
          <Sparkle aria-hidden size={14} /> {text("closeUp")}
        </span>
      )}
      {isPinned && (
        <span>
          <Pin aria-hidden size={14} /> {text("pinned")}
        </span>
      )}
    </div>
  );
}

