import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The installed Chromium that runs the browser tests: $CHROMIUM, or the first one found. None is downloaded. */
export function findChromium(): string | undefined {
  const named = process.env["CHROMIUM"];
  if (named !== undefined) return existsSync(named) ? named : undefined;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const names = ["chromium", "chromium-browser", "google-chrome"];
  return names
    .flatMap((name) => ["/usr/bin", ...folders].map((folder) => join(folder, name)))
    .find(existsSync);
}

export const chromiumFlags: string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  // The tests talk to nobody but their own server.
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
