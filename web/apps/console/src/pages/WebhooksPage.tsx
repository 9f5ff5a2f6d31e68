import type { Webhook } from "@stoa/sdk/api";
import { Badge, Button, Dialog, EmptyState, Field, Input, List, ListItem } from "@stoa/ui";
import { ChevronRight, Plus, Webhook as WebhookIcon } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import { useCreateWebhook, useWebhooks } from "../data/tenant.ts";
import { DialogForm } from "../shell/DialogForm.tsx";
import { Loaded } from "../shell/Loaded.tsx";
import { Page } from "../shell/Page.tsx";
import { SecretShown } from "../shell/SecretShown.tsx";
import { useText } from "../text/index.ts";
import { EventsField } from "../tenant/EventsField.tsx";

export default function WebhooksPage() {
  const t = useText();
  const webhooks = useWebhooks();
  const [isCreating, create] = useState(false);
  const button = (
    <Button tone="primary" icon={Plus} onClick={() => create(true)}>
      {t("hooks.add")}
    </Button>
  );
  return (
    <Page title={t("nav.webhooks")} intro={t("hooks.intro")} actions={button}>
      <Loaded query={webhooks}>
        {(all) =>
          all.length === 0 ? (
            <div className="frame">
              <EmptyState icon={WebhookIcon} title={t("hooks.empty")} action={button}>
                {t("hooks.emptyText")}
              </EmptyState>
            </div>
          ) : (
            <List label={t("nav.webhooks")}>
              {all.map((webhook) => (
                <WebhookRow key={webhook.id} webhook={webhook} />
              ))}
            </List>
          )
        }
      </Loaded>
      <WebhookDialog open={isCreating} onOpenChange={create} />
    </Page>
  );
}

function WebhookRow({ webhook }: { webhook: Webhook }) {
  const t = useText();
  return (
    <ListItem
      title={
        <Link href={`/webhooks/${webhook.id}`} className="row-link truncate">
          {webhook.url}
        </Link>
      }
      detail={webhook.events.length === 0 ? t("hooks.allEvents") : t("hooks.events", { count: webhook.events.length })}
      end={
        <>
          <Badge tone={webhook.enabled ? "success" : "neutral"}>{webhook.enabled ? t("hooks.on") : t("hooks.off")}</Badge>
          <ChevronRight aria-hidden size={16} className="muted" />
        </>
      }
    />
  );
}

function WebhookDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useText();
  const create = useCreateWebhook();
  const [url, setUrl] = useState("https://");
  const [events, setEvents] = useState<readonly string[]>([]);
  const change = (next: boolean) => {
    if (!next) create.reset();
    onOpenChange(next);
  };
  const submit = () => {
    create.mutate({ url: url.trim(), events: [...events] });
  };
  return (
    <Dialog open={open} onOpenChange={change} title={create.data ? t("hooks.created") : t("hooks.add")}>
      {create.data ? (
        <SecretShown value={create.data.secret} label={t("hooks.secret")} text={t("hooks.secretText")} onDone={() => change(false)} />
      ) : (
        <DialogForm error={create.error} busy={create.isPending} submit={t("hooks.add")} onSubmit={submit}>
          <Field label={t("hooks.url")} hint={t("hooks.urlHint")}>
            <Input type="url" required maxLength={2000} value={url} onChange={(event) => setUrl(event.target.value)} />
          </Field>
          <EventsField value={events} onChange={setEvents} />
        </DialogForm>
      )}
    </Dialog>
  );
}
