import { Popover as Base } from "@base-ui/react/popover";
import type { ReactElement, ReactNode } from "react";
import "./Popup.css";

type Props = {
  /** A button. */
  trigger: ReactElement;
  /** Read out when it opens. */
  label: string;
  side?: "top" | "bottom";
  align?: "start" | "center" | "end";
  children: ReactNode;
};

export function Popover({ trigger, label, side = "bottom", align = "center", children }: Props) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align={align} sideOffset={6} collisionPadding={8} className="ui-positioner">
          <Base.Popup aria-label={label} className="ui-popup ui-popover">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
