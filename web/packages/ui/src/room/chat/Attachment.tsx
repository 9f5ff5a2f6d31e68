import type { ChatFile } from "@stoa/sdk";
import { Download, FileText } from "lucide-react";
import { useEffect, useState } from "react";
import { useFormat } from "../../i18n/format.ts";
import { useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";
import { isShownImage, saveAs } from "./files.ts";

/** A file of the chat: images are seen, everything else is fetched by a click. */
export function Attachment({ file }: { file: ChatFile }) {
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

/** A file by its name and size, to be fetched. */
export function OtherFile({ file }: { file: ChatFile }) {
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
