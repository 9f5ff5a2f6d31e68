import type { RoomDraft, ScheduledRoom, Template } from "@stoa/sdk/api";
import { Banner, copyText, Dialog, RadioGroup, Skeleton, useLocale } from "@stoa/ui";
import { FilePlus2 } from "lucide-react";
import { useState } from "react";
import { useCreateRoom, useTemplates } from "../data/rooms.ts";
import { useMe } from "../data/session.ts";
import { useText } from "../text/index.ts";
import { useProblemText } from "../text/problems.ts";
import { KINDS, type Kind } from "./kinds.ts";
import { ReadyRoom } from "./ReadyRoom.tsx";
import "./CreateDialog.css";

type Props = { open: boolean; onOpenChange: (open: boolean) => void };

/** The second click makes the room: a template, or none. What it is called can be changed later. */
export function CreateDialog({ open, onOpenChange }: Props) {
  const t = useText();
  const problemText = useProblemText();
  const create = useCreateRoom();
  const [isCopied, setCopied] = useState(false);
  const change = (next: boolean) => {
    if (!next) create.reset();
    onOpenChange(next);
  };
  const make = async (draft: RoomDraft) => {
    const room = await create.mutateAsync(draft).catch(() => null);
    if (room?.link) setCopied(await copyText(room.link.url));
  };
  const room: ScheduledRoom | undefined = create.data;
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      size="lg"
      title={room ? t("create.ready") : t("create.title")}
      description={room ? (isCopied ? t("create.readyCopied") : t("create.readyText")) : t("create.text")}
    >
      {room ? (
        <ReadyRoom room={room} />
      ) : (
        <div className="stack">
          {create.isError && <Banner tone="danger">{problemText(create.error)}</Banner>}
          <Picker busy={create.isPending} onPick={(draft) => void make(draft)} />
        </div>
      )}
    </Dialog>
  );
}

function Picker({ busy, onPick }: { busy: boolean; onPick: (draft: RoomDraft) => void }) {
  const t = useText();
  const { locale } = useLocale();
  const name = useMe().data?.person.name ?? "";
  const templates = useTemplates(locale);
  const [kind, setKind] = useState<Kind>("meeting");
  if (templates.isPending) return <Skeleton lines={3} height="5rem" />;
  // Without templates, plain rooms can still be made.
  const all: readonly Template[] = templates.data ?? [];
  return (
    <div className="stack">
      <RadioGroup
        look="segments"
        label={t("create.kind")}
        hideLabel
        value={kind}
        options={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
        onChange={setKind}
      />
      <p className="muted small">{t(`kindText.${kind}`)}</p>
      <ul role="list" className="template-grid">
        <li>
          <button type="button" className="template-card" disabled={busy} onClick={() => onPick({ kind, title: t(`untitled.${kind}`, { name }) })}>
            <FilePlus2 aria-hidden size={18} />
            <span className="template-card-title">{t("create.blank")}</span>
            <span className="template-card-text">{t("create.blankText")}</span>
          </button>
        </li>
        {all
          .filter((template) => template.kind === kind)
          .map((template) => (
            <li key={template.id}>
              <button type="button" className="template-card" disabled={busy} onClick={() => onPick(draftOf(template))}>
                <span className="template-card-title">{template.title}</span>
                <span className="template-card-text">{summaryOf(template)}</span>
              </button>
            </li>
          ))}
      </ul>
    </div>
  );
}

export const draftOf = (template: Template): RoomDraft => ({ kind: template.kind, title: template.title, template_id: template.id });

export const summaryOf = (template: Template): string => template.agenda.map((item) => item.text).join(" · ");
