import { createHash } from "node:crypto";
import { createReadStream, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { type Command, CommandFailed, run } from "../command.ts";
import type { Context } from "../context.ts";
import type { Comparison } from "../results.ts";
import { type Absent, type Contestant, interleave } from "../rounds.ts";
import { GIB } from "../sizes.ts";
import type { Tool } from "../tools/tool.ts";
import { absentPeer } from "./contestants.ts";

const BACK = "back";
/** Above it only age is compared: everybody's sealed copy lies there at the same time. */
const MOST_COMPARED_BYTES = 4 * GIB;

interface Input {
  readonly path: string;
  readonly bytes: number;
  readonly hash: string;
}

/** What everybody sealed, opened again. */
export async function compareOpening(context: Context, path: string, fileBytes: number): Promise<Comparison> {
  const input = { path, bytes: fileBytes, hash: await sha256(path) };
  try {
    const contestants = await ours(context, input);
    for (const tool of context.peers.tools) contestants.push(...(await peer(context, tool, input)));
    return { part: "open", files: 1, fileBytes, entries: await interleave(contestants, context) };
  } finally {
    context.workplace.remove("sealed");
  }
}

async function ours(context: Context, input: Input): Promise<(Contestant | Absent)[]> {
  const { chirograph, workplace, running } = context;
  const folder = sealedFolder(context, "chirograph");
  await run(chirograph.seal(input.path, folder), running);
  const lost = await chirograph.dataFragments(folder);
  const away = workplace.at("sealed", "lost");
  mkdirSync(away);
  const move = (from: string, to: string): void => {
    for (const name of lost) renameSync(join(from, name), join(to, name));
  };
  const whole = opening(context, input, {
    id: "chirograph",
    name: "chirograph open",
    syncs: true,
    open: (back) => chirograph.open(folder, back),
    opened: join(workplace.at(BACK), "opened"),
  });
  const sealed = join(folder, "sealed");
  return [
    whole,
    {
      ...whole,
      id: "chirograph-two-lost",
      name: "chirograph open, two data fragments lost",
      async prepare() {
        move(sealed, away);
        await whole.prepare?.();
      },
      clear() {
        whole.clear();
        move(away, sealed);
      },
    },
  ];
}

async function peer(context: Context, tool: Tool, input: Input): Promise<(Contestant | Absent)[]> {
  const { id, open, opened, prepare, seal } = tool;
  if (open === undefined || opened === undefined) return [];
  const { name, syncs } = open;
  const absent = absentPeer(context, tool, open);
  if (absent !== undefined) return [absent];
  if (id !== "age" && input.bytes > MOST_COMPARED_BYTES) {
    return [{ id, name, syncs, absent: "not compared above 4 GiB, for want of room" }];
  }
  const folder = sealedFolder(context, id);
  try {
    if (prepare !== undefined) await run(prepare(folder), context.running);
    await run(seal.command(input.path, folder), context.running);
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    return [{ id, name, syncs, absent: error.message }];
  }
  return [
    opening(context, input, {
      id,
      name,
      syncs,
      open: (back) => open.command(folder, back),
      opened: opened(context.workplace.at(BACK), input.path),
    }),
  ];
}

function opening(
  { workplace, running }: Context,
  input: Input,
  {
    open,
    opened,
    ...entry
  }: Pick<Contestant, "id" | "name" | "syncs"> & {
    readonly open: (back: string) => Command;
    readonly opened: string;
  },
): Contestant {
  const back = workplace.at(BACK);
  return {
    ...entry,
    prepare: async () => mkdirSync(back),
    run: () => run(open(back), running),
    async check() {
      if ((await sha256(opened)) !== input.hash) throw new Error(`${entry.name} gave other bytes back.`);
    },
    clear: () => workplace.remove(BACK),
  };
}

function sealedFolder({ workplace, tell }: Context, id: string): string {
  tell(`sealing, not counted: ${id}`);
  const folder = workplace.at("sealed", id);
  mkdirSync(folder, { recursive: true });
  return folder;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest("hex");
}
