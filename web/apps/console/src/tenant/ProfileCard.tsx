import type { SignedIn } from "@stoa/sdk/api";
import { Banner, Button, Card, Field, Input, useToast } from "@stoa/ui";
import { type FormEvent, useState } from "react";
import { useChangePerson } from "../data/tenant.ts";
import { useText } from "../text/index.ts";
import { useProblemText } from "../text/problems.ts";

/** Oneself. */
export function ProfileCard({ person }: { person: SignedIn["person"] }) {
  const t = useText();
  const problemText = useProblemText();
  const { done } = useToast();
  const change = useChangePerson();
  const [name, setName] = useState(person.name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ id: person.id, name: name.trim() }, { onSuccess: () => done(t("common.saved")) });
  };
  return (
    <form onSubmit={submit}>
      <Card title={t("settings.profile")} description={person.email}>
        {change.isError && <Banner tone="danger">{problemText(change.error)}</Banner>}
        <Field label={t("people.name")} hint={t("settings.nameHint")}>
          <Input required maxLength={100} autoComplete="name" value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <div className="ui-actions ui-actions-end">
          <Button type="submit" busy={change.isPending} disabled={name.trim() === person.name || name.trim() === ""}>
            {t("common.save")}
          </Button>
        </div>
      </Card>
    </form>
  );
}
