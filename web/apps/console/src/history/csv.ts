/** Comma-separated values (RFC 4180) as spreadsheets read them. */

/** Without it, spreadsheets take UTF-8 for their system's own encoding. */
const BYTE_ORDER_MARK = "\uFEFF";

export function csvOf(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return BYTE_ORDER_MARK + [header, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** Guests choose their names: one that begins as a formula would be run by a spreadsheet. */
function cell(text: string): string {
  const tame = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
}

/** In the reader's zone, as spreadsheets know a time: `2026-11-20 09:30:00`. */
export function localTime(at: string | number): string {
  const time = new Date(at);
  const two = (part: number) => String(part).padStart(2, "0");
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  return `${day} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":")}`;
}

/** Lets the browser keep a text as a file. */
export function saveText(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  // Titles are free text; what no file system takes goes.
  link.download = name.replace(/[\\/:*?"<>|\s]+/g, " ");
  link.click();
  URL.revokeObjectURL(url);
}
