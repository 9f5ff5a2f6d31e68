import type { Template } from "@stoa/sdk";
import { createContext, useContext, useEffect, useState } from "react";
import { useLocale } from "../../i18n/locale.tsx";
import { useRoomState, useSession } from "../session.tsx";

export const TemplateContext = createContext<Template | null>(null);

/** The template that the room was called by; null without one, and while it loads. */
export const useTemplate = (): Template | null => useContext(TemplateContext);

/** The same, asked of the server in the reader's language. Once a meeting. */
export function useLoadedTemplate(): Template | null {
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
