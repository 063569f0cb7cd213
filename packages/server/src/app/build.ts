import { spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ServerFailure } from "../failure.ts";
import type { Log } from "../log.ts";

const packages: string = fileURLToPath(new URL("../../..", import.meta.url));
/** Rooms that go into the application. */
const ROOMS = ["engine", "core", "stores", "vault", "wire", "clinical", "web"];
const IGNORED = new Set(["node_modules", "dist", "test"]);
const MOST_SECONDS = 300;

/**
 * The folder of the built browser application. It is built where it is not there, or older than what it is made of.
 * @throws ServerFailure
 */
export async function builtApplication(log: Log): Promise<string> {
  const folder = join(packages, "web", "dist");
  const page = join(folder, "index.html");
  if (existsSync(page) && statSync(page).mtimeMs >= newestSource()) return folder;
  log.line("Building the browser application …");
  await build(join(packages, "web"));
  return folder;
}

function newestSource(): number {
  return Math.max(...ROOMS.map((room) => newestIn(join(packages, room))));
}

function newestIn(folder: string): number {
  if (!existsSync(folder)) return 0;
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (IGNORED.has(entry.name)) continue;
    const path = join(folder, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestIn(path) : statSync(path).mtimeMs);
  }
  return newest;
}

async function build(folder: string): Promise<void> {
  const manifest = createRequire(import.meta.url).resolve("vite/package.json");
  const vite = spawn(
    process.execPath,
    [join(dirname(manifest), "bin", "vite.js"), "build", "--logLevel", "warn"],
    {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: MOST_SECONDS * 1000,
    },
  );
  const said: Buffer[] = [];
  vite.stdout.on("data", (data: Buffer) => said.push(data));
  vite.stderr.on("data", (data: Buffer) => said.push(data));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  vite.on("error", reject);
  vite.on("close", resolve);
  if ((await promise) === 0) return;
  const last = Buffer.concat(said).toString("utf8").trim().split("\n").slice(-20).join("\n");
  throw new ServerFailure(`The browser application could not be built:\n${last}`);
}
