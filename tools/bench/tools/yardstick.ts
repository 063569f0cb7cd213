import { statSync } from "node:fs";
import { join } from "node:path";
import type { EntryId } from "../results.ts";
import { blockBytesOf } from "../geometry.ts";
import type { Tool } from "./tool.ts";

/** The same work done natively (yardstick.c), without and with syncing. It only seals. */
export function yardstickTools(program: string): Tool[] {
  const tool = (id: EntryId, how: readonly string[], name: string): Tool => ({
    id,
    program,
    version: [],
    package: "libssl-dev libisal-dev",
    takesFolders: false,
    seal: {
      name,
      syncs: how.length > 0,
      command: (from, to) => ({
        program,
        args: [from, join(to, "fragments"), String(blockBytesOf(statSync(from).size)), ...how],
      }),
    },
  });
  return [
    tool("yardstick", [], "yardstick (C, 2 threads)"),
    tool("yardstick-synced", ["sync"], "yardstick, synced"),
  ];
}
