import type { TrackRow } from "@stoa/models/network";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useNetwork } from "../media/useRoomNetwork.ts";
import { useNameOf } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { Panel } from "./Panel.tsx";

/** Figures for the curious, once a second. */
export function StatisticsPanel({ onClose }: { onClose: () => void }) {
  const text = useRoomText();
  const { view } = useNetwork();
  const of = (direction: "in" | "out") => view?.tracks.filter((row) => row.direction === direction) ?? [];
  return (
    <Panel title={text("statsTitle")} name="statistics" onClose={onClose}>
      <div className="room-panel-body">
        <dl className="room-stats-totals">
          <Figure label={text("statsUp")} value={`${Math.round(view?.up_kbps ?? 0)} kbps`} />
          <Figure label={text("statsDown")} value={`${Math.round(view?.down_kbps ?? 0)} kbps`} />
          <Figure label={text("statsRtt")} value={view?.rtt_ms == null ? "–" : `${Math.round(view.rtt_ms)} ms`} />
        </dl>
        <Rows title={text("statsUp")} icon={<ArrowUp aria-hidden size={14} />} rows={of("out")} />
        <Rows title={text("statsDown")} icon={<ArrowDown aria-hidden size={14} />} rows={of("in")} />
        {view?.tracks.length === 0 && <p className="room-panel-note">{text("statsNothing")}</p>}
      </div>
    </Panel>
  );
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Rows({ title, icon, rows }: { title: string; icon: React.ReactNode; rows: readonly TrackRow[] }) {
  const text = useRoomText();
  const nameOf = useNameOf();
  if (rows.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3 className="room-panel-heading">
        {icon} {title}
      </h3>
      <ul role="list" className="room-stats">
        {rows.map((row) => (
          <li key={row.track}>
            <p>
              <strong>{row.direction === "out" ? text("you") : nameOf(row.identity, text("someone"))}</strong>
              <span>{row.kind === "audio" ? text("microphone") : text(row.source === "screen_share" ? "share" : "camera")}</span>
              <b>{Math.round(row.kbps)} kbps</b>
            </p>
            <small>{details(row).join(" · ")}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}

function details(row: TrackRow): string[] {
  return [
    row.width && row.height ? `${row.width}×${row.height}` : "",
    row.frames_per_s ? `${Math.round(row.frames_per_s)} fps` : "",
    row.codec ?? "",
    `${(row.loss * 100).toFixed(1)} %`,
    row.jitter_ms === null ? "" : `±${Math.round(row.jitter_ms)} ms`,
  ].filter(Boolean);
}
