import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Command } from "../command.ts";
import type { Tool } from "./tool.ts";

export function resticTool(): Tool {
  const password = randomBytes(32).toString("hex");
  const restic = (folder: string, args: readonly string[]): Command => ({
    program: "restic",
    args: ["-q", ...args],
    env: {
      RESTIC_REPOSITORY: join(folder, "repository"),
      RESTIC_CACHE_DIR: join(folder, "cache"),
      RESTIC_PASSWORD: password,
    },
  });
  return {
    id: "restic",
    program: "restic",
    version: ["version"],
    package: "restic",
    takesFolders: true,
    prepare: (folder) => restic(folder, ["init"]),
    seal: { name: "restic backup", syncs: true, command: (from, to) => restic(to, ["backup", from]) },
    open: {
      name: "restic restore",
      syncs: false,
      command: (from, to) => restic(from, ["restore", "latest", "--target", to]),
    },
    opened: (back, input) => join(back, input),
  };
}
