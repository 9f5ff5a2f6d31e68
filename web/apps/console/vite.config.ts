import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "../../tools/compress.mjs";

export default defineConfig({
  base: "/console/",
  plugins: [react(), compressed()],
  build: { target: "es2022", sourcemap: false },
  // While developing, the API is the server's of `stoa serve --dev`.
  server: { proxy: { "/v1": "http://127.0.0.1:7880" } },
});
