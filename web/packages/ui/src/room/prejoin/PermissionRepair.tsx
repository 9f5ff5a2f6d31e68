import { browserFamily } from "./browser.ts";
import { usePreJoinText } from "./text.ts";

/** How to allow a camera or microphone that the browser blocks, step by step for this browser. */
export function PermissionRepair({ onCheckAgain, showTitle = true }: { onCheckAgain: () => void; showTitle?: boolean }) {
  const text = usePreJoinText();
  const family = browserFamily();
  return (
    <section className="room-repair" aria-labelledby={showTitle ? "room-repair-title" : undefined}>
      {showTitle && <h2 id="room-repair-title">{text("deniedTitle")}</h2>}
      {family === "wechat" ? (
        <p>{text("wechat")}</p>
      ) : (
        <>
          <p>{text("deniedLead")}</p>
          <ol>
            <li>{text(`${family}1`)}</li>
            <li>{text(`${family}2`)}</li>
            <li>{text(`${family}3`)}</li>
          </ol>
          {(family === "chrome" || family === "firefox" || family === "safari") && (
            <p className="room-repair-system">{text("system")}</p>
          )}
          <button type="button" className="room-ghost" onClick={onCheckAgain}>
            {text("checkAgain")}
          </button>
        </>
      )}
    </section>
  );
}
