import { playwright } from "@vitest/browser-playwright";
import { defineConfig, type TestProjectConfiguration } from "vitest/config";
import { chromiumFlags, findChromium } from "./test-support/chromium.ts";
import { samples, vectors } from "./test-support/data.ts";
import { Tally } from "./test-support/tally.ts";

const rooms = ["packages/{engine,core,stores,vault,catalogue}/test/**/*.test.ts"];
const chromium = findChromium();
const noChromium = "skipped: the Chromium tests (no chromium found; apt-get install chromium provides it)";

if (chromium === undefined && process.env["CI"] === "true") throw new Error(noChromium);

const inNode: TestProjectConfiguration = {
  extends: true,
  test: { name: "node", include: rooms },
};

const inChromium: TestProjectConfiguration = {
  extends: true,
  server: { fs: { allow: [".", vectors.path, samples.path] } },
  // Vite looks for dependencies in the tests and what they import, but not in what a worker imports;
  // one that it finds late makes it reload the page in the middle of a run.
  optimizeDeps: { entries: ["packages/engine/src/browser/**/*.ts"] },
  test: {
    name: "chromium",
    include: rooms,
    exclude: ["**/*.node.test.ts"],
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
    include: ["packages/cli/test/**/*.test.ts", "golden/**/*.test.ts", "tools/**/*.test.ts"],
    testTimeout: 60_000,
  },
};

export default defineConfig({
  test: {
    provide: { vectors, samples },
    // Type stripping and the post-quantum ciphers still call themselves experimental.
    execArgv: ["--disable-warning=ExperimentalWarning"],
    testTimeout: 20_000,
    reporters: ["default", new Tally(chromium === undefined ? [noChromium] : [])],
    projects: chromium === undefined ? [inNode, commandLine] : [inNode, inChromium, commandLine],
  },
});
