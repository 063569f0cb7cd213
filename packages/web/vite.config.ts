import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { firstScreen } from "./build/first-screen.ts";
import { serviceWorker } from "./build/service-worker.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** Browsers that have `light-dark()` and module workers, and so all else that the application needs. */
const target = ["chrome124", "firefox128", "safari17.5"];

export default defineConfig({
  root: here("."),
  base: "/",
  plugins: [
    react(),
    serviceWorker({ entry: here("./src/media/service-worker.ts"), fileName: "service-worker.js", target }),
    firstScreen({ mostBytes: 200_000 }),
  ],
  // Vite leaves Node's `events` out of bundles; the viewers' libraries mean the npm package of that name.
  resolve: { alias: { events: here("../../node_modules/events/events.js") } },
  worker: { format: "es" },
  build: {
    target,
    sourcemap: false,
    // The policy of the page allows no data: addresses for scripts and fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
