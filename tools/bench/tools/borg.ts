import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Command } from "../command.ts";
import type { Tool } from "./tool.ts";

export function borgTool(): Tool {
  const passphrase = randomBytes(32).toString("hex");
  const borg = (folder: string, args: readonly string[], cwd = folder): Command => ({
    program: "borg",
    args,
    cwd,
    env: {
      BORG_REPO: join(folder, "repository"),
      BORG_BASE_DIR: join(folder, "base"),
      BORG_PASSPHRASE: passphrase,
    },
  });
  return {
    id: "borg",
    program: "borg",
    version: ["--version"],
    package: "borgbackup",
    takesFolders: true,
    prepare: (folder) => borg(folder, ["init", "--encryption", "repokey"]),
    seal: { name: "borg create", syncs: true, command: (from, to) => borg(to, ["create", "::record", from]) },
    open: {
      name: "borg extract",
      syncs: false,
      command: (from, to) => borg(from, ["extract", "::record"], to),
    },
    opened: (back, input) => join(back, input),
  };
}
