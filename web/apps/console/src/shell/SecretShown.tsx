import { Button } from "@stoa/ui";
import { useText } from "../text/index.ts";
import { Secret } from "./Secret.tsx";

/** In a dialog, once: the server does not keep it in words. */
export function SecretShown({ value, label, text, onDone }: { value: string | null; label: string; text?: string; onDone: () => void }) {
  const t = useText();
  return (
    <div className="stack">
      {text && <p>{text}</p>}
      <Secret value={value} label={label} />
      <div className="ui-actions ui-actions-end">
        <Button tone="primary" onClick={onDone}>
          {t("common.done")}
        </Button>
      </div>
    </div>
  );
}
