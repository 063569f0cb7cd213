import { spawnSync } from "node:child_process";
import type { Workplace } from "../workplace.ts";
import { ageTools } from "./age.ts";
import { borgTool } from "./borg.ts";
import { rcloneTool } from "./rclone.ts";
import { resticTool } from "./restic.ts";
import type { Tool } from "./tool.ts";

/** The other programs, and the first line of what each that is installed says when it is asked for its version. */
export interface Peers {
  readonly tools: readonly Tool[];
  /** By program. */
  readonly versions: Readonly<Record<string, string>>;
}

export function findPeers(workplace: Workplace): Peers {
  const tools = [...ageTools(workplace), rcloneTool(), resticTool(), borgTool()];
  const versions: Record<string, string> = {};
  for (const { program, version } of tools) {
    if (program in versions) continue;
    const asked = spawnSync(program, version, { encoding: "utf8" });
    if (asked.error === undefined) versions[program] = asked.stdout.split("\n")[0]!.trim();
  }
  return { tools, versions };
}
