import type { Template } from "@stoa/sdk/api";
import { Badge, Button, Card, Dialog, EmptyState, useFormat, useLocale, useToast } from "@stoa/ui";
import { CalendarPlus, FileCheck2, LayoutTemplate, Plus } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { useCreateRoom, useTemplates } from "../data/rooms.ts";
import { draftOf } from "../rooms/CreateDialog.tsx";
import { KINDS } from "../rooms/kinds.ts";
import { ReadyRoom } from "../rooms/ReadyRoom.tsx";
import { Loaded } from "../shell/Loaded.tsx";
import { Page, Section } from "../shell/Page.tsx";
import { useText } from "../text/index.ts";
import { useProblemText } from "../text/problems.ts";
import "./TemplatesPage.css";

export default function TemplatesPage() {
  const t = useText();
  const { locale } = useLocale();
  const templates = useTemplates(locale);
  return (
    <Page title={t("nav.templates")} intro={t("templates.intro")}>
      <Loaded query={templates}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState icon={LayoutTemplate} title={t("templates.empty")} />
          ) : (
            KINDS.filter((kind) => all.some((template) => template.kind === kind)).map((kind) => (
              <Section key={kind} title={t(`kind.${kind}`)}>
                <div className="template-cards">
                  {all
                    .filter((template) => template.kind === kind)
                    .map((template) => (
                      <TemplateCard key={template.id} template={template} />
                    ))}
                </div>
              </Section>
            ))
          )
        }
      </Loaded>
    </Page>
  );
}

function TemplateCard({ template }: { template: Template }) {
  const t = useText();
  const format = useFormat();
  const problemText = useProblemText();
  const { failed } = useToast();
  const [, go] = useLocation();
  const create = useCreateRoom();
  const [isReady, setReady] = useState(false);
  const minutes = template.agenda.reduce((sum, item) => sum + item.minutes, 0);
  const make = () =>
    create.mutate(draftOf(template), {
      onSuccess: () => setReady(true),
      onError: (error) => failed(t("create.failed"), problemText(error)),
    });
  return (
    <Card title={template.title} actions={minutes > 0 && <Badge>{format.minutes(minutes)}</Badge>}>
      <ol className="template-agenda">
        {template.agenda.map((item) => (
          <li key={item.id}>
            <span>{item.text}</span>
            {item.minutes > 0 && <span className="muted small">{format.minutes(item.minutes)}</span>}
          </li>
        ))}
      </ol>
      {template.documents.length > 0 && (
        <p className="template-documents">
          <FileCheck2 aria-hidden size={16} />
          <span>{t("templates.bring", { documents: format.list([...template.documents]) })}</span>
        </p>
      )}
      <div className="ui-actions template-actions">
        <Button icon={Plus} busy={create.isPending} onClick={make}>
          {t("templates.start")}
        </Button>
        <Button tone="quiet" icon={CalendarPlus} onClick={() => go(`/schedule/new?template=${encodeURIComponent(template.id)}`)}>
          {t("schedule.button")}
        </Button>
      </div>
      <Dialog open={isReady} onOpenChange={setReady} title={t("create.ready")} description={t("create.readyText")}>
        {create.data && <ReadyRoom room={create.data} />}
      </Dialog>
    </Card>
  );
}
