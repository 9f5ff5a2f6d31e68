import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement, ReactNode } from "react";
import "./Popup.css";

const DELAY_MS = 400;

/** Wrap the app once: tooltips near one another then open without a second delay. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return <Base.Provider delay={DELAY_MS}>{children}</Base.Provider>;
}

/** A short name for what has no visible one. Never the only place where something is said. */
export function Tooltip({ text, children, side = "top" }: { text: string; children: ReactElement; side?: "top" | "right" | "bottom" | "left" }) {
  return (
    // The Escape that ends a tooltip ends what it belongs to as well: a dialog whose first button has the focus.
    <Base.Root onOpenChange={(_, details) => details.reason === "escape-key" && details.allowPropagation()}>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} className="ui-positioner">
          <Base.Popup className="ui-tooltip">{text}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
