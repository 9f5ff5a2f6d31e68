import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const TITLES = { meet: "Meetings", console: "Console" };

const SHOWN = [
  ["en.1440.light", 640, "wide, English, light"],
  ["zh.390.dark", 184, "phone, Chinese, dark"],
];

/** An index of what is there: each page wide and on a phone, light in English and dark in Chinese; links to the others. */
export async function writeIndex(folder) {
  const lines = [
    "# Screenshots",
    "",
    "Every page as a real server serves it, with demo data and drawn cameras, in English and Chinese, light",
    "and dark, 1440 and 390 pixels wide. Made by `cargo xtask screenshots`; words after it choose pages by",
    "their names, and languages and sizes: `cargo xtask screenshots meeting en.390`.",
  ];
  for (const [app, title] of Object.entries(TITLES)) {
    const files = await readdir(join(folder, app)).catch(() => []);
    const pages = [...new Set(files.map((file) => file.split(".")[0]))].sort();
    lines.push("", `## ${title}`);
    for (const page of pages) {
      const all = files.filter((file) => file.startsWith(`${page}.`)).sort();
      const shown = SHOWN.flatMap(([look, width, words]) => {
        const file = `${page}.${look}.webp`;
        return all.includes(file) ? [`<img src="${app}/${file}" alt="${page}, ${words}" width="${width}">`] : [];
      });
      const links = all.map((file) => `[${file.slice(page.length + 1, -".webp".length).replaceAll(".", " ")}](${app}/${file})`);
      lines.push("", `### ${page}`, "", shown.join(" "), "", links.join(" · "));
    }
  }
  await writeFile(join(folder, "README.md"), `${lines.join("\n")}\n`);
}
