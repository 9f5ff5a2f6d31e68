import { ConnectionQuality } from "livekit-client";
import { useRoomText } from "../text.ts";

/** Bars, shown from the moment that something is amiss: a good network needs no sign. */
export function NetworkSign({ quality }: { quality: ConnectionQuality }) {
  const text = useRoomText();
  switch (quality) {
    case ConnectionQuality.Good:
      return <Bars lit={2} tone="fair" label={text("networkFair")} />;
    case ConnectionQuality.Poor:
      return <Bars lit={1} tone="poor" label={text("networkPoor")} />;
    case ConnectionQuality.Lost:
      return <Bars lit={0} tone="poor" label={text("networkLost")} />;
    case ConnectionQuality.Excellent:
    case ConnectionQuality.Unknown:
      return null;
  }
}

function Bars({ lit, tone, label }: { lit: number; tone: "fair" | "poor"; label: string }) {
  return (
    <svg className={`room-network ${tone}`} viewBox="0 0 14 12" width="14" height="12" role="img" aria-label={label}>
      {[0, 1, 2].map((bar) => (
        <rect key={bar} x={bar * 5} y={8 - bar * 4} width="3.4" height={4 + bar * 4} rx="1" opacity={bar < lit ? 1 : 0.35} />
      ))}
    </svg>
  );
}
