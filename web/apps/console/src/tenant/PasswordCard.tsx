import type { SignedIn } from "@stoa/sdk/api";
import { Banner, Button, Card, Field, Password, useToast } from "@stoa/ui";
import { type FormEvent, useState } from "react";
import { useChangePerson } from "../data/tenant.ts";
import { useText } from "../text/index.ts";
import { useProblemText } from "../text/problems.ts";
import { MIN_PASSWORD } from "./password.ts";

/** One's own; those who sign in by link or elsewhere may set one. */
export function PasswordCard({ person }: { person: SignedIn["person"] }) {
  const t = useText();
  const problemText = useProblemText();
  const { done } = useToast();
  const change = useChangePerson();
  const [password, setPassword] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(
      { id: person.id, password },
      {
        onSuccess: () => {
          setPassword("");
          done(t("settings.passwordSaved"));
        },
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <Card title={t("signIn.password")} description={t("settings.passwordText")}>
        {change.isError && <Banner tone="danger">{problemText(change.error)}</Banner>}
        <input type="hidden" name="email" autoComplete="username" value={person.email} />
        <Field label={t("settings.newPassword")} hint={t("settings.passwordHint", { count: MIN_PASSWORD })}>
          <Password required minLength={MIN_PASSWORD} maxLength={200} autoComplete="new-password" value={password} onChange={(event) => setPassword(event.target.value)} />
        </Field>
        <div className="ui-actions ui-actions-end">
          <Button type="submit" busy={change.isPending} disabled={password.length < MIN_PASSWORD}>
            {t("common.save")}
          </Button>
        </div>
      </Card>
    </form>
  );
}
