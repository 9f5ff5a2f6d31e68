import type { ApiKey, ApiKeyDraft } from "@stoa/sdk/api";
import { Badge, Button, Checkbox, type Column, ConfirmDialog, Dialog, EmptyState, Field, FieldGroup, Input, Select, Table, useFormat, useToast } from "@stoa/ui";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { useApiKeys, useCreateApiKey, useRevokeApiKey } from "../data/tenant.ts";
import { DialogForm } from "../shell/DialogForm.tsx";
import { Loaded } from "../shell/Loaded.tsx";
import { Page } from "../shell/Page.tsx";
import { SecretShown } from "../shell/SecretShown.tsx";
import { useText } from "../text/index.ts";
import { RIGHTS, useProblemText } from "../text/problems.ts";
import { EXPIRIES, type Expiry, expiryOf } from "../time/expiry.ts";

const USUAL: readonly string[] = ["rooms.read", "rooms.write", "rooms.join"];

export default function ApiKeysPage() {
  const t = useText();
  const keys = useApiKeys();
  const [isCreating, create] = useState(false);
  const button = (
    <Button tone="primary" icon={Plus} onClick={() => create(true)}>
      {t("keys.add")}
    </Button>
  );
  return (
    <Page title={t("nav.apiKeys")} intro={t("keys.intro")} actions={button}>
      <Loaded query={keys}>
        {(all) =>
          all.length === 0 ? (
            <div className="frame">
              <EmptyState icon={KeyRound} title={t("keys.empty")} action={button}>
                {t("keys.emptyText")}
              </EmptyState>
            </div>
          ) : (
            <KeyTable keys={all} />
          )
        }
      </Loaded>
      <KeyDialog open={isCreating} onOpenChange={create} />
    </Page>
  );
}

function KeyTable({ keys }: { keys: readonly ApiKey[] }) {
  const t = useText();
  const format = useFormat();
  const columns: Column<ApiKey>[] = [
    { key: "label", header: t("keys.label"), cell: (key) => <span className="strong">{key.label}</span> },
    { key: "scopes", header: t("keys.scopes"), cell: (key) => <Scopes scopes={key.scopes} /> },
    { key: "used", header: t("keys.lastUsed"), cell: (key) => (key.last_used_at ? format.dateTime(key.last_used_at) : t("keys.neverUsed")) },
    { key: "created", header: t("common.created"), cell: (key) => format.date(key.created_at), wideOnly: true },
    { key: "expires", header: t("links.expiry"), cell: (key) => (key.expires_at ? format.date(key.expires_at) : t("expiry.never")), wideOnly: true },
    { key: "actions", header: t("common.actions"), hideHeader: true, align: "end", cell: (key) => <Revoke apiKey={key} /> },
  ];
  return <Table caption={t("nav.apiKeys")} columns={columns} rows={keys} rowKey={(key) => key.id} />;
}

function Scopes({ scopes }: { scopes: readonly string[] }) {
  return (
    <span className="tags">
      {scopes.map((scope) => (
        <Badge key={scope}>
          <code>{scope}</code>
        </Badge>
      ))}
    </span>
  );
}

function Revoke({ apiKey }: { apiKey: ApiKey }) {
  const t = useText();
  const problemText = useProblemText();
  const { done, failed } = useToast();
  const revoke = useRevokeApiKey();
  if (apiKey.revoked_at) return <Badge tone="warning">{t("keys.revokedBadge")}</Badge>;
  return (
    <ConfirmDialog
      trigger={<Button size="sm">{t("keys.revoke")}</Button>}
      title={t("keys.revokeTitle", { label: apiKey.label })}
      consequence={t("keys.revokeConsequence")}
      confirm={t("keys.revoke")}
      cancel={t("common.back")}
      busy={revoke.isPending}
      onConfirm={() =>
        revoke.mutate(apiKey.id, {
          onSuccess: () => done(t("keys.revoked")),
          onError: (error) => failed(t("common.failed"), problemText(error)),
        })
      }
    />
  );
}

function KeyDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useText();
  const create = useCreateApiKey();
  const change = (next: boolean) => {
    if (!next) create.reset();
    onOpenChange(next);
  };
  return (
    <Dialog open={open} onOpenChange={change} title={create.data ? t("keys.created") : t("keys.add")}>
      {create.data ? (
        <SecretShown value={create.data.secret} label={t("keys.secret")} onDone={() => change(false)} />
      ) : (
        <KeyForm error={create.error} busy={create.isPending} onSubmit={(key) => create.mutate(key)} />
      )}
    </Dialog>
  );
}

type FormProps = { error: Error | null; busy: boolean; onSubmit: (key: ApiKeyDraft) => void };

function KeyForm({ error, busy, onSubmit }: FormProps) {
  const t = useText();
  const [label, setLabel] = useState("");
  const [scopes, setScopes] = useState<readonly string[]>(USUAL);
  const [expiry, setExpiry] = useState<Expiry>("never");
  const toggle = (scope: string, on: boolean) => setScopes(on ? [...scopes, scope] : scopes.filter((other) => other !== scope));
  const submit = () => {
    const expires_at = expiryOf(expiry, Date.now());
    onSubmit({ label: label.trim(), scopes: [...scopes], ...(expires_at && { expires_at }) });
  };
  return (
    <DialogForm error={error} busy={busy} submit={t("keys.add")} disabled={scopes.length === 0} onSubmit={submit}>
      <Field label={t("keys.label")} hint={t("keys.labelHint")}>
        <Input required maxLength={100} value={label} onChange={(event) => setLabel(event.target.value)} />
      </Field>
      <Field label={t("links.expiry")}>
        <Select value={expiry} options={EXPIRIES.map((value) => ({ value, label: t(`expiry.${value}`) }))} onChange={setExpiry} />
      </Field>
      <FieldGroup label={t("keys.scopes")} hint={t("keys.scopesHint")}>
        <div className="scopes">
          {RIGHTS.map((scope) => (
            <Checkbox key={scope} checked={scopes.includes(scope)} onChange={(on) => toggle(scope, on)} label={t(`scope.${scope}`)} hint={<code>{scope}</code>} />
          ))}
        </div>
      </FieldGroup>
    </DialogForm>
  );
}
