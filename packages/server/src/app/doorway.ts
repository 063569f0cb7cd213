import { rm, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { PRIVATE_FILE } from "@chirograph/embedded/files";
import open from "open";

/** Whether there is a browser to open: somebody sits before a screen. */
export function hasDisplay(): boolean {
  const { CI, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (CI !== undefined && CI !== "" && CI !== "false") return false;
  return (
    process.platform !== "linux" ||
    [DISPLAY, WAYLAND_DISPLAY].some((name) => name !== undefined && name !== "")
  );
}

/**
 * Opens a browser at an address with a token in it, by way of a private file that leads there: every user of a machine
 * can read its command lines. No browser is no failure: the address is printed anyway.
 */
export async function openBrowser(address: string, doorway: string): Promise<void> {
  const page = `<!doctype html><meta charset="utf-8"><title>Chirograph</title>
<script>location.replace(${JSON.stringify(address)});</script>
`;
  try {
    await rm(doorway, { force: true });
    await writeFile(doorway, page, { mode: PRIVATE_FILE, flag: "wx" });
    await open(pathToFileURL(doorway).href);
  } catch {
    await rm(doorway, { force: true });
  }
}
