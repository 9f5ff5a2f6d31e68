import type { AuditEntry, AuditQuery } from "@stoa/sdk/api";
import { Banner, Button, buttonClass, type Column, EmptyState, Field, Input, Select, Table, useFormat } from "@stoa/ui";
import { Download, ScrollText, ShieldCheck } from "lucide-react";
import { type FormEvent, useState } from "react";
import { api } from "../data/api.ts";
import { useAudit, usePeople, useVerifyAudit } from "../data/tenant.ts";
import { Loaded } from "../shell/Loaded.tsx";
import { More } from "../shell/More.tsx";
import { Page } from "../shell/Page.tsx";
import { useText } from "../text/index.ts";
import { useProblemText } from "../text/problems.ts";
import "./AuditPage.css";

const DAY_MS = 86_400_000;
const EVERYBODY = "all";

export default function AuditPage() {
  const t = useText();
  const [filter, setFilter] = useState<AuditQuery>({});
  const verify = useVerifyAudit();
  return (
    <Page
      title={t("nav.audit")}
      intro={t("audit.intro")}
      actions={
        <>
          <Button icon={ShieldCheck} busy={verify.isPending} onClick={() => verify.mutate()}>
            {t("audit.verify")}
          </Button>
          <a className={buttonClass()} href={api.audit.csvUrl(filter)} download>
            <Download aria-hidden size={16} />
            {t("audit.csv")}
          </a>
        </>
      }
    >
      <div className="stack">
        <Verdict verify={verify} />
        <Filter onChange={setFilter} />
        <Entries filter={filter} />
      </div>
    </Page>
  );
}

function Verdict({ verify }: { verify: ReturnType<typeof useVerifyAudit> }) {
  const t = useText();
  const problemText = useProblemText();
  if (verify.isError) return <Banner tone="danger">{problemText(verify.error)}</Banner>;
  if (!verify.data) return null;
  const { ok, entries } = verify.data;
  return ok ? (
    <Banner tone="success" title={t("audit.whole", { count: entries })}>
      {t("audit.wholeText")}
    </Banner>
  ) : (
    <Banner tone="danger" title={t("audit.broken", { entry: entries + 1 })}>
      {t("audit.brokenText")}
    </Banner>
  );
}

function Filter({ onChange }: { onChange: (filter: AuditQuery) => void }) {
  const t = useText();
  const people = usePeople();
  const [actor, setActor] = useState(EVERYBODY);
  const [action, setAction] = useState("");
  const [target, setTarget] = useState("");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onChange({
      ...(actor !== EVERYBODY && { actor }),
      ...(action.trim() && { action: action.trim() }),
      ...(target.trim() && { target: target.trim() }),
      ...(from && { from: new Date(`${from}T00:00`).toISOString() }),
      // The last day is meant with all its hours.
      ...(to && { to: new Date(new Date(`${to}T00:00`).getTime() + DAY_MS).toISOString() }),
    });
  };
  return (
    <form className="audit-filter" role="search" onSubmit={submit}>
      <Field label={t("audit.actor")}>
        <Select
          value={actor}
          options={[{ value: EVERYBODY, label: t("audit.everybody") }, ...(people.data ?? []).map(({ id, name }) => ({ value: id, label: name }))]}
          onChange={setActor}
        />
      </Field>
      <Field label={t("audit.action")}>
        <Input value={action} maxLength={100} placeholder="room.created" onChange={(event) => setAction(event.target.value)} />
      </Field>
      <Field label={t("audit.target")}>
        <Input value={target} maxLength={100} placeholder="room_…" onChange={(event) => setTarget(event.target.value)} />
      </Field>
      <Field label={t("audit.from")}>
        <Input type="date" value={from} onChange={(event) => setFrom(event.target.value)} />
      </Field>
      <Field label={t("audit.to")}>
        <Input type="date" value={to} onChange={(event) => setTo(event.target.value)} />
      </Field>
      <Button type="submit">{t("audit.search")}</Button>
    </form>
  );
}

function Entries({ filter }: { filter: AuditQuery }) {
  const t = useText();
  const format = useFormat();
  const entries = useAudit(filter);
  const columns: Column<AuditEntry>[] = [
    { key: "action", header: t("audit.action"), cell: (entry) => <code>{entry.action}</code> },
    { key: "at", header: t("audit.at"), cell: (entry) => <time>{format.dateTime(entry.at)}</time> },
    { key: "actor", header: t("audit.actor"), cell: (entry) => actorName(entry) ?? t(`actor.${knownKind(entry.actor.kind)}`) },
    { key: "target", header: t("audit.target"), cell: (entry) => (entry.target ? <code>{entry.target.id}</code> : "–") },
    { key: "details", header: t("audit.details"), cell: (entry) => <Details details={entry.details} /> },
  ];
  return (
    <Loaded query={entries}>
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.items);
        if (rows.length === 0) {
          return (
            <div className="frame">
              <EmptyState icon={ScrollText} title={t("audit.empty")} />
            </div>
          );
        }
        return (
          <>
            <Table caption={t("nav.audit")} columns={columns} rows={rows} rowKey={(entry) => entry.id} />
            <More query={entries} />
          </>
        );
      }}
    </Loaded>
  );
}

const actorName = (entry: AuditEntry): string | null => entry.actor.name ?? entry.actor.id;

const ACTOR_KINDS = ["person", "key", "guest", "system", "nobody"] as const;

const knownKind = (kind: string): (typeof ACTOR_KINDS)[number] => ACTOR_KINDS.find((known) => known === kind) ?? "system";

function Details({ details }: { details: AuditEntry["details"] }) {
  const text = Object.entries(details)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
  return text ? <span className="audit-details">{text}</span> : "–";
}
