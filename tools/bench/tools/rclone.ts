import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { basename, join } from "node:path";
import type { Command } from "../command.ts";
import type { Tool } from "./tool.ts";

export function rcloneTool(): Tool {
  let password: string | undefined;
  const obscured = (): string => {
    password ??= execFileSync("rclone", ["obscure", "-"], {
      input: randomBytes(32).toString("hex"),
      encoding: "utf8",
    }).trim();
    return password;
  };
  const copy = (folder: string, args: readonly string[]): Command => ({
    program: "rclone",
    args: ["copy", ...args],
    env: {
      RCLONE_CONFIG: "/dev/null",
      RCLONE_CONFIG_SEALED_TYPE: "crypt",
      RCLONE_CONFIG_SEALED_REMOTE: join(folder, "remote"),
      RCLONE_CONFIG_SEALED_PASSWORD: obscured(),
    },
  });
  return {
    id: "rclone",
    program: "rclone",
    version: ["version"],
    package: "rclone",
    takesFolders: true,
    seal: { name: "rclone crypt", syncs: false, command: (from, to) => copy(to, [from, "sealed:"]) },
    open: { name: "rclone crypt, back", syncs: false, command: (from, to) => copy(from, ["sealed:", to]) },
    opened: (back, input) => join(back, basename(input)),
  };
}
