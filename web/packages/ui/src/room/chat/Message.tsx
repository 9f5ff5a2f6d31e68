import type { ChatMessage } from "@stoa/sdk";
import { Ban, Ellipsis, Reply, Trash2 } from "lucide-react";
import { classes } from "../../classes.ts";
import { Avatar } from "../../components/Avatar.tsx";
import { IconButton } from "../../components/Button.tsx";
import { Menu, MenuItem } from "../../components/Menu.tsx";
import { useFormat } from "../../i18n/format.ts";
import { useMay, useMyIdentity, useNameOf, useRoomState, useSession } from "../session.tsx";
import { type RoomText, useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";
import { Attachment } from "./Attachment.tsx";
import { Linked } from "./Linked.tsx";

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
            {message.text && (
              <p className="room-message-text">
                <Linked words={message.text} />
              </p>
            )}
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
