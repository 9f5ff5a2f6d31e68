import { type ChatFile, ProblemError } from "@stoa/sdk";

/** What servers take unless they are configured otherwise; asked here first so that nobody waits in vain. */
export const MAX_FILE_BYTES = 100 * 1024 * 1024;
/** Shown in the chat itself; everything else is offered for download. */
const SHOWN_IMAGES = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"];
export const isShownImage = (file: ChatFile) => SHOWN_IMAGES.includes(file.media_type);

export type UploadProblem = "too_large" | "wrong_type" | "failed";

/** Which sentence an upload that failed deserves. */
export function uploadProblemOf(error: unknown): UploadProblem {
  const status = error instanceof ProblemError ? error.status : 0;
  if (status === 413) return "too_large";
  return status === 415 || status === 422 ? "wrong_type" : "failed";
}

export function saveAs(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun by the next turn; Safari needs a little longer.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
