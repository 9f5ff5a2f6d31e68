import { Check, Copy as CopyIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { useUiText } from "../text.ts";
import { Button, type ButtonSize, type ButtonTone } from "./Button.tsx";

const CONFIRMED_MS = 2000;

/** Copies to the clipboard and confirms it on itself. */
export function CopyButton({ text, label, tone, size }: { text: string; label: string; tone?: ButtonTone; size?: ButtonSize }) {
  const t = useUiText();
  const [isCopied, confirm] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => confirm(false), CONFIRMED_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  return (
    <Button
      tone={tone}
      size={size}
      icon={isCopied ? Check : CopyIcon}
      onClick={() => void copyText(text).then(confirm)}
    >
      <span aria-live="polite">{isCopied ? t("copied") : label}</span>
    </Button>
  );
}

/** Pages served without TLS have no clipboard interface; there the selection is copied. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("readonly", "");
    area.className = "ui-hidden";
    document.body.append(area);
    area.select();
    const isCopied = document.execCommand("copy");
    area.remove();
    return isCopied;
  }
}
