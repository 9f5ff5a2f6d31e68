import type { LinkDraft, ScheduledRoom } from "@stoa/sdk/api";
import { Banner, Button, copyText, CopyButton, Dialog, Field, FieldRow, Input, RadioGroup, Select } from "@stoa/ui";
import { type FormEvent, useId, useState } from "react";
import { useCreateLink } from "../data/rooms.ts";
import { useText } from "../text/index.ts";
import { useProblemText } from "../text/problems.ts";
import { EXPIRIES, type Expiry, expiryOf } from "../time/expiry.ts";
import { INVITED_ROLES } from "./kinds.ts";

type Props = { room: ScheduledRoom; open: boolean; onOpenChange: (open: boolean) => void };

/** A link for one person, or for all who get it. */
export function LinkDialog({ room, open, onOpenChange }: Props) {
  const t = useText();
  const create = useCreateLink(room.id);
  const form = useId();
  const change = (next: boolean) => {
    if (!next) create.reset();
    onOpenChange(next);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title={create.data ? t("links.created") : t("links.add")}
      description={create.data ? t("links.createdText") : undefined}
      footer={
        create.data ? (
          <Button tone="primary" onClick={() => change(false)}>
            {t("common.done")}
          </Button>
        ) : (
          <Button tone="primary" type="submit" form={form} busy={create.isPending}>
            {t("links.create")}
          </Button>
        )
      }
    >
      {create.data ? (
        <div className="copyable">
          <code>{create.data.url}</code>
          <CopyButton text={create.data.url} label={t("common.copy")} />
        </div>
      ) : (
        <LinkForm
          id={form}
          error={create.error}
          onSubmit={(draft) => create.mutate(draft, { onSuccess: (link) => void copyText(link.url) })}
        />
      )}
    </Dialog>
  );
}

function LinkForm({ id, error, onSubmit }: { id: string; error: Error | null; onSubmit: (draft: LinkDraft) => void }) {
  const t = useText();
  const problemText = useProblemText();
  const [whom, setWhom] = useState<"person" | "all">("person");
  const [name, setName] = useState("");
  const [role, setRole] = useState<(typeof INVITED_ROLES)[number]>("member");
  const [passcode, setPasscode] = useState("");
  const [expiry, setExpiry] = useState<Expiry>("never");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const expires_at = expiryOf(expiry, Date.now());
    onSubmit({
      role,
      ...(name.trim() && (whom === "person" ? { person_name: name.trim() } : { label: name.trim() })),
      ...(passcode && { passcode }),
      ...(expires_at && { expires_at }),
    });
  };
  return (
    <form id={id} className="form" onSubmit={submit}>
      {error && <Banner tone="danger">{problemText(error)}</Banner>}
      <RadioGroup
        look="segments"
        label={t("links.whom")}
        value={whom}
        options={[
          { value: "person", label: t("links.onePerson") },
          { value: "all", label: t("links.everybody") },
        ]}
        onChange={setWhom}
      />
      <Field label={whom === "person" ? t("links.personName") : t("links.label")} hint={whom === "person" ? t("links.personNameHint") : t("links.labelHint")}>
        <Input required={whom === "person"} maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      <FieldRow>
        <Field label={t("links.role")} hint={t(`roleText.${role}`)}>
          <Select value={role} options={INVITED_ROLES.map((value) => ({ value, label: t(`role.${value}`) }))} onChange={setRole} />
        </Field>
        <Field label={t("links.expiry")}>
          <Select
            value={expiry}
            options={EXPIRIES.map((value) => ({ value, label: t(`expiry.${value}`) }))}
            onChange={setExpiry}
          />
        </Field>
      </FieldRow>
      <Field label={t("links.passcode")} hint={t("links.passcodeHint")} optional>
        <Input minLength={4} maxLength={32} autoComplete="off" value={passcode} onChange={(event) => setPasscode(event.target.value)} />
      </Field>
    </form>
  );
}
