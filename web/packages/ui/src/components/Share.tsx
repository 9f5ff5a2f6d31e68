import { Share2 } from "lucide-react";
import { useUiText } from "../text.ts";
import { Button, type ButtonTone } from "./Button.tsx";

/** Hands a link to the phone's other apps; nothing where the browser cannot. */
export function ShareButton({ title, url, tone }: { title: string; url: string; tone?: ButtonTone }) {
  const t = useUiText();
  if (typeof navigator.share !== "function") return null;
  return (
    <Button
      tone={tone}
      icon={Share2}
      onClick={() => {
        // Rejected when one thinks better of it.
        navigator.share({ title, url }).catch(() => undefined);
      }}
    >
      {t("share")}
    </Button>
  );
}
