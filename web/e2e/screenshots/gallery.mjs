import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const TITLES = { meet: "Meetings", console: "Console" };

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
      const shot = (look) => `${app}/${page}.${look}.webp`;
      const others = files.filter((file) => file.startsWith(`${page}.`)).sort();
      lines.push(
        "",
        `### ${page}`,
        "",
        `<img src="${shot("en.1440.light")}" alt="${page}, wide, English, light" width="640"> <img src="${shot("zh.390.dark")}" alt="${page}, phone, Chinese, dark" width="184">`,
        "",
        others.map((file) => `[${file.slice(page.length + 1, -".webp".length).replaceAll(".", " ")}](${app}/${file})`).join(" · "),
      );
    }
  }
  await writeFile(join(folder, "README.md"), `${lines.join("\n")}\n`);
}
