import type { Delivery, Webhook } from "@stoa/sdk/api";
import { Badge, type BadgeTone, Banner, Button, Card, type Column, ConfirmDialog, Dialog, EmptyState, Field, Input, Switch, Table, useFormat, useToast } from "@stoa/ui";
import { KeyRound, RotateCw, Send, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";
import { useChangeWebhook, useDeleteWebhook, useDeliveries, useNewWebhookSecret, useRetryDelivery, useTestWebhook, useWebhook } from "../data/tenant.ts";
import { Loaded } from "../shell/Loaded.tsx";
import { More } from "../shell/More.tsx";
import { Page, Section } from "../shell/Page.tsx";
import { Secret } from "../shell/Secret.tsx";
import { EventsField } from "../tenant/EventsField.tsx";
import { useText } from "../text/index.ts";
import { useProblemText } from "../text/problems.ts";

const TONES: Record<Delivery["state"], BadgeTone> = { pending: "warning", delivered: "success", failed: "danger" };

export default function WebhookPage({ id }: { id: string }) {
  const t = useText();
  const webhook = useWebhook(id);
  return (
    <Page
      title={t("hooks.one")}
      intro={webhook.data?.url}
      back={{ href: "/webhooks", label: t("nav.webhooks") }}
      actions={
        webhook.data && (
          <>
            <NewSecret webhook={webhook.data} />
            <Remove webhook={webhook.data} />
          </>
        )
      }
    >
      <Loaded query={webhook}>{(known) => <Settings webhook={known} />}</Loaded>
      <Section title={t("hooks.deliveries")} actions={webhook.data && <Test webhook={webhook.data} />}>
        <Deliveries webhookId={id} />
      </Section>
    </Page>
  );
}

function Settings({ webhook }: { webhook: Webhook }) {
  const t = useText();
  const problemText = useProblemText();
  const { done, failed } = useToast();
  const change = useChangeWebhook();
  const [url, setUrl] = useState(webhook.url);
  const [events, setEvents] = useState(webhook.events);
  const [isEnabled, enable] = useState(webhook.enabled);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(
      { id: webhook.id, url: url.trim(), events, enabled: isEnabled },
      { onSuccess: () => done(t("common.saved")), onError: (error) => failed(t("common.failed"), problemText(error)) },
    );
  };
  return (
    <form onSubmit={submit}>
      <Card>
        <Switch checked={isEnabled} onChange={enable} label={t("hooks.enabled")} hint={t("hooks.enabledText")} />
        <Field label={t("hooks.url")} hint={t("hooks.urlHint")}>
          <Input type="url" required maxLength={2000} value={url} onChange={(event) => setUrl(event.target.value)} />
        </Field>
        <EventsField value={events} onChange={setEvents} />
        <div className="ui-actions ui-actions-end">
          <Button type="submit" tone="primary" busy={change.isPending}>
            {t("common.save")}
          </Button>
        </div>
      </Card>
    </form>
  );
}

/** Asks first, since receivers that know the old secret refuse what comes from then on. */
function NewSecret({ webhook }: { webhook: Webhook }) {
  const t = useText();
  const problemText = useProblemText();
  const renew = useNewWebhookSecret();
  const [isOpen, open] = useState(false);
  const change = (next: boolean) => {
    if (!next) renew.reset();
    open(next);
  };
  return (
    <Dialog
      trigger={<Button icon={KeyRound}>{t("hooks.newSecret")}</Button>}
      open={isOpen}
      onOpenChange={change}
      size="sm"
      title={t("hooks.newSecret")}
      description={renew.data ? t("hooks.secretText") : t("hooks.newSecretConsequence")}
      footer={
        renew.data ? (
          <Button tone="primary" onClick={() => change(false)}>
            {t("common.done")}
          </Button>
        ) : (
          <>
            <Button onClick={() => change(false)}>{t("common.back")}</Button>
            <Button tone="danger" busy={renew.isPending} onClick={() => renew.mutate(webhook.id)}>
              {t("hooks.newSecret")}
            </Button>
          </>
        )
      }
    >
      {renew.isError && <Banner tone="danger">{problemText(renew.error)}</Banner>}
      {renew.data && <Secret value={renew.data.secret} label={t("hooks.secret")} />}
    </Dialog>
  );
}

