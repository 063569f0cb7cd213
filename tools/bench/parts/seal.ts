import type { Context } from "../context.ts";
import type { Comparison } from "../results.ts";
import { type Absent, type Contestant, interleave } from "../rounds.ts";
import { yardstickTools } from "../tools/yardstick.ts";
import { peerSealing, sealing } from "./contestants.ts";

/** A file sealed by everybody. */
export async function compareSealing(
  context: Context,
  input: string,
  fileBytes: number,
): Promise<Comparison> {
  const { chirograph, peers } = context;
  const us = sealing(context, {
    id: "chirograph",
    name: "chirograph seal",
    syncs: true,
    seal: (folder) => chirograph.seal(input, folder),
  });
  const others = peers.tools.map((tool) => peerSealing(context, tool, input));
  const entries = await interleave([us, ...others, ...yardsticks(context, input)], context);
  return { part: "seal", files: 1, fileBytes, entries };
}

function yardsticks(context: Context, input: string): (Contestant | Absent)[] {
  const { yardstick, absent } = context.native;
  return yardstickTools(yardstick ?? "").map(({ id, seal: { name, syncs, command } }) =>
    yardstick === undefined
      ? { id, name, syncs, absent }
      : sealing(context, { id, name, syncs, seal: (folder) => command(input, folder) }),
  );
}
