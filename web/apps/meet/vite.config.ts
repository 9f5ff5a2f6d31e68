import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "../../tools/compress.mjs";

// Absolute asset paths: the binary serves the page at / and at /j/{code}.
export default defineConfig({
  base: "/",
  plugins: [react(), compressed()],
  build: { target: "es2022", sourcemap: false },
  server: {
    proxy: Object.fromEntries(
      ["/v1", "/room", "/dev", "/rtc"].map((path) => [path, { target: "http://127.0.0.1:7880", ws: true }]),
    ),
  },
});
