import { type ChatMessage, freshId } from "@stoa/sdk";
import { FolderOpen, Plus } from "lucide-react";
import { useEffect, useRef } from "react";
import { Button } from "../../components/Button.tsx";
import { EmptyState } from "../../components/State.tsx";
import { useFormat } from "../../i18n/format.ts";
import { Panel } from "../panels/Panel.tsx";
import { useMay, useMyIdentity, useRoomState, useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";
import { OtherFile } from "./Attachment.tsx";
import { Attachments, useAttachments } from "./Attachments.tsx";
import "./chat.css";

const NONE: readonly ChatMessage[] = [];

/** All files of the chat that I may see, the latest first. */
export function FilesPanel({ onClose }: { onClose: () => void }) {
  const text = useRoomText();
  const format = useFormat();
  const me = useMyIdentity();
  const maySend = useMay("send_files");
  const messages = useRoomState((state) => state.chat?.messages ?? NONE) ?? NONE;
  const found = messages.filter((message) => !message.deleted && message.files.length > 0).reverse();
  return (
    <Panel title={text("files")} name="files" onClose={onClose}>
      <div className="room-panel-body">
        {maySend && <Adding />}
        {found.length === 0 ? (
          <EmptyState icon={FolderOpen} title={text("filesEmpty")}>
            {text("filesEmptyHint")}
          </EmptyState>
        ) : (
          <ul role="list" className="room-files">
            {found.map(({ id, files, from, at }) => (
              <li key={id}>
                {files.map((file) => (
                  <OtherFile key={file.id} file={file} />
                ))}
                <small>{text("fileFrom", { name: from.identity === me ? text("you") : from.name, time: format.time(at) })}</small>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Panel>
  );
}

/** Sends each file to everybody as soon as it is uploaded. */
function Adding() {
  const text = useRoomText();
  const act = useAct();
  const { commands } = useSession();
  const picker = useRef<HTMLInputElement>(null);
  const attachments = useAttachments();
  const { ready, uploading, clear } = attachments;
  useEffect(() => {
    if (uploading || ready.length === 0) return;
    clear();
    void act(commands.chat.say("", { id: freshId(), files: ready.map((file) => file.id) }));
  });
  return (
    <div className="room-files-add">
      <Button icon={Plus} wide onClick={() => picker.current?.click()}>
        {text("fileAdd")}
      </Button>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label={text("fileAdd")}
        onChange={(event) => {
          attachments.add([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      <Attachments state={attachments} />
    </div>
  );
}
