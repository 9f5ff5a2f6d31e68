import type { ScheduledRoom, StoredFile } from "@stoa/sdk/api";
import { Button, Card, ConfirmDialog, IconButton, ListItem, useFormat, useToast } from "@stoa/ui";
import { FileText, Trash2, Upload } from "lucide-react";
import { useRef, useState } from "react";
import { api } from "../data/api.ts";
import { useDeleteFile, useFiles, useUpload } from "../data/rooms.ts";
import { Loaded } from "../shell/Loaded.tsx";
import { useText } from "../text/index.ts";
import { useProblemText } from "../text/problems.ts";

/** What people bring to the room. */
export function FilesCard({ room }: { room: ScheduledRoom }) {
  const t = useText();
  const problemText = useProblemText();
  const { failed } = useToast();
  const chooser = useRef<HTMLInputElement>(null);
  const [part, setPart] = useState(0);
  const files = useFiles(room.id);
  const upload = useUpload(room.id, setPart);
  const send = async (chosen: readonly File[]) => {
    for (const file of chosen) {
      setPart(0);
      await upload.mutateAsync(file).catch((error: unknown) => failed(t("files.failed", { name: file.name }), problemText(error)));
    }
  };
  return (
    <Card
      title={t("files.title")}
      actions={
        <>
          <input
            ref={chooser}
            type="file"
            multiple
            hidden
            onChange={(event) => {
              void send([...(event.target.files ?? [])]);
              event.target.value = "";
            }}
          />
          {room.state === "active" && (
            <Button size="sm" tone="quiet" icon={Upload} disabled={upload.isPending} onClick={() => chooser.current?.click()}>
              {t("files.add")}
            </Button>
          )}
        </>
      }
    >
      {upload.isPending && <progress className="upload" value={part} aria-label={t("files.sending")} />}
      <Loaded query={files} lines={2}>
        {(all) =>
          all.length === 0 ? (
            <p className="muted">{t("files.empty")}</p>
          ) : (
            <ul role="list" className="plain-list">
              {all.map((file) => (
                <FileRow key={file.id} file={file} roomId={room.id} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}

function FileRow({ file, roomId }: { file: StoredFile; roomId: string }) {
  const t = useText();
  const format = useFormat();
  const problemText = useProblemText();
  const { failed } = useToast();
  const remove = useDeleteFile(roomId);
  return (
    <ListItem
      lead={<FileText aria-hidden size={20} className="muted" />}
      title={<a href={api.files.url(file.id)}>{file.name}</a>}
      detail={file.created_at ? `${format.bytes(file.bytes)} · ${format.dateTime(file.created_at)}` : format.bytes(file.bytes)}
      end={
        <ConfirmDialog
          trigger={<IconButton size="sm" icon={Trash2} label={t("files.remove", { name: file.name })} />}
          title={t("files.removeTitle")}
          consequence={t("files.removeConsequence", { name: file.name })}
          confirm={t("common.delete")}
          cancel={t("common.back")}
          busy={remove.isPending}
          onConfirm={() => remove.mutate(file.id, { onError: (error) => failed(t("common.failed"), problemText(error)) })}
        />
      }
    />
  );
}
