import type { RoomDraft, Template } from "@stoa/sdk/api";
import { Banner, Button, Card, Checkbox, Field, FieldRow, Input, Select, useLocale, useToast } from "@stoa/ui";
import { type FormEvent, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { useCreateRoom, useTemplates } from "../data/rooms.ts";
import { useMe } from "../data/session.ts";
import { useTenant } from "../data/tenant.ts";
import { KINDS, type Kind } from "../rooms/kinds.ts";
import { ScheduleForm } from "../rooms/ScheduleForm.tsx";
import { isComplete, newSchedule, scheduleOf } from "../rooms/scheduleFields.ts";
import { Loaded } from "../shell/Loaded.tsx";
import { Page } from "../shell/Page.tsx";
import { useText } from "../text/index.ts";
import { useProblemText } from "../text/problems.ts";
import { OtherSide } from "../time/OtherSide.tsx";
import { instantOf, ownZone } from "../time/zones.ts";

const NO_TEMPLATE = "none";

export default function NewSchedulePage() {
  const t = useText();
  const { locale } = useLocale();
  const templates = useTemplates(locale);
  const tenant = useTenant();
  return (
    <Page title={t("schedule.newTitle")} intro={t("schedule.newText")} back={{ href: "/schedule", label: t("nav.schedule") }}>
      <Loaded query={templates}>
        {(all) => <Loaded query={tenant}>{(known) => <NewSchedule templates={all} zone={known.timezone || ownZone()} />}</Loaded>}
      </Loaded>
    </Page>
  );
}

function NewSchedule({ templates, zone }: { templates: readonly Template[]; zone: string }) {
  const t = useText();
  const problemText = useProblemText();
  const { done } = useToast();
  const [, go] = useLocation();
  const name = useMe().data?.person.name ?? "";
  const wanted = new URLSearchParams(useSearch()).get("template");
  const begun = templates.find((template) => template.id === wanted);
  const [kind, setKind] = useState<Kind>(begun?.kind ?? "meeting");
  const [templateId, setTemplate] = useState(begun?.id ?? NO_TEMPLATE);
  const [title, setTitle] = useState<string | null>(null);
  const [lobby, setLobby] = useState(true);
  const [when, setWhen] = useState(() => newSchedule(new Date(), zone));
  const create = useCreateRoom();

  const template = templates.find(({ id }) => id === templateId);
  const shownTitle = title ?? template?.title ?? t(`untitled.${kind}`, { name });
  const at = isComplete(when) ? instantOf(`${when.date}T${when.time}`, when.zone) : null;
  const isPast = at !== null && at.getTime() < Date.now() && when.recurrence?.repeat === "never";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const draft: RoomDraft = {
      kind,
      title: shownTitle.trim(),
      schedule: scheduleOf(when),
      settings: { lobby },
      ...(template && { template_id: template.id }),
    };
    create.mutate(draft, {
      onSuccess: (room) => {
        done(t("schedule.created"));
        go(`/rooms/${room.id}`);
      },
    });
  };
  const ofKind = templates.filter((other) => other.kind === kind);
  return (
    <form className="columns" onSubmit={submit}>
      <Card>
        {create.isError && <Banner tone="danger">{problemText(create.error)}</Banner>}
        <Field label={t("room.title")}>
          <Input required maxLength={200} value={shownTitle} onChange={(event) => setTitle(event.target.value)} />
        </Field>
        <FieldRow>
          <Field label={t("create.kind")} hint={t(`kindText.${kind}`)}>
            <Select
              value={kind}
              options={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
              onChange={(next) => {
                setKind(next);
                setTemplate(NO_TEMPLATE);
              }}
            />
          </Field>
          {ofKind.length > 0 && (
            <Field label={t("schedule.template")}>
              <Select
                value={templateId}
                options={[{ value: NO_TEMPLATE, label: t("create.blank") }, ...ofKind.map(({ id, title }) => ({ value: id, label: title }))]}
                onChange={setTemplate}
              />
            </Field>
          )}
        </FieldRow>
        <ScheduleForm value={when} onChange={setWhen} />
        {isPast && <Banner tone="warning">{t("schedule.past")}</Banner>}
        <Checkbox checked={lobby} onChange={setLobby} label={t("setting.lobby")} hint={t("settingText.lobby")} />
        <div className="ui-actions ui-actions-end">
          <Button type="submit" tone="primary" busy={create.isPending} disabled={at === null}>
            {t("schedule.button")}
          </Button>
        </div>
      </Card>
      <Card title={t("otherSide.title")} description={t("otherSide.text")}>
        {at ? <OtherSide at={at} zone={when.zone} editable /> : <p className="muted">{t("schedule.incomplete")}</p>}
      </Card>
    </form>
  );
}
