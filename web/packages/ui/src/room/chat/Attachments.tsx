import type { ChatFile } from "@stoa/sdk";
import { FileText, X } from "lucide-react";
import { useCallback, useState } from "react";
import { IconButton } from "../../components/Button.tsx";
import { useFormat } from "../../i18n/format.ts";
import { useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { MAX_FILE_BYTES, type UploadProblem, uploadProblemOf } from "./files.ts";

interface Pending {
  key: number;
  name: string;
  share: number;
  file: ChatFile | null;
  problem: UploadProblem | null;
}

export interface AttachmentsState {
  pending: readonly Pending[];
  ready: readonly ChatFile[];
  uploading: boolean;
  add: (files: File[]) => void;
  remove: (key: number) => void;
  clear: () => void;
}

let nextKey = 0;

/** Files that are uploaded while the message is still being written. */
export function useAttachments(): AttachmentsState {
  const { files: store } = useSession();
  const [pending, setPending] = useState<readonly Pending[]>([]);
  const change = useCallback(
    (key: number, part: Partial<Pending>) =>
      setPending((all) => all.map((one) => (one.key === key ? { ...one, ...part } : one))),
    [],
  );
  const add = (files: File[]) => {
    for (const file of files) {
      const key = nextKey++;
      const problem = file.size > MAX_FILE_BYTES ? "too_large" : null;
      setPending((all) => [...all, { key, name: file.name, share: 0, file: null, problem }]);
      if (problem) continue;
      store.upload(file, file.name, { onProgress: (share) => change(key, { share }) }).then(
        (done) => change(key, { file: done, share: 1 }),
        (error: unknown) => change(key, { problem: uploadProblemOf(error) }),
      );
    }
  };
  return {
    pending,
    ready: pending.flatMap((one) => one.file ?? []),
    uploading: pending.some((one) => one.file === null && one.problem === null),
    add,
    remove: (key) => setPending((all) => all.filter((one) => one.key !== key)),
    // What failed stays to be read, until one removes it.
    clear: () => setPending((all) => all.filter((one) => one.problem !== null)),
  };
}

export function Attachments({ state }: { state: AttachmentsState }) {
  const text = useRoomText();
  if (state.pending.length === 0) return null;
  return (
    <ul role="list" className="room-attachments">
      {state.pending.map((one) => (
        <li key={one.key} className={one.problem ? "failed" : ""}>
          <FileText aria-hidden size={16} />
          <Words one={one} />
          <IconButton icon={X} size="sm" label={text("removeFile", { name: one.name })} onClick={() => state.remove(one.key)} />
          {!one.file && !one.problem && <progress value={one.share} max={1} aria-label={one.name} />}
        </li>
      ))}
    </ul>
  );
}

function Words({ one }: { one: Pending }) {
  const text = useRoomText();
  const format = useFormat();
  const { name, problem, file } = one;
  if (problem === "too_large") {
    return <span role="alert">{text("tooLarge", { name, limit: format.bytes(MAX_FILE_BYTES) })}</span>;
  }
  if (problem === "wrong_type") return <span role="alert">{text("wrongType", { name })}</span>;
  if (problem === "failed") return <span role="alert">{text("uploadFailed", { name })}</span>;
  return <span>{file ? name : text("uploading", { name, percent: Math.round(one.share * 100) })}</span>;
}
