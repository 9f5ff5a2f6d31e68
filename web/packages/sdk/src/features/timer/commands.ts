import type { Command } from "../../event.ts";
import type { Send } from "../../commands.ts";

export interface TimerCommands {
  "timer.start": Command<{ readonly seconds: number; readonly label: string }>;
  "timer.pause": Command<Record<never, never>>;
  "timer.resume": Command<Record<never, never>>;
  "timer.stop": Command<Record<never, never>>;
}

export const timerCommands = (send: Send) => ({
  start: (seconds: number, label = "") => send("timer.start", { seconds, label }),
  pause: () => send("timer.pause", {}),
  resume: () => send("timer.resume", {}),
  stop: () => send("timer.stop", {}),
});
