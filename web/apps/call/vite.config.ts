import { defineConfig } from "vite";

// Relative asset paths: the binary serves the page at whatever address it is given.
export default defineConfig({ base: "./", build: { target: "es2022", sourcemap: false } });
