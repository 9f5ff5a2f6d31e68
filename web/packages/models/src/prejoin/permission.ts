/**
 * Where the opening of a camera or microphone stands.
 * - `unasked`: the browser will ask; say why first
 * - `asking`: its question is on the screen
 * - `open`: it runs
 * - `denied`: the person, or someone before him, said no; `repair` shows how to take it back
 * - `blocked_by_system`: the operating system says no
 * - `missing`, `busy`, `failed`: no such device, in use elsewhere, did not start
 * - `unsupported`: the page may not even ask (no HTTPS, or a browser inside an app)
 */
export type DeviceState =
  | "unasked"
  | "asking"
  | "open"
  | "denied"
  | "blocked_by_system"
  | "missing"
  | "busy"
  | "failed"
  | "unsupported";

/** What a rejected `getUserMedia` means (Media Capture and Streams, section 10.2.1). */
export function stateOfError(error: unknown): DeviceState {
  const { name = "", message = "" } = (error ?? {}) as { readonly name?: string; readonly message?: string };
  switch (name) {
    case "NotAllowedError":
    case "PermissionDeniedError":
      // Chromium's words where macOS or Windows forbids what the person allowed the page.
      return /system/i.test(message) ? "blocked_by_system" : "denied";
    case "SecurityError":
    case "TypeError":
      return "unsupported";
    case "NotFoundError":
    case "DevicesNotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
    case "TrackStartError":
    case "AbortError":
      return "busy";
    default:
      return "failed";
  }
}

/** What is known before asking, from the Permissions API; null where it is not supported. */
export function stateOfPermission(permission: "granted" | "denied" | "prompt" | null): DeviceState {
  switch (permission) {
    case "denied":
      return "denied";
    case "granted":
      return "asking";
    case "prompt":
    case null:
      return "unasked";
  }
}

export type RepairGuide = "chrome" | "android" | "firefox" | "safari" | "ios" | "in_app";

/** Which steps lead a person of this browser out of a denial. */
export function repairGuide(user_agent: string): RepairGuide {
  if (/MicroMessenger|DingTalk|FBAN|FBAV|Instagram|Line\//.test(user_agent)) return "in_app";
  if (/iPhone|iPad|iPod/.test(user_agent)) return "ios";
  if (/Android/.test(user_agent)) return "android";
  if (/Firefox\//.test(user_agent)) return "firefox";
  if (/Safari\//.test(user_agent) && !/Chrom(e|ium)\//.test(user_agent)) return "safari";
  return "chrome";
}
