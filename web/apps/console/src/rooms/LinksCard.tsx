import type { Link, ScheduledRoom } from "@stoa/sdk/api";
import { Badge, Button, Card, ConfirmDialog, CopyButton, EmptyState, IconButton, ListItem, Menu, MenuItem, useFormat, useToast } from "@stoa/ui";
import { Ellipsis, Link2, QrCode, Unlink, UserPlus } from "lucide-react";
import { useState } from "react";
import { useLinks, useRevokeLink } from "../data/rooms.ts";
import { Loaded } from "../shell/Loaded.tsx";
import { useText } from "../text/index.ts";
import { useProblemText } from "../text/problems.ts";
import { LinkDialog } from "./LinkDialog.tsx";
import { QrDialog } from "./QrDialog.tsx";

/** Who may come in, and as what. */
export function LinksCard({ room }: { room: ScheduledRoom }) {
  const t = useText();
  const links = useLinks(room.id);
  const [isInviting, invite] = useState(false);
  return (
    <Card
      title={t("links.title")}
      description={t("links.text")}
      actions={
        <Button size="sm" icon={UserPlus} onClick={() => invite(true)}>
          {t("links.add")}
        </Button>
      }
    >
      <Loaded query={links} lines={2}>
        {(all) => {
          const valid = all.filter((link) => link.revoked_at === null);
          if (valid.length === 0) {
            return <EmptyState icon={Link2} title={t("links.empty")} />;
          }
          return (
            <ul role="list" className="plain-list">
              {valid.map((link) => (
                <LinkRow key={link.id} link={link} room={room} />
              ))}
            </ul>
          );
        }}
      </Loaded>
      <LinkDialog room={room} open={isInviting} onOpenChange={invite} />
    </Card>
  );
}

function LinkRow({ link, room }: { link: Link; room: ScheduledRoom }) {
  const t = useText();
  const problemText = useProblemText();
  const { done, failed } = useToast();
  const [question, ask] = useState<"revoke" | "qr" | null>(null);
  const revoke = useRevokeLink(room.id);
  const name = link.person_name || link.label || (link.code === room.link?.code ? t("links.everybody") : t("links.unnamed"));
  const confirm = () =>
    revoke.mutate(link.id, {
      onSuccess: () => done(t("links.revoked")),
      onError: (error) => failed(t("common.failed"), problemText(error)),
    });
  return (
    <ListItem
      title={
        <>
          {name}
          <LinkBadges link={link} />
        </>
      }
      detail={<span className="truncate">{link.url.replace(/^https?:\/\//, "")}</span>}
      end={
        <>
          <CopyButton size="sm" text={link.url} label={t("common.copy")} />
          <Menu trigger={<IconButton size="sm" icon={Ellipsis} label={t("links.more", { name })} />}>
            <MenuItem icon={QrCode} onSelect={() => ask("qr")}>
              {t("links.qr")}
            </MenuItem>
            <MenuItem icon={Unlink} tone="danger" onSelect={() => ask("revoke")}>
              {t("links.revoke")}
            </MenuItem>
          </Menu>
          <QrDialog open={question === "qr"} onOpenChange={(open) => ask(open ? "qr" : null)} url={link.url} title={room.title} name={name} />
          <ConfirmDialog
            open={question === "revoke"}
            onOpenChange={(open) => ask(open ? "revoke" : null)}
            title={t("links.revokeTitle", { name })}
            consequence={t("links.revokeConsequence")}
            confirm={t("links.revoke")}
            cancel={t("common.back")}
            busy={revoke.isPending}
            onConfirm={confirm}
          />
        </>
      }
    />
  );
}

function LinkBadges({ link }: { link: Link }) {
  const t = useText();
  const format = useFormat();
  const isExpired = link.expires_at !== null && Date.parse(link.expires_at) < Date.now();
  return (
    <>
      <Badge tone={link.role === "host" || link.role === "co_host" ? "accent" : "neutral"}>{t(`role.${link.role}`)}</Badge>
      {link.passcode_set && <Badge tone="info">{t("links.hasPasscode")}</Badge>}
      {link.expires_at && (
        <Badge tone={isExpired ? "danger" : "neutral"}>
          {isExpired ? t("links.expired") : t("links.until", { time: format.dateTime(link.expires_at) })}
        </Badge>
      )}
      {link.max_uses !== null && link.person_name === null && <Badge>{t("links.uses", { uses: link.uses, most: link.max_uses })}</Badge>}
    </>
  );
}
