import type { RoomSettings, ScheduledRoom } from "@stoa/sdk/api";
import { Button, Card, Dialog, Field, Input, Switch, useToast } from "@stoa/ui";
import { Pencil } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useChangeRoom } from "../data/rooms.ts";
import { useText } from "../text/index.ts";
import { useProblemText } from "../text/problems.ts";

const SWITCHES = ["lobby", "locked", "chat", "annotation", "mute_on_entry", "camera_on_entry"] as const satisfies readonly (keyof RoomSettings)[];

/** What holds for everybody who comes in. Each switch takes effect at once. */
export function RoomSettingsCard({ room }: { room: ScheduledRoom }) {
  const t = useText();
  const problemText = useProblemText();
  const { failed } = useToast();
  const change = useChangeRoom(room);
  const [isRenaming, rename] = useState(false);
  // While the answer is on its way the switch shows what was asked for.
  const settings = change.isPending ? { ...room.settings, ...change.variables.settings } : room.settings;
  const set = (name: (typeof SWITCHES)[number], value: boolean) =>
    change.mutate({ settings: { [name]: value } }, { onError: (error) => failed(t("common.failed"), problemText(error)) });
  return (
    <Card
      title={t("setting.title")}
      actions={
        <Button size="sm" tone="quiet" icon={Pencil} onClick={() => rename(true)}>
          {t("room.rename")}
        </Button>
      }
    >
      {SWITCHES.map((name) => (
        <Switch
          key={name}
          checked={settings[name]}
          disabled={change.isPending}
          onChange={(value) => set(name, value)}
          label={t(`setting.${name}`)}
          hint={t(`settingText.${name}`)}
        />
      ))}
      <Dialog open={isRenaming} onOpenChange={rename} size="sm" title={t("room.rename")}>
        {isRenaming && <RenameForm room={room} onDone={() => rename(false)} />}
      </Dialog>
    </Card>
  );
}

function RenameForm({ room, onDone }: { room: ScheduledRoom; onDone: () => void }) {
  const t = useText();
  const problemText = useProblemText();
  const change = useChangeRoom(room);
  const [title, setTitle] = useState(room.title);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ title: title.trim() }, { onSuccess: onDone });
  };
  return (
    <form className="form" onSubmit={submit}>
      <Field label={t("room.title")} error={change.error && problemText(change.error)}>
        <Input required maxLength={200} value={title} onChange={(event) => setTitle(event.target.value)} />
      </Field>
      <Button type="submit" tone="primary" busy={change.isPending}>
        {t("common.save")}
      </Button>
    </form>
  );
}
