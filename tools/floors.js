// Checks the floors. First it plants forbidden imports in a copy and sees every one of them found:
// a checker that reads nothing finds no fault either.
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { cruise } from "dependency-cruiser";
import config from "../.dependency-cruiser.js";

const root = resolve(import.meta.dirname, "..");
const copy = join(root, ".floors");
const folders = ["packages", "test-support", "tools/decoder"];

const planted = [
  {
    file: "packages/core/src/planted-builtin.ts",
    source: `import "node:fs";`,
    rule: "platform: no Node builtin",
  },
  {
    file: "packages/core/src/planted-type.ts",
    source: `import type { Dir } from "node:fs";`,
    rule: "platform: no Node builtin",
  },
  {
    file: "packages/engine/src/planted-upward.ts",
    source: `import "@chirograph/core";`,
    rule: "floors: engine",
  },
  {
    file: "packages/core/src/planted-lazy.ts",
    source: `await import("chirograph/x");`,
    rule: "everything resolves",
  },
  {
    file: "packages/engine/src/browser/planted.ts",
    source: `import "../node/index.ts";`,
    rule: "platform: no Node where",
  },
  {
    file: "packages/core/src/planted-window.ts",
    source: `import "../../engine/src/engine.ts";`,
    rule: "doors",
  },
  {
    file: "packages/core/src/planted-dev.ts",
    source: `import "fast-check";`,
    rule: "sources: only declared",
  },
  {
    file: "packages/cli/src/planted-circle.ts",
    source: `import "./planted-circle-2.ts";`,
    rule: "no circles",
  },
  {
    file: "packages/cli/src/planted-circle-2.ts",
    source: `import "./planted-circle.ts";`,
    rule: "no circles",
  },
  {
    file: "packages/cli/src/planted-test.ts",
    source: `import "../../../test-support/data.ts";`,
    rule: "sources: no tests",
  },
  {
    file: "packages/core/src/planted-beside.ts",
    source: `import "@chirograph/stores";`,
    rule: "floors: core",
  },
  {
    file: "packages/stores/src/planted-beside.ts",
    source: `import "@chirograph/core";`,
    rule: "floors: stores",
  },
  {
    file: "packages/stores/src/planted-builtin.ts",
    source: `import "node:fs";`,
    rule: "platform: no Node builtin",
  },
  {
    file: "packages/stores/src/packed/planted-builtin.ts",
    source: `import "node:fs";`,
    rule: "platform: no Node builtin",
  },
  {
    file: "packages/stores/src/around/planted-builtin.ts",
    source: `import "node:timers";`,
    rule: "platform: no Node builtin",
  },
  {
    file: "packages/schemes/src/planted-beside.ts",
    source: `import "@chirograph/core";`,
    rule: "floors: schemes",
  },
  {
    file: "packages/schemes/src/paillier/planted-builtin.ts",
    source: `import "node:crypto";`,
    rule: "platform: no Node builtin",
  },
  {
    file: "packages/vault/src/planted-builtin.ts",
    source: `import "node:fs";`,
    rule: "platform: no Node builtin",
  },
  {
    file: "packages/vault/src/planted-folder.ts",
    source: `import "@chirograph/stores/file";`,
    rule: "platform: no Node where",
  },
  {
    file: "packages/vault/src/planted-upward.ts",
    source: `import "@chirograph/catalogue/sqlite";`,
    rule: "floors: vault",
  },
  {
    file: "packages/catalogue/src/planted-window.ts",
    source: `import "../../vault/src/error.ts";`,
    rule: "doors",
  },
  {
    file: "packages/wire/src/planted-builtin.ts",
    source: `import "node:http";`,
    rule: "platform: no Node builtin",
  },
  {
    file: "packages/web/src/planted-builtin.ts",
    source: `import "node:fs";`,
    rule: "platform: no Node builtin",
  },
  {
    file: "packages/web/src/planted-beside.tsx",
    source: `import "@chirograph/server";`,
    rule: "everything resolves",
  },
  {
    file: "packages/server/src/planted-beside.ts",
    source: `import "@chirograph/web";`,
    rule: "everything resolves",
  },
  {
    file: "packages/embedded/src/planted-beside.ts",
    source: `import "@chirograph/wire";`,
    rule: "floors: embedded",
  },
  {
    file: "packages/vault/src/planted-wire.ts",
    source: `import "@chirograph/wire";`,
    rule: "floors: vault",
  },
  { file: "packages/attic/src/planted.ts", source: `import "node:fs";`, rule: "floors: a room has a floor" },
  { file: "tools/decoder/planted.ts", source: `import "@chirograph/core";`, rule: "decoder" },
];

/** @param {string} baseDir */
async function violationsIn(baseDir) {
  const options = {
    ...config.options,
    baseDir,
    validate: true,
    ruleSet: { forbidden: config.forbidden ?? [] },
  };
  const { output } = await cruise(folders, options, config.options?.enhancedResolveOptions);
  if (typeof output === "string") throw new Error(output);
  return output.summary;
}

function plant() {
  rmSync(copy, { recursive: true, force: true });
  const skip = new Set(["node_modules", "dist"]);
  for (const folder of folders) {
    cpSync(join(root, folder), join(copy, folder), {
      recursive: true,
      filter: (path) => !skip.has(basename(path)),
    });
  }
  cpSync(join(root, "package.json"), join(copy, "package.json"));
  // Within the copy the rooms lead to each other, everything else to the installed packages above it.
  mkdirSync(join(copy, "node_modules/@chirograph"), { recursive: true });
  for (const room of readdirSync(join(copy, "packages")).filter((name) => name !== "cli")) {
    symlinkSync(join("../../packages", room), join(copy, "node_modules/@chirograph", room));
  }
  for (const { file, source } of planted) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), `${source}\n`);
  }
}

/** @param {Awaited<ReturnType<typeof violationsIn>>} summary */
const describe = ({ violations }) => violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);

try {
  plant();
  const found = describe(await violationsIn(copy));
  const missed = planted.filter(
    ({ file, rule }) => !found.some((line) => line.startsWith(rule) && line.includes(file)),
  );
  for (const { file, source } of missed) console.error(`not found: ${source} planted in ${file}`);
  if (missed.length > 0) process.exitCode = 1;
  else console.log(`planted ${planted.length} forbidden imports: all found`);
} finally {
  rmSync(copy, { recursive: true, force: true });
}

const summary = await violationsIn(root);
for (const line of describe(summary)) console.error(line);
if (summary.violations.length > 0) process.exitCode = 1;
else
  console.log(
    `the floors hold: ${summary.totalCruised} modules, ${summary.totalDependenciesCruised} imports`,
  );
