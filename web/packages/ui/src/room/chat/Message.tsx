import type { ChatFile, ChatMessage } from "@stoa/sdk";
import { Ban, Download, Ellipsis, FileText, Reply, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { classes } from "../../classes.ts";
import { Avatar } from "../../components/Avatar.tsx";
import { IconButton } from "../../components/Button.tsx";
import { Menu, MenuItem } from "../../components/Menu.tsx";
import { useFormat } from "../../i18n/format.ts";
import { useMay, useMyIdentity, useNameOf, useRoomState, useSession } from "../session.tsx";
import { type RoomText, useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";
import { isShownImage, saveAs } from "./files.ts";
import { piecesOf } from "./links.ts";

type Props = {
  message: ChatMessage;
  /** The one before is of the same person: no name again. */
  continues: boolean;
  quoted: ChatMessage | undefined;
  onReply: (message: ChatMessage) => void;
};

export function Message({ message, continues, quoted, onReply }: Props) {
  const text = useRoomText();
  const format = useFormat();
  const me = useMyIdentity();
  const audience = useAudience(message);
  const { name } = message.from;
  return (
    <article className={classes("room-message", continues && "continues", message.to.kind !== "all" && "private")}>
      {!continues && <Avatar name={name} seed={message.from.identity} size={28} />}
      <div className="room-message-body">
        {!continues && (
          <header>
            <strong>{message.from.identity === me ? text("you") : name}</strong>
            {audience && <span className="room-message-audience">{audience}</span>}
            <time dateTime={new Date(message.at).toISOString()}>{format.time(message.at)}</time>
          </header>
        )}
        {message.deleted ? (
          <p className="room-message-deleted">{text("deletedMessage")}</p>
        ) : (
          <>
            {quoted && !quoted.deleted && (
              <blockquote>
                <strong>{quoted.from.name}</strong> {quoted.text}
              </blockquote>
            )}
            {message.text && <p className="room-message-text">{linked(message.text)}</p>}
            {message.files.map((file) => (
              <Attachment key={file.id} file={file} />
            ))}
          </>
        )}
      </div>
      {!message.deleted && <Options message={message} onReply={onReply} text={text} />}
    </article>
  );
}

function useAudience(message: ChatMessage): string | null {
  const text = useRoomText();
  const me = useMyIdentity();
  const nameOf = useNameOf();
  switch (message.to.kind) {
    case "all":
      return null;
    case "hosts":
      return text("onlyHosts");
    case "person":
      return message.to.identity === me
        ? text("privateToYou")
        : text("privateTo", { name: nameOf(message.to.identity, text("someone")) });
  }
}

function linked(words: string) {
  return piecesOf(words).map((piece, at) =>
    piece.kind === "text" ? (
      piece.text
    ) : (
      <a key={at} href={piece.url} target="_blank" rel="noopener noreferrer nofollow ugc">
        {piece.text}
      </a>
    ),
  );
}

function Options({ message, onReply, text }: { message: ChatMessage; onReply: Props["onReply"]; text: RoomText }) {
  const { commands } = useSession();
  const act = useAct();
  const me = useMyIdentity();
  const moderates = useMay("moderate_chat");
  const maySpeak = useMay("chat");
  const blocked = useRoomState((state) => state.chat?.blocked) ?? [];
  const own = message.from.identity === me;
  const isBlocked = blocked.includes(message.from.identity);
  if (!maySpeak && !own && !moderates) return null;
  return (
    <Menu
      trigger={
        <IconButton
          className="room-message-options"
          icon={Ellipsis}
          size="sm"
          label={text("messageOptions", { name: message.from.name })}
        />
      }
    >
      {maySpeak && (
        <MenuItem icon={Reply} onSelect={() => onReply(message)}>
          {text("reply")}
        </MenuItem>
      )}
      {moderates && !own && (
        <MenuItem icon={Ban} onSelect={() => void act(commands.chat.block(message.from.identity, !isBlocked))}>
          {text(isBlocked ? "unblockChat" : "blockChat")}
        </MenuItem>
      )}
      {(own || moderates) && (
        <MenuItem icon={Trash2} tone="danger" onSelect={() => void act(commands.chat.delete(message.id))}>
          {text("deleteMessage")}
        </MenuItem>
      )}
    </Menu>
  );
}

function Attachment({ file }: { file: ChatFile }) {
  return isShownImage(file) ? <ImageFile file={file} /> : <OtherFile file={file} />;
}

function ImageFile({ file }: { file: ChatFile }) {
  const text = useRoomText();
  const { files } = useSession();
  const [url, setUrl] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let made: string | null = null;
    let gone = false;
    files.read(file.id).then(
      (blob) => {
        if (gone) return;
        made = URL.createObjectURL(blob);
        setUrl(made);
      },
      () => !gone && setFailed(true),
    );
    return () => {
      gone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [files, file.id]);
  if (failed) return <OtherFile file={file} />;
  if (!url) return <span className="room-message-image ui-skeleton" aria-hidden />;
  return (
    <a href={url} target="_blank" rel="noopener" aria-label={text("openImage", { name: file.name })}>
      <img className="room-message-image" src={url} alt={file.name} />
    </a>
  );
}

function OtherFile({ file }: { file: ChatFile }) {
  const text = useRoomText();
  const format = useFormat();
  const { files } = useSession();
  const act = useAct();
  return (
    <button
      type="button"
      className="room-message-file"
      aria-label={text("download", { name: file.name })}
      onClick={() => void act(files.read(file.id).then((blob) => saveAs(blob, file.name)))}
    >
      <FileText aria-hidden size={20} />
      <span>
        <span className="room-message-file-name">{file.name}</span>
        <span className="room-message-file-size">{format.bytes(file.bytes)}</span>
      </span>
      <Download aria-hidden size={16} />
    </button>
  );
}
