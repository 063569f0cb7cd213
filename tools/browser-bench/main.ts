// Seals a file in a worker of a real Chromium: MB/s beside WebCrypto's own limit in the same page, and what the tab
// holds in memory meanwhile. `npm run browser-bench [MiB]`, 1,024 unless said.
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { BareBrowser, until } from "../../journey/support/bare-browser.ts";
import { TabMemory } from "../../journey/support/tab-memory.ts";
import { findChromium } from "../../test-support/chromium.ts";
import { writeRandom } from "./random-file.ts";
import type { Outcome } from "./page/outcome.ts";

const ROUNDS = 3;
const LONGEST_MS = 120_000;
const KINDS: Record<string, string> = { ".html": "text/html", ".js": "text/javascript" };

const mebibytes = Number(process.argv[2] ?? 1024);
if (!Number.isInteger(mebibytes) || mebibytes < 1) throw new Error("How many MiB? A whole number from 1 on.");
if (findChromium() === undefined) throw new Error("No Chromium found; apt-get install chromium provides it.");

const folder = mkdtempSync(join(tmpdir(), "chirograph-browser-"));
try {
  await writeRandom(join(folder, "file"), mebibytes);
  await build({
    root: fileURLToPath(new URL("page", import.meta.url)),
    logLevel: "warn",
    worker: { format: "es" },
    build: { outDir: join(folder, "site"), target: "chrome124" },
  });
  const site = await serve(join(folder, "site"));
  try {
    for (let round = 1; round <= ROUNDS; round++) tell(round, await measure(site.address, round));
  } finally {
    site.close();
  }
} finally {
  rmSync(folder, { recursive: true });
}

async function measure(address: string, round: number): Promise<Outcome & { tabBytes: number }> {
  const profile = join(folder, `profile-${round}`);
  const browser = await BareBrowser.open(profile, address);
  const memory = new TabMemory(profile, 50);
  try {
    await browser.choose("file", join(folder, "file"));
    const outcome = (): Promise<string> =>
      browser.run(() => document.querySelector("#outcome")!.textContent, 0);
    await until("the worker", async () => (await outcome()).startsWith("{"), LONGEST_MS);
    const found = JSON.parse(await outcome()) as Outcome & { error?: string };
    if (found.error !== undefined) throw new Error(found.error);
    return { ...found, tabBytes: memory.peakBytes };
  } finally {
    memory.stop();
    await browser.close();
  }
}

function tell(
  round: number,
  { bytes, sealedMs, webCryptoPace, tabBytes }: Outcome & { tabBytes: number },
): void {
  const pace = bytes / sealedMs;
  console.log(
    `round ${round}: ${(pace / 1000).toFixed(0)} MB/s sealed and cut; WebCrypto alone ${(webCryptoPace / 1000).toFixed(0)} MB/s; ` +
      `ratio ${(pace / webCryptoPace).toFixed(2)}; the tab's peak ${(tabBytes / 1_048_576).toFixed(0)} MiB`,
  );
}

async function serve(site: string): Promise<{ address: string; close: () => void }> {
  const server = createServer((request, response) => {
    const path = normalize(request.url === "/" ? "/index.html" : request.url!);
    response.setHeader("content-type", KINDS[extname(path)] ?? "application/octet-stream");
    createReadStream(join(site, path))
      .on("error", () => response.writeHead(404).end())
      .pipe(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { address: `http://localhost:${port}/`, close: () => server.close() };
}
