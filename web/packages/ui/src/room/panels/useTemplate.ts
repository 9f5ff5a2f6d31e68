import type { Template } from "@stoa/sdk";
import { useEffect, useState } from "react";
import { useLocale } from "../../i18n/locale.tsx";
import { useRoomState, useSession } from "../session.tsx";

/** The template that the room was called by, in the reader's language; null without one, and while it loads. */
export function useTemplate(): Template | null {
  const { templates } = useSession();
  const { locale } = useLocale();
  const id = useRoomState((state) => state.room.template);
  const [template, setTemplate] = useState<Template | null>(null);
  useEffect(() => {
    if (!id) return;
    let gone = false;
    templates.list().then(
      ({ items }) => !gone && setTemplate(items.find((one) => one.id === id) ?? null),
      // The meeting goes on without: it is advice.
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [templates, id, locale]);
  return template;
}
