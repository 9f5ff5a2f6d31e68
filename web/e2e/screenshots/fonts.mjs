import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What stands in for the faces of phones and desktops, which cannot be had freely. */
const FACES = ["Inter", "Noto Sans CJK SC", "Noto Color Emoji"];

/** A configuration of fonts in which these are the system's own; a Debian without a desktop has others. */
export async function fonts() {
  const installed = execFileSync("fc-list", [":", "family"], { encoding: "utf8" });
  const missing = FACES.filter((face) => !installed.includes(face));
  if (missing.length > 0) {
    throw new Error(`${missing.join(", ")} missing; install with \`apt-get install fonts-inter fonts-noto-cjk fonts-noto-color-emoji\``);
  }
  const folder = await mkdtemp(join(tmpdir(), "stoa-fonts-"));
  const file = join(folder, "fonts.conf");
  const faces = FACES.map((face) => `<string>${face}</string>`).join("");
  const rules = ["system-ui", "sans-serif"].map(
    (family) =>
      `<match target="pattern"><test name="family"><string>${family}</string></test>` +
      `<edit name="family" mode="prepend" binding="strong">${faces}</edit></match>`,
  );
  await writeFile(file, `<?xml version="1.0"?><fontconfig><include>/etc/fonts/fonts.conf</include>${rules.join("")}</fontconfig>`);
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}
