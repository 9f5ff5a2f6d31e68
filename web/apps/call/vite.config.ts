import { defineConfig } from "vite";
import { compressed } from "../../tools/compress.mjs";

export default defineConfig({
  base: "/call/",
  build: { target: "es2022", sourcemap: false },
  plugins: [compressed()],
});
