import { playwright } from "@vitest/browser-playwright";
import { defineConfig, type TestProjectConfiguration } from "vitest/config";
import { chromiumFlags, findChromium } from "./test-support/chromium.ts";
import { samples, vectors } from "./test-support/data.ts";
import { missing } from "./test-support/servers/installed.ts";
import { Tally } from "./test-support/tally.ts";

const rooms = [
  "packages/{engine,core,schemes,stores,vault,catalogue,wire,embedded,clinical,server,web}/test/**/*.test.{ts,tsx}",
];
const chromium = findChromium();
/** What cannot run here, each with the command that provides it. */
const notices = [
  ...(chromium === undefined
    ? ["the Chromium tests (no chromium found; apt-get install chromium provides it)"]
    : []),
  ...Object.values(missing).flatMap((reason) =>
    reason === undefined ? [] : [`tests on a real server (${reason})`],
  ),
].map((notice) => `skipped: ${notice}`);

if (notices.length > 0 && process.env["CI"] === "true") throw new Error(notices.join("\n"));

const inNode: TestProjectConfiguration = {
  extends: true,
  test: { name: "node", include: rooms, exclude: ["**/*.browser.test.ts"] },
};

const inChromium: TestProjectConfiguration = {
  extends: true,
  server: { fs: { allow: [".", vectors.path, samples.path] } },
  // Vite looks for dependencies in the tests and what they import, but not in what a worker imports;
  // one that it finds late makes it reload the page in the middle of a run.
  optimizeDeps: {
    include: ["fast-check"],
    entries: ["packages/{engine/src,schemes/src/paillier}/browser/**/*.ts"],
  },
  test: {
    name: "chromium",
    include: rooms,
    exclude: ["**/*.node.test.{ts,tsx}"],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: { args: chromiumFlags, ...(chromium !== undefined && { executablePath: chromium }) },
      }),
      instances: [{ browser: "chromium", name: "chromium" }],
    },
  },
};

const commandLine: TestProjectConfiguration = {
  extends: true,
  test: {
    name: "cli",
    include: ["packages/{cli,launcher}/test/**/*.test.ts", "golden/**/*.test.ts", "tools/**/*.test.ts"],
  },
};

/** The application as people use it: a real server, a real browser, one after the other. */
const journey: TestProjectConfiguration = {
  extends: true,
  test: {
    name: "journey",
    include: ["journey/**/*.test.ts"],
    fileParallelism: false,
    sequence: { groupOrder: 1 },
  },
};

export default defineConfig({
  test: {
    provide: { vectors, samples, propertySeed: process.env["CI"] === "true" ? 1 : null },
    setupFiles: ["./test-support/equal-bytes.ts", "./test-support/property-seed.ts"],
    // Type stripping and the post-quantum ciphers still call themselves experimental.
    execArgv: ["--disable-warning=ExperimentalWarning"],
    // A bound on what hangs, not a measure: a machine under load takes several times as long.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
    // The default leaves a core free; on two cores that is half of the machine.
    maxWorkers: "100%",
    reporters: ["default", new Tally(notices)],
    projects: chromium === undefined ? [inNode, commandLine] : [inNode, inChromium, commandLine, journey],
  },
});
