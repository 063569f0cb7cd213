import { mkdirSync } from "node:fs";
import type { Context } from "../context.ts";
import { type Command, run } from "../command.ts";
import type { EntryId } from "../results.ts";
import type { Absent, Contestant } from "../rounds.ts";
import type { Tool, Way } from "../tools/tool.ts";

const OUTPUT = "output";

/** How a contestant seals: each time into a folder of its own, which is taken away again. */
export function sealing(
  { workplace, running }: Context,
  {
    id,
    name,
    syncs,
    seal,
    prepare,
    check,
  }: {
    readonly id: EntryId;
    readonly name: string;
    readonly syncs: boolean;
    readonly seal: (folder: string) => Command;
    readonly prepare?: ((folder: string) => Promise<void>) | undefined;
    /** Gets what the command said. */
    readonly check?: (said: string) => void;
  },
): Contestant {
  const output = workplace.at(OUTPUT);
  let said = "";
  return {
    id,
    name,
    syncs,
    async prepare() {
      mkdirSync(output);
      await prepare?.(output);
    },
    async run() {
      const done = await run(seal(output), running);
      said = done.output;
      return done;
    },
    check: async () => check?.(said),
    clear: () => workplace.remove(OUTPUT),
  };
}

/** Another program, sealing. */
export function peerSealing(context: Context, tool: Tool, input: string): Contestant | Absent {
  const { id, seal, prepare } = tool;
  const { name, syncs } = seal;
  return (
    absentPeer(context, tool, seal) ??
    sealing(context, {
      id,
      name,
      syncs,
      seal: (folder) => seal.command(input, folder),
      prepare: prepare && (async (folder) => void (await run(prepare(folder), context.running))),
    })
  );
}

export function absentPeer(
  { peers }: Context,
  { id, program, package: from }: Tool,
  way: Way,
): Absent | undefined {
  if (program in peers.versions) return undefined;
  return { id, name: way.name, syncs: way.syncs, absent: `not installed; Debian: ${from}` };
}