function Test({ webhook }: { webhook: Webhook }) {
  const t = useText();
  const problemText = useProblemText();
  const { done, failed } = useToast();
  const test = useTestWebhook(webhook.id);
  const send = () =>
    test.mutate(undefined, {
      onSuccess: () => done(t("hooks.tested")),
      onError: (error) => failed(t("common.failed"), problemText(error)),
    });
  return (
    <Button size="sm" icon={Send} busy={test.isPending} disabled={!webhook.enabled} onClick={send}>
      {t("hooks.test")}
    </Button>
  );
}

function Remove({ webhook }: { webhook: Webhook }) {
  const t = useText();
  const problemText = useProblemText();
  const { failed } = useToast();
  const [, go] = useLocation();
  const remove = useDeleteWebhook();
  return (
    <ConfirmDialog
      trigger={<Button icon={Trash2}>{t("common.delete")}</Button>}
      title={t("hooks.deleteTitle")}
      consequence={t("hooks.deleteConsequence")}
      confirm={t("common.delete")}
      cancel={t("common.back")}
      busy={remove.isPending}
      onConfirm={() =>
        remove.mutate(webhook.id, {
          onSuccess: () => go("/webhooks"),
          onError: (error) => failed(t("common.failed"), problemText(error)),
        })
      }
    />
  );
}

function Deliveries({ webhookId }: { webhookId: string }) {
  const t = useText();
  const format = useFormat();
  const problemText = useProblemText();
  const { done, failed } = useToast();
  const deliveries = useDeliveries(webhookId);
  const retry = useRetryDelivery(webhookId);
  const again = (id: string) =>
    retry.mutate(id, {
      onSuccess: () => done(t("hooks.retried")),
      onError: (error) => failed(t("common.failed"), problemText(error)),
    });
  const columns: Column<Delivery>[] = [
    { key: "event", header: t("hooks.event"), cell: (delivery) => <Contents delivery={delivery} /> },
    { key: "state", header: t("hooks.state"), cell: (delivery) => <Badge tone={TONES[delivery.state]}>{t(`delivery.${delivery.state}`)}</Badge> },
    { key: "answer", header: t("hooks.answer"), cell: (delivery) => <Answer delivery={delivery} /> },
    { key: "attempts", header: t("hooks.attempts"), cell: (delivery) => format.number(delivery.attempts) },
    { key: "at", header: t("hooks.at"), cell: (delivery) => <time>{format.dateTime(delivery.created_at)}</time> },
    {
      key: "actions",
      header: t("common.actions"),
      hideHeader: true,
      align: "end",
      cell: (delivery) =>
        delivery.state !== "delivered" && (
          <Button size="sm" icon={RotateCw} disabled={retry.isPending} onClick={() => again(delivery.id)}>
            {t("hooks.retry")}
          </Button>
        ),
    },
  ];
  return (
    <Loaded query={deliveries}>
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.items);
        if (rows.length === 0) {
          return (
            <div className="frame">
              <EmptyState icon={Send} title={t("hooks.noDeliveries")}>
                {t("hooks.noDeliveriesText")}
              </EmptyState>
            </div>
          );
        }
        return (
          <>
            <Table caption={t("hooks.deliveries")} columns={columns} rows={rows} rowKey={(delivery) => delivery.id} />
            <More query={deliveries} />
          </>
        );
      }}
    </Loaded>
  );
}

/** What was sent, behind the event's name. */
function Contents({ delivery }: { delivery: Delivery }) {
  const t = useText();
  return (
    <Dialog
      trigger={
        <button type="button" className="text-button">
          <code>{delivery.event}</code>
        </button>
      }
      size="lg"
      title={delivery.event}
      description={t("hooks.eventId", { id: delivery.event_id })}
    >
      <pre className="contents" tabIndex={0} role="region" aria-label={t("hooks.contents")}>
        {JSON.stringify(delivery.body, null, 2)}
      </pre>
    </Dialog>
  );
}

function Answer({ delivery }: { delivery: Delivery }) {
  if (delivery.status === null && delivery.error === null) return "–";
  return (
    <span className="delivery-answer">
      {delivery.status !== null && <code>{delivery.status}</code>}
      {delivery.error !== null && <span className="muted small">{delivery.error}</span>}
    </span>
  );
}
