import type { ChatMessage, Recipient } from "@stoa/sdk";
import { Paperclip, SendHorizontal, X } from "lucide-react";
import { type ClipboardEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { IconButton } from "../../components/Button.tsx";
import { Select } from "../../components/Input.tsx";
import { useMay, useMyIdentity, useRoomState, useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { isSendingKey, useDraft } from "../useDraft.ts";
import { Attachments, useAttachments } from "./Attachments.tsx";

const MAX_CHARACTERS = 4_000;

type Props = { replyTo: ChatMessage | null; onReplied: () => void; to: string | null };

/** Enter sends, Shift and Enter begins a line; files come by button, paste or drop. */
export function Composer({ replyTo, onReplied, to }: Props) {
  const text = useRoomText();
  const me = useMyIdentity();
  const mayChat = useMay("chat");
  const isBlocked = useRoomState((state) => state.chat?.blocked.includes(me) ?? false) ?? false;
  if (isBlocked) return <p className="room-composer-note">{text("chatBlocked")}</p>;
  if (!mayChat) return null;
  return <Form replyTo={replyTo} onReplied={onReplied} to={to} />;
}

function Form({ replyTo, onReplied, to }: Props) {
  const text = useRoomText();
  const maySendFiles = useMay("send_files");
  const attachments = useAttachments();
  const recipient = useRecipient(to);
  const box = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const { commands } = useSession();
  const { draft, setDraft, submit, problem, waitS } = useDraft(async (words, id) => {
    await commands.chat.say(words, {
      id,
      to: recipient.value,
      ...(replyTo && { reply_to: replyTo.id }),
      ...(attachments.ready.length > 0 && { files: attachments.ready.map((file) => file.id) }),
    });
    attachments.clear();
    onReplied();
  });
  useEffect(() => {
    if (replyTo || to) box.current?.focus();
  }, [replyTo, to]);
  const ready = (draft.trim() !== "" || attachments.ready.length > 0) && !attachments.uploading && waitS === 0;
  const keyed = (event: KeyboardEvent) => {
    if (!isSendingKey(event)) return;
    event.preventDefault();
    if (ready) submit();
  };
  const pasted = (event: ClipboardEvent) => {
    if (!maySendFiles || event.clipboardData.files.length === 0) return;
    event.preventDefault();
    attachments.add([...event.clipboardData.files]);
  };
  return (
    <form
      className="room-composer"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) submit();
      }}
      onDragOver={(event) => maySendFiles && event.preventDefault()}
      onDrop={(event) => {
        if (!maySendFiles) return;
        event.preventDefault();
        attachments.add([...event.dataTransfer.files]);
      }}
    >
      <SlowNote waitS={waitS} />
      {problem && (
        <p role="alert" className="room-composer-problem">
          {problem}
        </p>
      )}
      {recipient.options.length > 1 && (
        <label className="room-composer-to">
          <span>{text("sayTo")}</span>
          <Select value={recipient.chosen} options={recipient.options} onChange={recipient.choose} />
        </label>
      )}
      {replyTo && (
        <p className="room-composer-reply">
          <span>
            {text("replyingTo", { name: replyTo.from.name })}: {replyTo.text}
          </span>
          <IconButton icon={X} size="sm" label={text("cancelReply")} onClick={onReplied} />
        </p>
      )}
      <Attachments state={attachments} />
      <div className="room-composer-row">
        {maySendFiles && (
          <>
            <IconButton icon={Paperclip} label={text("attach")} onClick={() => picker.current?.click()} />
            <input
              ref={picker}
              type="file"
              multiple
              hidden
              onChange={(event) => {
                attachments.add([...(event.target.files ?? [])]);
                event.target.value = "";
              }}
            />
          </>
        )}
        <textarea
          ref={box}
          aria-label={text("say")}
          placeholder={text("say")}
          rows={1}
          maxLength={MAX_CHARACTERS}
          value={draft}
          enterKeyHint="send"
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={keyed}
          onPaste={pasted}
        />
        <IconButton type="submit" icon={SendHorizontal} tone="primary" label={text("send")} disabled={!ready} />
      </div>
    </form>
  );
}

function SlowNote({ waitS }: { waitS: number }) {
  const text = useRoomText();
  const slow = useRoomState((state) => state.chat?.slow_s ?? 0) ?? 0;
  if (waitS > 0) return <p className="room-composer-note">{text("slowWait", { count: waitS })}</p>;
  if (slow > 0) return <p className="room-composer-note">{text("slowNow", { count: slow })}</p>;
  return null;
}

/** To whom: everyone, the hosts, or one person where that is allowed. */
function useRecipient(preset: string | null) {
  const text = useRoomText();
  const me = useMyIdentity();
  const mayWhisper = useMay("chat_private");
  const people = useRoomState((state) => state.people.people) ?? [];
  const [chosen, choose] = useState(preset ? `person:${preset}` : "all");
  useEffect(() => {
    if (preset) choose(`person:${preset}`);
  }, [preset]);
  const options = [{ value: "all", label: text("toAll") }];
  if (mayWhisper) {
    options.push({ value: "hosts", label: text("toHosts") });
    for (const person of people) {
      if (person.identity !== me) {
        options.push({ value: `person:${person.identity}`, label: text("toPerson", { name: person.name }) });
      }
    }
  }
  const known = options.some((option) => option.value === chosen) ? chosen : "all";
  const value: Recipient =
    known === "all" || known === "hosts"
      ? { kind: known }
      : { kind: "person", identity: known.slice("person:".length) };
  return { options, chosen: known, choose, value };
}
