import { Pause, Play, Square } from "lucide-react";
import { useState } from "react";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { Field } from "../../components/Field.tsx";
import { Input } from "../../components/Input.tsx";
import { useMay, useRoomState, useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";
import { clockText, useNow } from "../useMedia.ts";

const PRESETS_MIN = [1, 3, 5, 10, 15];

/** Starting a timer that everybody sees. */
export function TimerDialog({ onClose }: { onClose: () => void }) {
  const text = useRoomText();
  const { commands } = useSession();
  const act = useAct();
  const [minutes, setMinutes] = useState(5);
  const [label, setLabel] = useState("");
  const start = async () => {
    if (await act(commands.timer.start(minutes * 60, label.trim()))) onClose();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={text("timer")}
      size="sm"
      footer={
        <>
          <Button onClick={onClose}>{text("cancel")}</Button>
          <Button tone="primary" icon={Play} onClick={() => void start()}>
            {text("timerStart")}
          </Button>
        </>
      }
    >
      <div className="room-timer-form">
        <div className="room-timer-presets">
          {PRESETS_MIN.map((preset) => (
            <Button key={preset} tone={preset === minutes ? "primary" : "neutral"} aria-pressed={preset === minutes} onClick={() => setMinutes(preset)}>
              {preset}
            </Button>
          ))}
        </div>
        <Field label={text("timerMinutes")}>
          <Input
            type="number"
            min={1}
            max={240}
            value={minutes}
            onChange={(event) => setMinutes(Math.max(1, Math.min(240, Math.round(Number(event.target.value)) || 1)))}
          />
        </Field>
        <Field label={text("timerLabel")}>
          <Input maxLength={60} value={label} onChange={(event) => setLabel(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}

/** The running timer in the header. */
export function TimerChip() {
  const text = useRoomText();
  const { commands } = useSession();
  const act = useAct();
  const mayRun = useMay("run_timer");
  const timer = useRoomState((state) => state.timer?.timer ?? null);
  const now = useNow(250, timer?.ends_at !== null && timer !== null);
  if (!timer) return null;
  const left = timer.ends_at === null ? (timer.remaining_ms ?? 0) : timer.ends_at - now;
  const share = timer.total_ms > 0 ? Math.max(0, Math.min(1, left / timer.total_ms)) : 0;
  return (
    <div className="room-timer" role="timer" aria-label={text("timerRemaining", { time: clockText(left) })} data-late={left < 10_000 || undefined}>
      <span className="room-timer-ring" style={{ "--share": share } as React.CSSProperties} aria-hidden />
      {timer.label && <span className="room-timer-label">{timer.label}</span>}
      <time>{clockText(left)}</time>
      {mayRun && (
        <>
          {timer.ends_at === null ? (
            <button type="button" aria-label={text("timerResume")} onClick={() => void act(commands.timer.resume())}>
              <Play aria-hidden size={14} />
            </button>
          ) : (
            <button type="button" aria-label={text("timerPause")} onClick={() => void act(commands.timer.pause())}>
              <Pause aria-hidden size={14} />
            </button>
          )}
          <button type="button" aria-label={text("timerStop")} onClick={() => void act(commands.timer.stop())}>
            <Square aria-hidden size={13} />
          </button>
        </>
      )}
    </div>
  );
}
