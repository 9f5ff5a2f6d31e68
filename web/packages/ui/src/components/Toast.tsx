import { Toast as Base } from "@base-ui/react/toast";
import { CircleAlert, CircleCheck, X } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useUiText } from "../text.ts";
import { IconButton } from "./Button.tsx";
import "./Toast.css";

/** More at once would cover a phone's screen. */
const SHOWN_AT_ONCE = 3;

/** Wrap the app once; `useToast` speaks through it. */
export function ToastProvider({ children }: { children: ReactNode }) {
  return (
    <Base.Provider limit={SHOWN_AT_ONCE}>
      {children}
      <Shown />
    </Base.Provider>
  );
}

/** `done` confirms politely; `failed` interrupts a screen reader and stays until dismissed. */
export function useToast(): { done: (title: string, description?: string) => void; failed: (title: string, description?: string) => void } {
  const { add } = Base.useToastManager();
  return useMemo(
    () => ({
      done: (title, description) => void add({ title, description, type: "done" }),
      failed: (title, description) => void add({ title, description, type: "failed", priority: "high", timeout: 0 }),
    }),
    [add],
  );
}

function Shown() {
  const t = useUiText();
  const { toasts } = Base.useToastManager();
  return (
    <Base.Portal>
      <Base.Viewport className="ui-toasts" aria-label={t("notifications")}>
        {toasts.map((toast) => (
          <Base.Root key={toast.id} toast={toast} className="ui-toast" swipeDirection={["right", "down"]}>
            {toast.type === "failed" ? <CircleAlert aria-hidden size={18} /> : <CircleCheck aria-hidden size={18} />}
            <Base.Content className="ui-toast-content">
              <Base.Title className="ui-toast-title" render={<p />} />
              <Base.Description className="ui-toast-description" />
            </Base.Content>
            <Base.Close render={<IconButton icon={X} label={t("close")} size="sm" />} />
          </Base.Root>
        ))}
      </Base.Viewport>
    </Base.Portal>
  );
}
