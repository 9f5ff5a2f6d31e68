import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

/** Below one network packet there is nothing to gain. */
const WORTH_IT_BYTES = 1400;

/** A Vite plugin: leaves `.br` and `.gz` beside each text file of the build; the binary embeds both. */
export function compressed() {
  let folder;
  return {
    name: "stoa-compressed",
    apply: "build",
    configResolved: (config) => {
      folder = join(config.root, config.build.outDir);
    },
    closeBundle() {
      for (const name of readdirSync(folder, { recursive: true })) {
        if (!/\.(html|js|mjs|css|svg|json|wasm)$/.test(name)) continue;
        const file = join(folder, name);
        const body = readFileSync(file);
        if (body.length < WORTH_IT_BYTES) continue;
        writeFileSync(`${file}.br`, brotliCompressSync(body));
        writeFileSync(`${file}.gz`, gzipSync(body, { level: 9 }));
      }
    },
  };
}
