import type { ScheduledRoom } from "@stoa/sdk/api";
import { Card, useLocale } from "@stoa/ui";
import { FileCheck2 } from "lucide-react";
import { useTemplates } from "../data/rooms.ts";
import { useText } from "../text/index.ts";

/** What the room's template asks people to bring. Nothing where it asks for nothing. */
export function DocumentsCard({ room }: { room: ScheduledRoom }) {
  const t = useText();
  const { locale } = useLocale();
  const templates = useTemplates(locale);
  const documents = templates.data?.find(({ id }) => id === room.template_id)?.documents ?? [];
  if (documents.length === 0) return null;
  return (
    <Card title={t("documents.title")} description={t("documents.text")}>
      <ul role="list" className="documents">
        {documents.map((name) => (
          <li key={name}>
            <FileCheck2 aria-hidden size={16} className="muted" />
            {name}
          </li>
        ))}
      </ul>
    </Card>
  );
}
