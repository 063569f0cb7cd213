import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { en } from "../packages/web/src/texts/en.ts";
import { screens } from "../packages/web/src/texts/en-screens.ts";
import { BareBrowser, until } from "./support/bare-browser.ts";
import { sha256OfFile } from "./support/records.ts";
import { startServer } from "./support/server.ts";
import { TabMemory } from "./support/tab-memory.ts";
import { WireTap } from "./support/wire-tap.ts";

const PASSPHRASE = "violet tractor seldom orbit";
const WORD = "adk21937";
const SIZE_BYTES = 500_000_000;
const MOST_TAB_BYTES = 400 * 1_048_576;
const cli = resolve(import.meta.dirname, "../packages/cli/bin/chirograph.js");

test("500 MB arrive although the page is reloaded, the line is cut for ten seconds and the server is killed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "chirograph-upload-"));
  const large = join(folder, "large.bin");
  const digest = await writeLarge(large);
  let server = await startServer(join(folder, "home"));
  const tap = await WireTap.open({ target: server.port, record: "/dev/null" });
  const browser = await BareBrowser.open(
    join(folder, "profile"),
    `http://localhost:${tap.port}/#token=${server.token}`,
  );
  const memory = new TabMemory(join(folder, "profile"));
  try {
    await makeChart(browser);
    await browser.press(en.chart.add);
    await browser.choose("choose-files", large);
    const begin = Date.now();
    await browser.press("Seal and send");

    await seeWay(browser, 0.55);
    await browser.reload();
    await browser.type(en.unlock.passphrase, PASSPHRASE);
    await browser.press(en.unlock.unlock);
    await browser.type(en.word.label, WORD);
    await browser.press(en.charts.openSubmit);

    await seeWay(browser, 0.62);
    tap.cut();
    await browser.see(screens.transfer.states.offline);
    await pause(10_000);
    tap.mend();

    await seeWay(browser, 0.75);
    await server.kill();
    server = await startServer(join(folder, "home"), server.port);

    await seeStored(browser);
    console.log(`500 MB in ${Math.round((Date.now() - begin) / 1000)} s, ten of them without a line`);
    console.log(`the tab's peak: ${Math.round(memory.peakBytes / 1_048_576)} MiB`);
    expect(memory.peakBytes).toBeLessThan(MOST_TAB_BYTES);

    await browser.press(en.shell.settings);
    const identity = await exportIdentity(browser);
    expect(sha256OfFile(getRecord(folder, { server, identity }))).toBe(digest);
  } finally {
    memory.stop();
    await browser.close();
    await tap.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}, 900_000);

async function makeChart(browser: BareBrowser): Promise<void> {
  await browser.type(en.welcome.name, "Dr Ada");
  await browser.type(en.passphrase.label, PASSPHRASE);
  await browser.type(en.passphrase.again, PASSPHRASE);
  await browser.press(en.welcome.make);
  await browser.see(en.charts.emptyTitle);
  await browser.press(en.charts.new);
  await browser.type(en.charts.label, "A large one");
  await browser.type(en.word.label, WORD);
  await browser.press(en.charts.make);
  await browser.see(en.chart.emptyTitle);
}

/** Waits until so much of the way is behind it: sealing is a little less than its first half. */
function seeWay(browser: BareBrowser, share: number): Promise<void> {
  const isThere = (): Promise<boolean> =>
    browser.run(
      ([name, least]) => {
        const bars = [...document.querySelectorAll("progress")];
        const way = bars.find((bar) => bar.labels[0]?.textContent === name || bar.ariaLabel === name);
        return way !== undefined && way.value / way.max > least;
      },
      [screens.way.overall, share] as const,
    );
  return until(`${share} of the way`, isThere, 300_000);
}

function seeStored(browser: BareBrowser): Promise<void> {
  const isStored = (): Promise<boolean> =>
    browser.run(
      (wanted) => document.querySelector(".way-head .badge")?.textContent === wanted,
      screens.transfer.states.done,
    );
  return until("the record to be stored", isStored, 300_000);
}

/** The identity file, as the page would give it to be saved. */
async function exportIdentity(browser: BareBrowser): Promise<string> {
  await browser.run(() => {
    const original = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (blob) => {
      if (blob instanceof Blob) void blob.text().then((text) => (document.body.dataset["saved"] = text));
      return original(blob);
    };
  }, undefined);
  await browser.press(en.settings.export);
  await until("the identity", () =>
    browser.run(() => document.body.dataset["saved"] !== undefined, undefined),
  );
  return browser.run(() => document.body.dataset["saved"]!, undefined);
}

/** Gets the one record by the command line. */
function getRecord(
  folder: string,
  { server, identity }: { server: { port: number; token: string }; identity: string },
): string {
  const paths = {
    identity: join(folder, "ada.key"),
    passphrase: join(folder, "passphrase"),
    word: join(folder, "word"),
  };
  writeFileSync(paths.identity, identity, { mode: 0o600 });
  writeFileSync(paths.passphrase, `${PASSPHRASE}\n`);
  writeFileSync(paths.word, `${WORD}\n`);
  const keys = [
    "--identity",
    paths.identity,
    "--passphrase-file",
    paths.passphrase,
    "--sequence-key-file",
    paths.word,
  ];
  const env = {
    ...process.env,
    CHIROGRAPH_SERVER: `http://localhost:${server.port}`,
    CHIROGRAPH_TOKEN: server.token,
    CHIROGRAPH_STATE: join(folder, "state"),
  };
  const run = (...command: string[]): string =>
    execFileSync(process.execPath, [cli, ...command], { env, encoding: "utf8" });
  const { charts } = JSON.parse(run("list", "--json")) as { charts: { chart: string }[] };
  const listed = JSON.parse(run("list", "--chart", charts[0]!.chart, ...keys, "--json")) as {
    records: { record: string }[];
  };
  expect(listed.records).toHaveLength(1);
  const back = join(folder, "back.bin");
  run("get", listed.records[0]!.record, "-o", back, ...keys);
  return back;
}

/** Random bytes, and their SHA-256. */
async function writeLarge(path: string): Promise<string> {
  const hash = createHash("sha256");
  const file = createWriteStream(path);
  const piece = new Uint8Array(1_000_000);
  for (let written = 0; written < SIZE_BYTES; written += piece.length) {
    for (let offset = 0; offset < piece.length; offset += 50_000) {
      crypto.getRandomValues(piece.subarray(offset, offset + 50_000));
    }
    hash.update(piece);
    if (!file.write(Buffer.from(piece))) await once(file, "drain");
  }
  file.end();
  await once(file, "close");
  return hash.digest("hex");
}
