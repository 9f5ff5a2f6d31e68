import { repairGuide } from "@stoa/models/prejoin";
import { RotateCw } from "lucide-react";
import { Button } from "../../components/Button.tsx";
import { usePreJoinText } from "./text.ts";

/** How to allow a camera or microphone that the browser blocks, step by step for this browser. */
export function PermissionRepair({ onCheckAgain, showTitle = true }: { onCheckAgain: () => void; showTitle?: boolean }) {
  const text = usePreJoinText();
  const guide = repairGuide(navigator.userAgent);
  return (
    <section className="room-repair" aria-labelledby={showTitle ? "room-repair-title" : undefined}>
      {showTitle && <h2 id="room-repair-title">{text("deniedTitle")}</h2>}
      {guide === "in_app" ? (
        <p>{text("in_app")}</p>
      ) : (
        <>
          <p>{text("deniedLead")}</p>
          <ol>
            <li>{text(`${guide}1`)}</li>
            <li>{text(`${guide}2`)}</li>
            <li>{text(`${guide}3`)}</li>
          </ol>
          {(guide === "chrome" || guide === "firefox" || guide === "safari") && (
            <p className="room-repair-system">{text("system")}</p>
          )}
          <Button icon={RotateCw} onClick={onCheckAgain}>
            {text("checkAgain")}
          </Button>
        </>
      )}
    </section>
  );
}
